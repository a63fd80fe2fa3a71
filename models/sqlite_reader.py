"""Tortoise's connection to SQLite as this product reads by it: the file that is there, no other.

Tortoise's own would create a file in place of one that is missing, and go on reading one that was
replaced, such as by a backup.
"""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Any

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper
from tortoise.backends.sqlite.client import SqliteClient


class ReadingClient(SqliteClient):
    """Opens the file only if it exists, and anew when another one has taken its place."""

    _inode = 0

    async def create_connection(self, with_db: bool) -> None:
        uri = f"{Path(self.filename).absolute().as_uri()}?mode=rw"  # noqa: ASYNC240 (no I/O)
        self._inode = os.stat(self.filename).st_ino
        self._connection = await aiosqlite.connect(uri, uri=True, isolation_level=None)
        self._connection._conn.row_factory = sqlite3.Row
        for pragma, value in self.pragmas.items():
            await self._connection.execute_fetchall(f"PRAGMA {pragma}={value}")
        await self._post_connect()

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        return _PresentFile(self._lock, self)

    async def present(self) -> aiosqlite.Connection | None:
        """The connection to the file that is there now.

        Raises:
            OSError: there is none.
        """
        inode = os.stat(self.filename).st_ino
        if self._connection is None or inode != self._inode:
            await self.close()
            await self.create_connection(with_db=True)
        return self._connection


class _PresentFile(ConnectionWrapper[Any]):
    """The connection while one reader has it."""

    async def ensure_connection(self) -> None:
        client: Any = self.client
        try:
            self.connection = await client.present()
        except BaseException:
            self._lock.release()  # nobody else will: the block is never entered
            raise

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if exc_type is not None and issubclass(exc_type, asyncio.CancelledError):
            await self.connection.interrupt()  # nobody waits for it any more, but the next reader
        await super().__aexit__(exc_type, exc_val, exc_tb)


client_class = ReadingClient
