"""The `-wal` beside an SQLite file: kept short, emptied after removals, and never in its own way.

What is committed lies in the `-wal` until a checkpoint moves it into the file. The `-wal` begins
anew with the first commit after a checkpoint that moved all of it.
"""

import os
import sqlite3
from pathlib import Path

PAGES = 1_000
"""Pages in the `-wal` from which on it is moved into the file after a commit: 4 MiB of them."""

LITTLE_ROOM = 16 << 20
"""Free bytes on the disk below which each commit is moved into the file at once."""

_BYTES = PAGES * 4_096
_HEADER, _PAGE_HEADER = 32, 24
_NO_ROOM = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,  # beyond a quota or a limit of the process
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


def is_no_room(error: BaseException) -> bool:
    """Whether something could not be written because the disk is full."""
    return getattr(error, "sqlite_errorcode", None) in _NO_ROOM


def has_little_room(path: Path) -> bool:
    """Whether the disk of a file is nearly full.

    Raises:
        OSError: the file is away.
    """
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize < LITTLE_ROOM


class WalFile:
    """Looks at the `-wal` of one open connection, and moves it into the file by that."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._descriptor: int | None = None
        # SQLite moves it within a commit, whose callers wait: only if it was never moved here.
        connection.execute(f"PRAGMA wal_autocheckpoint = {8 * PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {_BYTES}")

    @property
    def is_due(self) -> bool:
        """Whether it is long, or the disk nearly full; takes some microseconds, and never fails."""
        try:
            return self._is_long() or self._has_little_room()
        except OSError:
            return False

    def move(self) -> None:
        """Move into the file what no reader needs where it is, waiting for none.

        Raises:
            sqlite3.Error: the file cannot grow.
        """
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def empty(self, wait_ms: int) -> bool:
        """Move all of it and cut it to nothing; whether no reader stood in the way for that long.

        Most of it is moved while others go on writing. Then they wait.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        self.move()
        ((usual,),) = self._connection.execute("PRAGMA busy_timeout").fetchall()
        self._connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
        try:
            row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return bool(row[0] == 0)
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {usual}")

    def close(self) -> None:
        """Let go of the `-wal`, before the connection closes."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_long(self) -> bool:
        """Whether so many pages were written since it last began anew.

        The file stays as long as it was then, so its size does not tell. Its header and that of
        each page hold the salts of their time (section 4 of SQLite's file format).
        """
        if self._descriptor is None:  # no lock is on this file that closing could lose
            self._descriptor = os.open(f"{self._path}-wal", os.O_RDONLY)
        header = os.pread(self._descriptor, _HEADER, 0)
        page_size = int.from_bytes(header[8:12])
        place = _HEADER + (PAGES - 1) * (_PAGE_HEADER + page_size)
        page_header = os.pread(self._descriptor, _PAGE_HEADER, place)
        return len(page_header) == _PAGE_HEADER and page_header[8:16] == header[16:24]

    def _has_little_room(self) -> bool:
        return has_little_room(self._path)
