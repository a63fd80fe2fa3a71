"""Bells: how a process hears that others have committed, before it looks by itself.

A ring tells only that it is worth looking; what there is, the log says. A lost one costs time.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from models.errors import is_unavailable
from models.postgres_statements import LOG_BELL
from models.postgres_transaction import CONNECT_S

log = logging.getLogger(__name__)

RETRY_S = 1.0
CHECK_S = 0.02
PROOF_S = 60.0  # after which a connection that says nothing must prove that it is one

Ring = Callable[[], None]


class Bell(Protocol):
    """Hears the commits of all processes."""

    async def listen(self, ring: Ring) -> None:
        """Ring for commits until cancelled; also while the database comes and goes."""


class PostgresBell:
    """A connection that every commit notifies."""

    def __init__(self, credentials: dict[str, Any]) -> None:
        self._credentials = credentials

    async def listen(self, ring: Ring) -> None:
        while True:
            try:
                await self._listen(ring)
            except Exception as error:
                if not is_unavailable(error):
                    log.exception("nothing is heard of the log; it is only looked at now and then")
            await asyncio.sleep(RETRY_S)

    async def _listen(self, ring: Ring) -> None:
        """Ring until the connection ends."""
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
            **self._credentials,
            server_settings={"application_name": "trailmark bell"},
            timeout=CONNECT_S,
        )
        ended = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(LOG_BELL, lambda *_: ring())
            ring()  # for what was committed before it listened
            while not ended.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(PROOF_S):
                        await ended.wait()
                await connection.execute("SELECT 1", timeout=CONNECT_S)
        finally:
            connection.terminate()


class SqliteBell:
    """SQLite's own count of the commits to a file, which it keeps in shared memory."""

    def __init__(self, path: Path, check_s: float = CHECK_S) -> None:
        self._path = path
        self._check_s = check_s
        self._file: sqlite3.Connection | None = None
        self._inode = 0

    async def listen(self, ring: Ring) -> None:
        seen = None
        try:
            while True:
                with suppress(sqlite3.Error, OSError):  # the file is away: look again
                    if seen != (seen := self._commits()):
                        ring()
                await asyncio.sleep(self._check_s)
        finally:
            self._close()

    def _commits(self) -> tuple[int, int]:
        """A pair that changes with every commit; takes some microseconds and waits for nothing."""
        inode = os.stat(self._path).st_ino
        if self._file is None or inode != self._inode:
            self._close()
            uri = f"{self._path.absolute().as_uri()}?mode=rw"
            self._file = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)
            self._inode = inode
        (version,) = self._file.execute("PRAGMA data_version").fetchone()
        return inode, version

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
