"""Migrations: bringing a database to this version, and knowing whether it is there."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from tortoise.context import TortoiseContext

import migrations
from models.database.database import APP, Database
from models.database.metadata import put
from models.database.process_locks import process_lock
from models.database.rewriting import FORM, FORM_NAME
from models.sqlite_files import make_for_owner

if TYPE_CHECKING:
    from aerich import Command

_APPLIED = "SELECT version FROM aerich WHERE app = {}"


class NewerDatabase(Exception):
    """The database has been migrated by a newer program, which this one would not understand."""


def available(database: Database) -> list[str]:
    """The names of all migrations for this kind of database, oldest first."""
    names = [file.name for file in _folder(database).glob("[0-9]*_*.py")]
    return sorted(names, key=lambda name: int(name.split("_")[0]))


async def pending(database: Database) -> list[str]:
    """The names of the migrations this database still lacks, oldest first.

    Raises:
        NewerDatabase: it has one that is not of this version.
    """
    applied, known = await _applied(database), available(database)
    if newer := sorted(applied.difference(known)):
        raise NewerDatabase(f"the database is of a newer version: it has {', '.join(newer)}")
    return [name for name in known if name not in applied]


async def migrate(database: Database) -> list[str]:
    """Apply what is pending and return its names; safe when several start at once.

    Raises:
        NewerDatabase: it has a migration that is not of this version; nothing is applied.
    """
    async with process_lock(database, "migrate"):
        names = await pending(database)
        is_new = names == available(database)
        if names:
            if database.is_embedded:
                make_for_owner(database.path)
            async with aerich(database) as command:
                await command.upgrade(run_in_transaction=True)
        if is_new:  # it holds nothing in an older form
            await put(database, FORM_NAME, FORM)
        return names


@asynccontextmanager
async def aerich(database: Database) -> AsyncIterator["Command"]:
    """Aerich, at work on this database's own set of migrations."""
    from aerich import Command  # heavy, and no part of serving
    from aerich.migrate import Migrate

    folder = _folder(database)
    config = database.orm_config()
    async with TortoiseContext() as context:
        await context.init(config)
        command = Command(config, app=APP, location=str(folder.parent))
        await command.init()
        Migrate.migrate_location = folder  # aerich has one set per app, this product per database
        yield command


def _folder(database: Database) -> Path:
    return Path(migrations.__path__[0]) / database.dialect


async def _applied(database: Database) -> set[str]:
    if database.is_embedded:
        if not database.path.exists():
            return set()
        with database.opened_file() as file:
            try:
                return {name for (name,) in file.execute(_APPLIED.format("?"), (APP,))}
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return set()
                raise
    async with database.connected() as server:
        try:
            rows = await server.fetch(_APPLIED.format("$1"), APP)
        except asyncpg.UndefinedTableError:
            return set()
        return {row["version"] for row in rows}
