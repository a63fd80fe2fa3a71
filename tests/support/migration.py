"""Migrations for changed models: one for each database, named by the first argument."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aerich import Command
from aerich.migrate import Migrate
from aerich.models import Aerich
from tortoise.context import TortoiseContext

from models.database.database import APP, Database
from models.database.migrating import migrate
from models.database.versions.numbers import folder
from tests.support.databases import postgres_server

USAGE = "say in lower case what changed: make migration NAME=what_changed"


async def write(database: Database, name: str) -> str | None:
    """Write what the models changed since a migrated database's last migration.

    Returns the new file's name, or nothing where aerich sees no change.
    """
    async with aerich(database) as command:
        # Aerich keeps these on a class, for one run of one set of migrations.
        last = await Aerich.filter(app=APP).order_by("-id").first()
        Migrate._last_version_content = None if last is None else dict(last.content)
        for operators in (
            Migrate.upgrade_operators,
            Migrate.downgrade_operators,
            Migrate._upgrade_fk_m2m_index_operators,
            Migrate._downgrade_fk_m2m_index_operators,
            Migrate._upgrade_m2m,
            Migrate._downgrade_m2m,
        ):
            operators.clear()
        return await command.migrate(name) or None


@asynccontextmanager
async def aerich(database: Database) -> AsyncIterator[Command]:
    """Aerich, at work on this database's own set of migrations."""
    config, where = database.orm_config(), folder(database.dialect)
    async with TortoiseContext() as context:
        await context.init(config)
        command = Command(config, app=APP, location=str(where.parent))
        await command.init()
        Migrate.migrate_location = where  # aerich has one set per app, this product per database
        yield command


def main(arguments: list[str]) -> None:
    """Write a migration for SQLite and one for PostgreSQL, each against a fresh database."""
    if len(arguments) != 1 or not re.fullmatch(r"[a-z0-9_]+", arguments[0]):
        sys.exit(USAGE)
    with TemporaryDirectory() as folder, postgres_server() as url:
        for database in (Database.at(f"sqlite://{Path(folder) / 'migrated.db'}"), Database.at(url)):
            asyncio.run(migrate(database))
            written = asyncio.run(write(database, arguments[0]))
            said = f"wrote {written}" if written else "aerich sees no change"
            sys.stdout.write(f"{database.dialect}: {said}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
