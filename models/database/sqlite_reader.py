"""Tortoise's connections to SQLite, made to read the file that is there and no other.

Tortoise has one, so that whoever reads waits for all others. It creates a file where one is
missing, and goes on reading a file that was replaced, such as by a backup.
"""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Any, cast

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper
from tortoise.backends.sqlite.client import SqliteClient

STATEMENT_S = 15
"""Seconds after which a statement is broken off, whoever waits for it."""

WALKS = 2
"""Statements at once that may walk a hundred thousand rows; the others find connections free."""

SETTLE_S = 0.01
"""Until a statement that nobody waits for is broken off again: it may not have begun before."""


class _File(aiosqlite.Connection):
    """A connection, in a thread of its own, to the file that had this inode."""

    inode: int


class ReadingClient(SqliteClient):
    """Reads by several connections, each opened once all others are busy.

    A statement has a connection to itself, so that a slow one delays itself only. What was used
    last is used first: it has the most in its cache.
    """

    def __init__(self, file_path: str, *, connections: int = 1, **options: Any) -> None:
        super().__init__(file_path, **options)
        self._permits = asyncio.Semaphore(connections)
        self._connections = connections
        self._taken = self._asking = 0
        self.walks = asyncio.Semaphore(WALKS)
        self._free: list[_File] = []
        self._opened: set[_File] = set()
        self._settling: set[asyncio.Task[None]] = set()

    @property
    def use(self) -> tuple[int, int, int, int]:
        """Connections that are used and idle, how many may be, and readers that wait for one."""
        return self._taken, len(self._free), self._connections, self._asking

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        return cast("ConnectionWrapper[Any]", _Taken(self))

    async def create_connection(self, with_db: bool) -> None:
        """Open a connection, to be told early that there is no file that can be read."""
        await self.put_back(await self.take(), is_settled=True)

    async def take(self) -> _File:
        """A connection to the file that is there now, for one reader.

        Raises:
            OSError: there is none.
        """
        await self._permit()
        try:
            inode = os.stat(self.filename).st_ino
            while self._free:
                file = self._free.pop()
                if file.inode == inode:
                    return file
                await self._close(file)
            return await self._open(inode)
        except BaseException:
            self._release()
            raise

    async def _permit(self) -> None:
        self._asking += 1
        try:
            await self._permits.acquire()
            self._taken += 1
        finally:
            self._asking -= 1

    def _release(self) -> None:
        self._taken -= 1
        self._permits.release()

    async def put_back(self, file: _File, *, is_settled: bool) -> None:
        """Leave a connection to the next reader, once it does nothing any more."""
        if is_settled:
            if file in self._opened:  # and was not closed meanwhile
                self._free.append(file)
            self._release()
            return
        settling = asyncio.create_task(self._settle_for_others(file), name="settling reader")
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def close(self) -> None:
        """Close all connections; what they still do is broken off."""
        for file in self._opened.difference(self._free):
            await self._settle(file)
        while self._settling:
            await asyncio.wait(self._settling)
        self._free.clear()
        for file in tuple(self._opened):
            await self._close(file)

    async def _open(self, inode: int) -> _File:
        uri = f"{Path(self.filename).absolute().as_uri()}?mode=rw"  # noqa: ASYNC240 (no I/O)
        file = _File(lambda: sqlite3.connect(uri, uri=True, isolation_level=None), 64)
        file.inode = inode
        file._thread.daemon = True  # a process ends while a file system stands still, too
        await file
        self._opened.add(file)
        try:
            file._conn.row_factory = sqlite3.Row
            for pragma, value in self.pragmas.items():
                await file.execute_fetchall(f"PRAGMA {pragma}={value}")
            await self._post_connect()
        except BaseException:
            await self._close(file)
            raise
        return file

    async def _close(self, file: _File) -> None:
        self._opened.discard(file)
        # One that was interrupted would leave what is in the -wal where it is.
        await file.execute_fetchall("SELECT 1")
        await file.close()

    async def _settle_for_others(self, file: _File) -> None:
        await self._settle(file)
        await self.put_back(file, is_settled=True)

    async def _settle(self, file: _File) -> None:
        """Break off what a connection does for nobody, and wait until it is idle."""
        idle = asyncio.ensure_future(file.execute_fetchall("SELECT 1"))
        while not idle.done():
            await file.interrupt()
            await asyncio.wait([idle], timeout=SETTLE_S)
        idle.exception()  # it may be what was broken off


class _Taken:
    """A connection while one reader has it."""

    def __init__(self, client: ReadingClient) -> None:
        self._client = client

    async def __aenter__(self) -> _File:
        self._file = await self._client.take()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(STATEMENT_S, self._file._conn.interrupt)
        return self._file

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._deadline.cancel()
        is_settled = kind is None or not issubclass(kind, asyncio.CancelledError)
        await self._client.put_back(self._file, is_settled=is_settled)


client_class = ReadingClient
