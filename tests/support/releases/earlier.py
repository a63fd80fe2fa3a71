"""Databases as earlier releases left them: the tables of a migration, with rows in them."""

import math
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from models.database.database import Database
from models.database.postgres import COMMANDS, connect
from models.database.versions.applying import apply
from models.database.versions.numbers import FORM_NAME, available
from models.values import EventKey, event_key, short_key
from resolvers.following.ranks import drain
from tests.support.sql import run

_COLUMNS = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2",
    "postgres": "SELECT table_name::text, column_name::text FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name IN (SELECT tablename FROM pg_tables) "
    "ORDER BY 1, 2",
}

FORM_BEFORE_PARTS = "2"
"""The stored form of databases in which no preferences were counted."""


@asynccontextmanager
async def own_file_or_database(kind: str, folder: Path, postgres: str) -> AsyncIterator[str]:
    """The URL of a database without tables, in a folder or beside another on its server."""
    if kind == "sqlite":
        yield f"sqlite://{folder / 'past.db'}"
        return
    await run(postgres, "CREATE DATABASE past")
    try:
        yield postgres.replace("/postgres?", "/past?")
    finally:
        await run(postgres, "DROP DATABASE past WITH (FORCE)")


async def leave_as(last: str, url: str, filled: str) -> None:
    """Make the tables as they were after a migration, with all rows of another that fit in."""
    database = Database.at(url)
    names = available(database.dialect)
    if database.is_embedded:
        database.path.touch(mode=0o600)
    await apply(database, names[: names.index(last) + 1])
    given, tables = await _tables(filled), await _tables(url)
    for table, columns in tables.items():
        if table == "aerich":
            continue
        shared = [name for name in columns if name in given[table]]
        kept = [name for name in shared if (table, name) != ("log_head", "version")]
        rows = await run(filled, f"SELECT {', '.join(kept)} FROM {table}")
        if table == "event_ids" and "event_key" not in tables["interactions"]:
            kept = columns
            rows = [tuple(each[name] for name in columns) for each in await _event_ids(filled)]
        if table == "scores" and "rank_key" in columns:
            rows, kept = await _ranked_scores(filled, kept), [*kept, "rank_key"]
        await run(url, f"DELETE FROM {table}") if table != "log_head" else None
        await _put(database, table, kept, rows)
    if "facet_parts" not in tables:
        await run(url, f"UPDATE facts SET value = '{FORM_BEFORE_PARTS}' WHERE name = '{FORM_NAME}'")


async def _event_ids(filled: str) -> list[dict[str, Any]]:
    """All event ids, those that are stored with rows as well, with what any release stored.

    `key` is the text that the keys were made of: an alias, a colon and the id.
    """
    shown = "action, target_id, {}, {}, {}"
    stored = shown.format("undo", "interaction_id", "seen_at")
    own = shown.format("FALSE", "id", "recorded_at")
    rows = await run(filled, f"SELECT user_key, event_key, {stored} FROM event_ids")
    events = f"SELECT user_alias, event_key, {own} FROM interactions WHERE event_key IS NOT NULL"
    rows = [*rows, *((short_key(alias), *row) for alias, *row in await run(filled, events))]
    aliases = {alias for (alias,) in await run(filled, "SELECT user_alias FROM interactions")}
    ids = [f"e{number}" for number in range(1, 10)]
    texts = {event_key(alias, id): f"{alias}:{id}" for alias in aliases for id in ids}
    names = ("user_key", "event_key", *stored.split(", "))
    return [
        {"key": texts[EventKey(*row[:2])], **dict(zip(names, row, strict=True))} for row in rows
    ]


async def _ranked_scores(filled: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """All scores, each with the rank key that was in its row once."""
    database = Database.at(filled)
    async with database.reading():
        await drain(database)
    names = ", ".join(f"s.{name}" for name in columns)
    of = "r.subject_kind = s.subject_kind AND r.subject_id = s.subject_id"
    rows = await run(filled, f"SELECT {names}, r.rank_key FROM scores s LEFT JOIN ranks r ON {of}")
    return [(*row, math.inf if key is None else key) for *row, key in rows]


async def _tables(url: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in await run(url, _COLUMNS[Database.at(url).dialect]):
        found.setdefault(table, []).append(column)
    return found


async def _put(
    database: Database, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Store rows; the one of the log's head, which is there, as it is among them."""
    signs = [f"${number}" for number in range(1, len(columns) + 1)]
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(signs)})"
    if table == "log_head":
        values = ", ".join(f"{name} = {sign}" for name, sign in zip(columns, signs, strict=True))
        statement = f"UPDATE {table} SET {values}"
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as file:
            file.executemany(statement.replace("$", "?"), rows)
        return
    server = await connect(database.credentials, COMMANDS)
    try:
        await server.executemany(statement, rows)
    finally:
        await server.close()
