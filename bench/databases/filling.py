"""Filling a database with a past of millions of rows, as if the product had recorded them.

Nothing is judged and nothing committed row by row: rows are made in the order of the log and copied
in, sums are kept in memory and written once, and indexes are built when all is there.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import asyncpg

from bench.databases.about import About
from bench.databases.past import DAYS, Chunk, Past
from bench.databases.signals import Signals
from models.database.database import Database
from models.records import Micros
from models.upserts import (
    ACTIVITY,
    EVENT_IDS,
    FACET_PARTS,
    FACETS,
    INTERACTIONS,
    OUTCOMES,
    POSTS,
    RANKS,
    SCORES,
    TOTALS,
    Upsert,
)
from resolvers.clock import system_clock
from resolvers.identity import Identity, claim
from resolvers.scoring.weights import DAY

HOT_USER = "user-0"
SECRET = "a secret of benchmarks"  # noqa: S105
_LARGE = (INTERACTIONS.table, EVENT_IDS.table)


async def fill(
    database: Database,
    rows: int,
    users: int,
    posts: int,
    *,
    hot_user_rows: int = 0,
    secret: str = SECRET,
    until: Micros | None = None,
    hashtags: int = 0,
) -> None:
    """Fill a migrated, empty database with so many interactions of the 80 days before `until`.

    `until` is now unless given. About `posts` posts and `users` users take part, and HOT_USER, whom
    `hot_user_rows` of the rows are of. See `Past` for who does what. With some hashtags, all posts
    are described before anything is done to them.
    """
    end = system_clock() if until is None else until
    identity = Identity(secret)
    about = About(identity, users, posts, hashtags, since=end - DAYS * DAY) if hashtags else None
    past = Past(
        rows,
        users,
        posts,
        secret=secret,
        hot_user_rows=hot_user_rows,
        until=end,
        described=() if about is None else about.given,
    )
    await claim(identity, database)
    if database.is_embedded:
        _into_sqlite(database, past, about)
    else:
        await _into_postgres(database, past, about)


def _sums(
    past: Past, signals: Signals, about: About | None
) -> list[tuple[Upsert, Iterable[tuple[Any, ...]]]]:
    """What is written when all interactions are."""
    sums: list[tuple[Upsert, Iterable[tuple[Any, ...]]]] = [
        (TOTALS, past.totals()),
        (SCORES, past.scores()),
        (RANKS, past.ranks()),
        (ACTIVITY, past.activity()),
        (OUTCOMES, signals.outcomes()),
        (FACET_PARTS, signals.parts()),
    ]
    if about is not None:
        sums += [(POSTS, about.posts()), (FACETS, about.facets())]
    return sums


def _noted(chunks: Iterable[Chunk], signals: Signals) -> Iterator[Chunk]:
    """The chunks, of which signals are noted in passing."""
    for chunk in chunks:
        signals.note(chunk.interactions)
        yield chunk


async def _into_postgres(database: Database, past: Past, about: About | None) -> None:
    signals = Signals()
    async with database.connected() as server:
        await server.execute("SET maintenance_work_mem = '512MB'")
        async with server.transaction():
            building = await _drop_indexes(server)
            for chunk in _noted(past.chunks(), signals):
                await _copy(server, INTERACTIONS, chunk.interactions)
                await _copy(server, EVENT_IDS, chunk.event_ids)
            for upsert, rows in _sums(past, signals, about):
                await _copy(server, upsert, rows)
            for statement in building:
                await server.execute(statement)
            await server.execute("UPDATE log_head SET last_number = $1", past.rows)
        await server.execute("VACUUM (ANALYZE)")


async def _copy(
    server: "asyncpg.Connection[asyncpg.Record]", upsert: Upsert, rows: Iterable[tuple[Any, ...]]
) -> None:
    await server.copy_records_to_table(upsert.table, records=rows, columns=list(upsert.columns))


async def _drop_indexes(server: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Drop the large tables' secondary indexes; the statements that build them anew."""
    building = []
    for table in _LARGE:
        for name, definition in await server.fetch(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = $1::text::regclass AND contype = 'u'",
            table,
        ):
            building.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            await server.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, definition in await server.fetch(
            "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = $1::text::regclass AND NOT i.indisprimary",
            table,
        ):
            building.append(definition)
            await server.execute(f"DROP INDEX {name}")
    return building


def _into_sqlite(database: Database, past: Past, about: About | None) -> None:
    signals = Signals()
    with database.opened_file() as file:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -524288"):
            file.execute(f"PRAGMA {setting}").fetchall()
        file.execute("PRAGMA threads = 2")
        indexes = file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            f"AND tbl_name IN ({', '.join(repr(table) for table in _LARGE)})"
        ).fetchall()
        file.execute("BEGIN EXCLUSIVE")
        for name, _ in indexes:
            file.execute(f'DROP INDEX "{name}"')
        for chunk in _noted(past.chunks(), signals):
            _insert(file, INTERACTIONS, chunk.interactions)
            _insert(file, EVENT_IDS, chunk.event_ids)
        for upsert, rows in _sums(past, signals, about):
            _insert(file, upsert, rows)
        for _, statement in indexes:
            file.execute(statement)
        file.execute("UPDATE log_head SET last_number = ?", (past.rows,))
        file.execute("COMMIT")
        file.execute("PRAGMA journal_mode = WAL").fetchall()


def _insert(file: sqlite3.Connection, upsert: Upsert, rows: Iterable[tuple[Any, ...]]) -> None:
    placeholders = ", ".join("?" * len(upsert.columns))
    names = ", ".join(upsert.columns)
    file.executemany(f"INSERT INTO {upsert.table} ({names}) VALUES ({placeholders})", rows)
