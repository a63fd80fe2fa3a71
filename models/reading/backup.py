"""Backups: a copy of the embedded database as it was at one moment, made while others write."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from models.database.database import Database

_PROBLEMS = 10


class BadCopy(Exception):
    """The copy is not sound, which means that the database is not; says what SQLite found."""


def copy_database(database: Database, file: Path) -> int:
    """Copy an embedded database to a new file, and return the copy's size in bytes.

    The copy has everything that was committed when it began, and no free room. Others go on reading
    and writing meanwhile. Only the owner may read it. It is checked before it gets its name, so
    that a file of that name is whole.

    Raises:
        FileExistsError: there is a file of that name.
        BadCopy: SQLite finds faults in the copy.
        OSError, sqlite3.Error: it cannot be written, or the database not read.
    """
    if file.exists():
        raise FileExistsError(file)
    descriptor, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with database.opened_file() as opened:
            opened.execute("VACUUM INTO ?", (draft,))
        _check(draft)
        os.fsync(descriptor)
        _name(draft, file)
        _sync_folder(file.parent)
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
        Path(draft).unlink(missing_ok=True)


def _check(file: str) -> None:
    with closing(sqlite3.connect(file)) as copy:
        found = [row for (row,) in copy.execute(f"PRAGMA integrity_check({_PROBLEMS})")]
    if found != ["ok"]:
        raise BadCopy("; ".join(found))


def _name(draft: str, file: Path) -> None:
    """Give a copy its name, unless a file of that name was made meanwhile."""
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:  # file systems of other systems, as on a stick or a share, have no links
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
        os.replace(draft, file)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
