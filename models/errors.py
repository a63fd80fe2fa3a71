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
GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # between the server's last word and the end of the connection
    OSError,
    TimeoutError,
)
"""PostgreSQL cannot be reached; whether what was under way is stored is unknown."""

BUSY = (
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""PostgreSQL answers that it cannot now; nothing of what was under way is stored."""


def is_unavailable(error: BaseException | None) -> bool:
    """Whether an error says that the database is away, rather than that we erred."""
    while error is not None:
        if isinstance(error, (DatabaseUnavailable, DBConnectionError, *GONE, *BUSY)):
            return True
        if isinstance(error, sqlite3.Error):
            code = getattr(error, "sqlite_errorcode", 0)
            return code & 0xFF in _SQLITE_STATES  # the low byte: the rest tells details
        error = error.__cause__ or error.__context__
    return False
