"""The turnstile of an SQLite file: who waits to write comes before who has just written."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from models.database.resting import rest
from models.errors import is_locked
from models.sqlite_files import open_lock

PATIENCE_S = 1.0
"""How long to wait for the turnstile before trying the file's lock without it."""

_PAUSE_S = 0.001


class Turnstile:
    """What a writer holds while it waits for the file's lock, and lets go once it has that.

    SQLite wakes nobody: who waits looks now and then, and a process that writes batch upon batch
    always has the lock again by then. It cannot pass the turnstile, though, while another waits.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(f"{path}.turn.lock")
        self._file: TextIO | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait until nobody else waits; whoever has waited too long goes on all the same."""
        if self._file is None:
            self._file = lock_file(self._path)
        until = time.monotonic() + PATIENCE_S
        while not (mine := lock(self._file)) and time.monotonic() < until:
            rest(_PAUSE_S)
        try:
            yield
        finally:
            if mine:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        if self._file is not None:
            self._file.close()
            self._file = None


def begin(file: sqlite3.Connection, patience_s: float) -> None:
    """Begin a transaction that writes, as soon as nobody else is at one.

    It is for connections whose `busy_timeout` is 0. SQLite itself would look again after ever
    longer pauses: after 20 ms only once in 20, while all who wait to write stand behind.

    Raises:
        sqlite3.OperationalError: the lock was not to be had in time.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            file.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > until:
                raise
        rest(_PAUSE_S)


def lock_file(path: Path) -> TextIO:
    """A file to lock, made if need be; nobody but its owner can open it, and so hold it."""
    return os.fdopen(open_lock(path))


def lock(file: TextIO) -> bool:
    """Lock a file without waiting; whether nobody else has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
