"""Migrations: bringing a database to this version, and knowing whether it is there."""

import sqlite3

import asyncpg

from models.database.database import APP, Database
from models.database.distributed.detection import read_distribution
from models.database.metadata import put
from models.database.process_locks import process_lock
from models.database.versions import numbers
from models.database.versions.applying import apply
from models.database.versions.numbers import FORM, FORM_NAME
from models.errors import UnsuitableDatabase
from models.sqlite_files import make_for_owner

_APPLIED = "SELECT version FROM aerich WHERE app = {}"


class NewerDatabase(Exception):
    """The database has been migrated by a newer program, which this one would not understand."""


def available(database: Database) -> list[str]:
    """The names of all migrations for this kind of database, oldest first."""
    return numbers.available(database.dialect)


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

    A server of the version before, if one still runs, stores nothing from the first of them on.

    Raises:
        NewerDatabase: it has a migration that is not of this version; nothing is applied.
        UnsuitableDatabase: Citus distributes its tables, which no migration knows.
    """
    async with process_lock(database, "migrate"):
        names = await pending(database)
        is_new = names == available(database)
        if names and not is_new and not database.is_embedded:
            await _check_is_whole(database)
        if names and database.is_embedded:
            make_for_owner(database.path)
        await apply(database, names)
        if is_new:  # it holds nothing in an older form
            await put(database, FORM_NAME, FORM)
        return names


async def _check_is_whole(database: Database) -> None:
    async with database.connected() as server:
        if await read_distribution(server) is not None:
            raise UnsuitableDatabase(
                "Citus distributes the tables of this database, which cannot be migrated in place; "
                "export with the version before, and import into a new database"
            )


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
