"""What the database remembers about itself, kept by whoever says it first."""

from models.database import Database

_KEEP = "INSERT INTO facts (name, value) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING"
_KEPT = "SELECT value FROM facts WHERE name = {}"


_PUT = "INSERT INTO facts (name, value) VALUES ({}, {}) ON CONFLICT (name) DO UPDATE SET value = {}"


async def put(database: Database, name: str, value: str) -> None:
    """Keep a fact in place of the one of that name."""
    if database.is_embedded:
        with database.opened_file() as file:
            file.execute(_PUT.format("?1", "?2", "?2"), (name, value))
        return
    async with database.connected() as server:
        await server.execute(_PUT.format("$1", "$2", "$2"), name, value)


async def keep(database: Database, name: str, value: str) -> str:
    """Keep a fact unless one of that name is kept already; return the one that is."""
    if database.is_embedded:
        with database.opened_file() as file:
            file.execute(_KEEP.format("?", "?"), (name, value))
            return str(file.execute(_KEPT.format("?"), (name,)).fetchone()[0])
    async with database.connected() as server:
        await server.execute(_KEEP.format("$1", "$2"), name, value)
        return str(await server.fetchval(_KEPT.format("$1"), name))
