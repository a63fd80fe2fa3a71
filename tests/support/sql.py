"""Raw SQL against the database under test, to plant errors and to look behind the server."""

import sqlite3
from contextlib import closing
from typing import Any

from models.database.database import Database
from models.database.postgres import COMMANDS, connect


async def run(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement, committed, and return its rows."""
    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, isolation_level=None, timeout=10)) as file:
            return file.execute(statement).fetchall()
    server = await connect(database.credentials, COMMANDS)
    try:
        return [tuple(row) for row in await server.fetch(statement)]
    finally:
        await server.close()


async def count(url: str, table: str) -> int:
    """How many rows a table has."""
    ((number,),) = await run(url, f"SELECT count(*) FROM {table}")
    return int(number)
