"""Readiness: whether the tables can be read and written now, in sessions of our own."""

import os
from typing import Any

import asyncpg

from models.database.database import dialect, fetch, reading_client
from models.database.suitability import POOLER
from models.database.versions.numbers import check_version
from models.errors import DatabaseUnavailable
from models.tables import TABLES

_HEAD = "SELECT version FROM log_head"
_RIGHTS = " AND ".join(
    f"has_table_privilege(to_regclass(name), '{right}')"
    for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
)
_USABLE = f"SELECT name FROM unnest($1::text[]) t(name) WHERE {_RIGHTS} AND NOT pg_is_in_recovery()"
_IN_FILE = "SELECT name FROM sqlite_schema WHERE type = 'table'"
_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"
_PROCESS = "SELECT pg_backend_pid()"
_ELSEWHERE = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
"""What was prepared in a session is in another one, or was there before."""


async def check_ready() -> None:
    """Make sure that every table is there, and that this role may read and change it.

    A pooler before PostgreSQL may have come to share one session among several since the start.

    Raises:
        DatabaseUnavailable: one is not, or may not be changed; sessions are shared; or the database
            is of another version.
        Exception: the database does not answer.
    """
    is_postgres = dialect() == "postgres"
    if is_postgres:
        await _check_sessions(reading_client())
    head = await fetch(_HEAD, ())
    if not head:
        raise DatabaseUnavailable("the head of the log is missing")
    check_version(head[0][0], dialect())
    usable = await (fetch(_USABLE, [TABLES]) if is_postgres else fetch(_IN_FILE, ()))
    if missing := set(TABLES) - {row[0] for row in usable}:
        raise DatabaseUnavailable(f"these tables cannot be used: {', '.join(sorted(missing))}")
    if not is_postgres and not os.access((await fetch(_FILE, ()))[0][0], os.W_OK):
        raise DatabaseUnavailable("the file is read-only")


async def _check_sessions(pool: Any) -> None:
    """Make sure that two sessions, asked in turn, are served by the same two processes."""
    try:
        async with pool.acquire_connection() as one, pool.acquire_connection() as other:
            pairs = {
                (await one.fetchval(_PROCESS), await other.fetchval(_PROCESS)) for _ in range(2)
            }
    except _ELSEWHERE as error:
        raise DatabaseUnavailable(POOLER) from error
    if len(pairs) > 1 or any(first == second for first, second in pairs):
        raise DatabaseUnavailable(POOLER)
