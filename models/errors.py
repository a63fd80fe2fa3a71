"""What can go wrong between the product and its database."""

import sqlite3

import asyncpg
from tortoise.exceptions import DBConnectionError


class DatabaseUnavailable(Exception):
    """The database is locked, full, gone or too slow; the same call may succeed later.

    Nothing of the transaction is stored, unless `outcome_unknown`: the connection broke while the
    commit was under way, so all of it is stored or none of it.
    """

    def __init__(self, reason: str, *, outcome_unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome_unknown = outcome_unknown


_SQLITE_STATES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
_GONE = (
    DatabaseUnavailable,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
    TimeoutError,
)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether an error of a read says that the database is away, rather than that we erred."""
    while error is not None:
        if isinstance(error, _GONE):
            return True
        if isinstance(error, sqlite3.Error):
            code = getattr(error, "sqlite_errorcode", 0)
            return code & 0xFF in _SQLITE_STATES  # the low byte: the rest tells details
        error = error.__cause__ or error.__context__
    return False
