"""Which engine a database runs on."""

import sqlite3

from models.database.database import Database


async def engine(database: Database) -> str:
    """The name and version of the engine, as in `PostgreSQL 18.0`; of a file, its size as well."""
    if database.is_embedded:
        return f"SQLite {sqlite3.sqlite_version}, {database.path.stat().st_size:,} bytes"
    async with database.connected() as server:
        return f"PostgreSQL {await server.fetchval('SHOW server_version')}"
