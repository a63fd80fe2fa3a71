"""Listening: how a process learns that others have committed, before it looks by itself.

A notification says only that it is worth reading the log. If one is lost, the log is read later.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from models.database.notifications.lane_heads import bring_up_now
from models.database.postgres import CONNECT_S, Session, connect
from models.errors import is_unavailable

log = logging.getLogger(__name__)

LOG_CHANNEL = "trailmark_log"
"""The channel that is notified after commits that record, for whoever tails the log."""

RETRY_S = 1.0
CHECK_S = 0.02
PROOF_S = 60.0  # after which a connection that says nothing must prove that it is one

_LISTENER = Session("trailmark notifications", command_s=CONNECT_S)

Notify = Callable[[], None]


class CommitNotifications(Protocol):
    """Learns of the commits of all processes."""

    async def listen(self, notify: Notify) -> None:
        """Call `notify` for commits until cancelled; also while the database comes and goes."""

    def bring_up(self) -> None:
        """Have the lanes brought up whose heads stand still, and then notify; returns at once."""


class PostgresNotifications:
    """A connection that is notified of commits."""

    def __init__(self, credentials: dict[str, Any]) -> None:
        self._credentials = credentials
        self._is_due = asyncio.Event()
        self._is_held_up = False

    def bring_up(self) -> None:
        self._is_held_up = True
        self._is_due.set()

    async def listen(self, notify: Notify) -> None:
        while True:
            try:
                await self._listen(notify)
            except Exception as error:
                if not is_unavailable(error):
                    log.exception("no commits are heard of; the log is only read now and then")
            await asyncio.sleep(RETRY_S)

    async def _listen(self, notify: Notify) -> None:
        """Call `notify` for each notification until the connection ends."""
        connection = await connect(self._credentials, _LISTENER)
        try:
            connection.add_termination_listener(lambda _: self._is_due.set())
            await connection.add_listener(LOG_CHANNEL, lambda *_: notify())
            notify()  # of what was committed before it listened
            while not connection.is_closed():
                with suppress(TimeoutError):
                    async with asyncio.timeout(PROOF_S):
                        await self._is_due.wait()
                self._is_due.clear()
                if self._is_held_up:
                    self._is_held_up = False
                    await bring_up_now(connection)
                    notify()
                else:
                    await connection.execute("SELECT 1")
        finally:
            connection.terminate()


class SqliteNotifications:
    """Watches SQLite's own count of the commits to a file, which is in shared memory."""

    def __init__(self, path: Path, check_s: float = CHECK_S) -> None:
        self._path = path
        self._check_s = check_s
        self._file: sqlite3.Connection | None = None
        self._inode = 0

    def bring_up(self) -> None:
        """Do nothing: an embedded database has one lane."""

    async def listen(self, notify: Notify) -> None:
        seen = None
        try:
            while True:
                with suppress(sqlite3.Error, OSError):  # the file is away: look again
                    if seen != (seen := self._commits()):
                        notify()
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
