"""Empty databases for a run: a file and a server of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from bench.databases.clusters import postgres
from models.database.database import Database
from models.database.migrating import migrate
from tests.support.databases import empty, postgres_server


@contextmanager
def databases() -> Iterator[list[Database]]:
    """An SQLite file and a PostgreSQL server, both of this run alone."""
    with TemporaryDirectory(prefix="trailmark-") as folder, postgres_server() as url:
        yield [Database.at(f"sqlite://{folder}/bench.db"), Database.at(url)]


async def start_empty(database: Database) -> None:
    """Take everything out of a database."""
    if not database.is_embedded:
        await empty(database)
        return
    for file in database.path.parent.glob("bench.db*"):
        file.unlink()
    await migrate(database)


@contextmanager
def sqlite() -> Iterator[str]:
    """The URL of a migrated, empty file of its own."""
    with TemporaryDirectory(prefix="trailmark-") as folder:
        url = f"sqlite://{folder}/bench.db"
        asyncio.run(migrate(Database.at(url)))
        yield url


EMPTY = {"postgres": postgres, "sqlite": sqlite}
"""How to have one of them alone, by its name."""
