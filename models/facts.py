"""What the database remembers about itself, kept by whoever says it first."""

import sqlite3
from contextlib import closing

import asyncpg

from models.database import Database

_KEEP = "INSERT INTO facts (name, value) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING"
_KEPT = "SELECT value FROM facts WHERE name = {}"


_PUT = "INSERT INTO facts (name, value) VALUES ({}, {}) ON CONFLICT (name) DO UPDATE SET value = {}"


async def put(database: Database, name: str, value: str) -> None:
    """Keep a fact in place of the one of that name."""
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, timeout=5, isolation_level=None)) as file:
            file.execute(_PUT.format("?1", "?2", "?2"), (name, value))
        return
    server = await asyncpg.connect(**database.credentials)
    try:
        await server.execute(_PUT.format("$1", "$2", "$2"), name, value)
    finally:
        await server.close()


async def keep(database: Database, name: str, value: str) -> str:
    """Keep a fact unless one of that name is kept already; return the one that is."""
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, timeout=5, isolation_level=None)) as file:
            file.execute(_KEEP.format("?", "?"), (name, value))
            return str(file.execute(_KEPT.format("?"), (name,)).fetchone()[0])
    server = await asyncpg.connect(**database.credentials)
    try:
        await server.execute(_KEEP.format("$1", "$2"), name, value)
        return str(await server.fetchval(_KEPT.format("$1"), name))
    finally:
        await server.close()
