"""What can go wrong between Trailmark and its database, and whose fault it is."""

import socket
import sqlite3
import ssl
from collections.abc import Mapping

import asyncpg
from tortoise.exceptions import DBConnectionError

IS_OUTAGE = "is_outage"
"""The attribute of a record of the log that tells that the database is away."""

OUTAGE: Mapping[str, object] = {IS_OUTAGE: True}
"""What such a record is logged with, as `extra`: one outage is told once, whoever meets it."""


class DatabaseUnavailable(Exception):
    """The database is locked, full, gone, altered or too slow; the same call may succeed later.

    Nothing of the transaction is stored, unless `outcome_unknown`: the connection broke while the
    commit was under way, so all of it is stored or none of it. A database that `is_silent` has not
    answered in time, or not had a lock free: who waits behind would wait as long in vain.
    """

    def __init__(
        self, reason: str, *, outcome_unknown: bool = False, is_silent: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome_unknown = outcome_unknown
        self.is_silent = is_silent


class LayoutChanged(DatabaseUnavailable):
    """There are other lanes than a ledger was opened for; nothing is stored."""

    def __init__(self) -> None:
        super().__init__("the number of lanes was changed")


class UnsuitableDatabase(Exception):
    """The database would not keep what is acknowledged; the message says what to change."""


class UnsafeFile(UnsuitableDatabase, PermissionError):
    """A file beside the database is not ours, so whoever made it could stop or deceive us."""


GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # between the server's last word and the end of the connection
    OSError,
    TimeoutError,
)
"""PostgreSQL cannot be reached; whether what was under way is stored is unknown."""

_DATABASE_ERRORS = (DBConnectionError, *GONE, asyncpg.PostgresError, sqlite3.Error)

_AWAY = (
    DBConnectionError,
    *GONE,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)

_POSTGRES_INPUT_FAULTS = (
    "22",  # a value that does not fit its column: too long, out of range, not of its encoding
    "23514",  # a check that an operator has put on a column
    "54000",  # a value that is too long for an index
    "P0001",  # a trigger of an operator that refuses a row
)
_SQLITE_INPUT_FAULTS = {
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_CONSTRAINT_CHECK,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,
}


def is_input_fault(error: BaseException) -> bool:
    """Whether the database was there and refused a value, which it will refuse again.

    All that is not listed here is no fault of the input: not even other constraints, which no input
    can break in tables as they were made.
    """
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_POSTGRES_INPUT_FAULTS)
    return getattr(error, "sqlite_errorcode", None) in _SQLITE_INPUT_FAULTS


def is_database_fault(error: BaseException) -> bool:
    """Whether an error comes from the database or the way to it, and is no fault of the input."""
    if isinstance(error, sqlite3.ProgrammingError):  # it was called wrongly
        return False
    return isinstance(error, _DATABASE_ERRORS) and not is_input_fault(error)


def is_locked(error: BaseException) -> bool:
    """Whether others held a lock for longer than it was waited for."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte: the rest has details
    return isinstance(error, asyncpg.LockNotAvailableError) or code == sqlite3.SQLITE_BUSY


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database is why something failed, rather than the input or a fault of ours."""
    while error is not None:
        if isinstance(error, DatabaseUnavailable) or is_database_fault(error):
            return True
        if is_input_fault(error):
            return False
        error = error.__cause__ or error.__context__
    return False


def is_away(error: BaseException | None) -> bool:
    """Whether the database could not be reached: nobody could do anything with it then."""
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        error = error.__cause__ or error.__context__
    return False


_EXPLANATIONS: tuple[tuple[type[BaseException], str], ...] = (
    (asyncpg.InvalidPasswordError, "the password in the database's address is wrong"),
    (asyncpg.InvalidAuthorizationSpecificationError, "the database does not let this role in"),
    (asyncpg.InvalidCatalogNameError, "the server has no such database"),
    (asyncpg.InsufficientPrivilegeError, "this role may not use the tables"),
    (asyncpg.UndefinedTableError, "a table is missing"),
    (asyncpg.LockNotAvailableError, "others hold a lock for too long; try again"),
    (asyncpg.ClientConfigurationError, "the database's address does not work"),
    (socket.gaierror, "the host in the database's address is unknown"),
    (ssl.SSLCertVerificationError, "the certificate of the database's server is not trusted"),
    (ConnectionRefusedError, "nothing listens at the database's address"),
)
_SQLITE_EXPLANATIONS = {
    sqlite3.SQLITE_NOTADB: "the file is no database, or is encrypted",
    sqlite3.SQLITE_CORRUPT: "the database's file is damaged",
    sqlite3.SQLITE_READONLY: "the database's file cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the database's file cannot be opened",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another program holds the database",
}


def explained(error: BaseException) -> str:
    """What is wrong with the database, in a line."""
    cause: BaseException | None = error
    while cause is not None:
        if explanation := _explanation(cause):
            return f"{explanation}: {_first_line(cause)}"
        cause = cause.__cause__ or cause.__context__
    return f"the database does not answer: {described(error)}"


def _explanation(error: BaseException) -> str | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return _SQLITE_EXPLANATIONS.get(code & 0xFF)  # the low byte: the rest has details
    return next((text for kind, text in _EXPLANATIONS if isinstance(error, kind)), None)


def described(error: BaseException) -> str:
    """An error in a line: without the details, which may quote rows, and without hints."""
    return f"{type(error).__name__}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
