"""Metadata: what the database remembers about itself, by name."""

import asyncio
import sqlite3
from collections.abc import Sequence

from models.database.database import Database

_PUT_FIRST = "INSERT INTO facts (name, value) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING"
_PUT = "INSERT INTO facts (name, value) VALUES ({}, {}) ON CONFLICT (name) DO UPDATE SET value = {}"
_GET = "SELECT value FROM facts WHERE name = {}"


async def put(database: Database, name: str, value: str) -> None:
    """Store a value in place of the one of that name."""
    if database.is_embedded:
        await _beside(database, _PUT.format("?1", "?2", "?2"), name, value)
        return
    async with database.connected() as server:
        await server.execute(_PUT.format("$1", "$2", "$2"), name, value)


async def put_first(database: Database, name: str, value: str) -> str:
    """Store a value unless there is one of that name already; return the one that is stored."""
    if database.is_embedded:
        await _beside(database, _PUT_FIRST.format("?", "?"), name, value)
        return str(await _beside(database, _GET.format("?"), name))
    async with database.connected() as server:
        await server.execute(_PUT_FIRST.format("$1", "$2"), name, value)
        return str(await server.fetchval(_GET.format("$1"), name))


async def get(database: Database, name: str) -> str | None:
    """The value of a name, if there is one."""
    if database.is_embedded:
        return await _beside(database, _GET.format("?"), name)
    async with database.connected() as server:
        value: str | None = await server.fetchval(_GET.format("$1"), name)
        return value


async def _beside(database: Database, statement: str, *arguments: str) -> str | None:
    """Run a statement on the embedded file beside the loop: another program may hold the file."""
    return await asyncio.to_thread(_in_file, database, statement, arguments)


def _in_file(database: Database, statement: str, arguments: Sequence[str]) -> str | None:
    """The value that a statement finds, if it does."""
    with database.opened_file() as file:
        row = file.execute(statement, arguments).fetchone()
        return None if row is None else str(row[0])


def holds(database: Database, name: str) -> bool:
    """Whether an embedded database, if it is there, has a value of that name."""
    if not database.path.exists():
        return False
    with database.opened_file() as file:
        try:
            return file.execute(_GET.format("?"), (name,)).fetchone() is not None
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return False
            raise
