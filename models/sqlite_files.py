"""The files of an embedded database: for their owner alone, and without what was deleted.

SQLite gives the `-wal` and `-shm` beside a database the mode of the database, so what counts is
that the database has its mode before SQLite opens it.
"""

import errno
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from models.errors import UnsafeFile

OWNER_ONLY: Final = 0o600
_LOCK_FLAGS = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
_PLANTED = (errno.ELOOP, errno.EACCES, errno.EISDIR, errno.ENXIO, errno.EPERM)
FORGETTING: Final = {"secure_delete": 1, "temp_store": 2}
"""What each connection that writes sets: deleted content is overwritten, whatever SQLite was built
to do, and what is sorted on the way is kept in memory and not in a file."""


def forget_what_is_deleted(connection: sqlite3.Connection) -> None:
    """Have a connection leave no content in the file that it deletes."""
    for pragma, value in FORGETTING.items():
        connection.execute(f"PRAGMA {pragma} = {value}")


def make_for_owner(path: Path) -> None:
    """Make an empty file that nobody else may read, unless there is a file."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def open_lock(path: Path) -> int:
    """Open a lock beside a database, made for the owner of the database if need be.

    Raises:
        UnsafeFile: it is a link or no file, or another user's, who could hold it for ever.
    """
    is_new = not os.path.lexists(path)
    try:
        descriptor = os.open(path, _LOCK_FLAGS, OWNER_ONLY)
    except OSError as error:
        if error.errno not in _PLANTED:
            raise
        raise UnsafeFile(
            f"{path} is no lock of ours ({error.strerror}); remove it, or run this as the "
            "user whose database it is"
        ) from error
    database = path.with_suffix("").with_suffix("")  # of `trailmark.db.turn.lock`
    try:
        check_ours(path, os.fstat(descriptor), database)
        if is_new and os.geteuid() == 0 and database.exists():
            owner = database.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)  # as SQLite does with its files
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def check_ours(path: Path, found: os.stat_result, database: Path) -> None:
    """Make sure that a file beside a database belongs to who could replace the database as well.

    These are this process's user, root, and the owners of the database and of its folder.

    Raises:
        UnsafeFile: it is another user's, or no file.
    """
    ours = {0, os.geteuid(), database.parent.stat().st_uid}
    if database.exists():
        ours.add(database.stat().st_uid)
    if not stat.S_ISREG(found.st_mode):
        raise UnsafeFile(f"{path} is no file; remove it")
    if found.st_uid not in ours:
        raise UnsafeFile(
            f"{path} belongs to another user (uid {found.st_uid}), who has made it beside the "
            "database; remove it, and keep the database in a folder that others cannot write to"
        )


def tighten(database: Path, *, mends: bool = True) -> list[str]:
    """Take from everybody else the right to open a database's files; what there is to say of it.

    Older versions made them as the umask had it. Who does not mend only says so.
    """
    folder = database.absolute().parent
    if not folder.exists():  # which is made with the database
        return []
    said = [_tighten(file, mends) for file in _files(database)]
    if folder.stat().st_mode & stat.S_IWOTH:
        said.append(
            f"every user of this machine may write to {folder}, where the database is, and so put "
            "files in place of its own; keep it in a folder of its own"
        )
    return [each for each in said if each]


def _files(database: Path) -> Iterator[Path]:
    for suffix in ("", "-wal", "-shm", "-journal", ".secret"):
        yield database.with_name(database.name + suffix)
    yield from sorted(database.parent.glob(f"{database.name}.*.lock"))


def _tighten(file: Path, mends: bool) -> str:
    try:
        found = file.lstat()
    except FileNotFoundError:
        return ""
    mode = stat.S_IMODE(found.st_mode)
    if not mode & 0o077 or not stat.S_ISREG(found.st_mode):  # a link may lead to anybody's file
        return ""
    if not mends:
        return f"{file} is open to others, mode {mode:04o}; serve takes that from them"
    try:
        file.chmod(mode & OWNER_ONLY)
    except OSError as error:
        return f"{file} is open to others, mode {mode:04o}, and stays so: {error.strerror}"
    return f"{file} was open to others, mode {mode:04o}; now only its owner may open it"
