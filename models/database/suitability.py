"""Whether a database keeps what is acknowledged: asked before it is used, answered in sentences."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg

from models.database.database import Database
from models.database.postgres import COMMANDS, Connection, Session, connect
from models.errors import UnsuitableDatabase
from models.sqlite_files import tighten
from models.tables import TABLES

ENCODING = "UTF8"
SESSIONS = 20
"""How many sessions a server's process may have: two write, eight read, the others wait or lock."""

SESSIONS_OF_LANE = 3
"""How many more each lane beyond the first may take: two write, and one waits in its turn."""

SESSIONS_OF_WHOLE = 3
"""How many more what concerns all lanes takes where there are several, as many as a lane does."""

_PROBES = 3
_SECOND = replace(COMMANDS, connect_s=5)  # the first was let in at once

_CONDITIONS = """SELECT pg_is_in_recovery(),
    current_setting('fsync'), current_setting('full_page_writes')"""
_ALLOWED = """SELECT sum(setting::int * CASE name WHEN 'max_connections' THEN 1 ELSE -1 END)::int
    FROM pg_settings
    WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')"""
_UNLOGGED = """SELECT relname::text FROM pg_class
    WHERE relname = ANY($1) AND relpersistence = 'u' AND pg_table_is_visible(oid)
    ORDER BY relname"""
POOLER = (
    "the database's address leads to a pooler that shares one connection between sessions, such as "
    "pgbouncer with pool_mode = transaction, where locks and notifications do not work; use "
    "pool_mode = session, or the address of the database itself"
)
_TOO_FEW = (
    "the database lets one session in and no second one; allow this role, and a pooler's pool, at "
    f"least {SESSIONS} sessions for each process of the server"
)


async def check_suitable(database: Database, *, mends: bool = True) -> list[str]:
    """Make sure that a database keeps what is acknowledged; what else is to be said of it.

    Only who `mends` takes the right to open an embedded one's files from others.

    Raises:
        UnsuitableDatabase: it does not; the message says what to change.
    """
    if database.is_embedded:
        _check_file(database)
        return tighten(database.path, mends=mends)
    async with _probe(database) as server:
        _check_encoding(server)
        await _check_sessions(database, server)
        is_standby, *durability = await _fetch_row(server, _CONDITIONS)
        if is_standby:
            raise UnsuitableDatabase(
                "the database is a standby, which cannot be written to; give the address of the "
                "primary"
            )
        return _warnings(durability) + await _unlogged(server)


async def check_room(database: Database, lanes: int) -> None:
    """Make sure that PostgreSQL has sessions enough for one server to write so many lanes.

    Where all are taken nobody gets in, not even who would have fewer lanes again.

    Raises:
        UnsuitableDatabase: it has not; the message says what to change.
    """
    async with _probe(database) as server:
        (allowed,) = await _fetch_row(server, _ALLOWED)
    needed = SESSIONS
    if lanes > 1:
        needed += SESSIONS_OF_LANE * (lanes - 1) + SESSIONS_OF_WHOLE
    if needed > int(str(allowed)):
        raise UnsuitableDatabase(
            f"a server with {lanes} lanes may need {needed} sessions, and PostgreSQL lets "
            f"{allowed} in; raise its max_connections, or have fewer lanes"
        )


def _check_file(database: Database) -> None:
    """Make sure that texts are stored as UTF-8: their order is that of their bytes."""
    if not database.path.exists():
        return
    with database.opened_file() as file:
        (encoding,) = file.execute("PRAGMA encoding").fetchone()
    if encoding != "UTF-8":
        raise UnsuitableDatabase(
            f"the file's encoding is {encoding}, in which texts have another order; let "
            "`trailmark migrate` make a new file"
        )


@asynccontextmanager
async def _probe(database: Database, session: Session = COMMANDS) -> AsyncIterator[Connection]:
    """A connection that keeps no prepared statements, which might not be where they are used."""
    connection = await connect(database.credentials, session, statement_cache_size=0)
    try:
        yield connection
    finally:
        connection.terminate()


def _check_encoding(server: Connection) -> None:
    encoding = server.get_settings().server_encoding
    if encoding != ENCODING:
        raise UnsuitableDatabase(
            f"the database's encoding is {encoding}, which lacks characters that clients send; "
            f"make one with CREATE DATABASE … ENCODING '{ENCODING}' TEMPLATE template0"
        )


async def _check_sessions(database: Database, server: Connection) -> None:
    """Make sure that a session is a connection: two in turn are served by the same two processes.

    Raises:
        UnsuitableDatabase: they are not.
    """
    try:
        async with _probe(database, _SECOND) as other:
            pairs = {(await _process(server), await _process(other)) for _ in range(_PROBES)}
    except TimeoutError as error:
        raise UnsuitableDatabase(_TOO_FEW) from error
    except asyncpg.ConnectionDoesNotExistError as error:
        if "pooling mode" not in str(error):  # which pgbouncer says where it allows no transactions
            raise
        raise UnsuitableDatabase(POOLER) from error
    if len(pairs) > 1 or any(first == second for first, second in pairs):
        raise UnsuitableDatabase(POOLER)


async def _process(connection: Connection) -> str:
    """Which of the server's processes serves a connection now."""
    row = await _fetch_row(connection, "SELECT pg_backend_pid(), pg_postmaster_start_time()")
    return str(row)


async def _fetch_row(connection: Connection, statement: str) -> tuple[object, ...]:
    """A row of a statement, also where a pooler gives each transaction another process."""
    async with connection.transaction():
        row = await connection.fetchrow(statement)
    return tuple(row or ())


def _warnings(durability: list[object]) -> list[str]:
    names = ("fsync", "full_page_writes")
    return [
        f"{name} is off: PostgreSQL may lose what is acknowledged, or all, when the machine fails; "
        f"set {name} = on in its configuration"
        for name, value in zip(names, durability, strict=True)
        if value == "off"
    ]


async def _unlogged(server: Connection) -> list[str]:
    async with server.transaction():
        tables = [row[0] for row in await server.fetch(_UNLOGGED, TABLES)]
    return [
        f"the table {table} is UNLOGGED: PostgreSQL empties it after a crash; run ALTER TABLE "
        f"{table} SET LOGGED"
        for table in tables
    ]
