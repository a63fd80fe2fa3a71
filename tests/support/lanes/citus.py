"""A database that Citus distributes, for tests: the one of TRAILMARK_TEST_CITUS_URL, made anew.

What was in its schema is gone then. Nothing here starts a server.
"""

import asyncio
import os
import subprocess
from pathlib import Path

from models.database.database import Database
from models.database.migrating import migrate
from models.database.postgres import COMMANDS, connect
from models.ledger.lanes.layouts import change_lanes
from models.tables import TABLES

URL = os.environ.get("TRAILMARK_TEST_CITUS_URL", "")
"""The URL of a database on a coordinator of Citus, by a role that may do anything in it."""

LANES = 4

_FOLDER = Path(__file__).parents[3] / "deploy" / "citus"
_GONE = """SELECT format('DROP SCHEMA %I CASCADE', nspname)
        FROM pg_namespace WHERE nspname = 'trailmark_reading'
    UNION ALL SELECT format('DROP SERVER %I CASCADE', srvname)
        FROM pg_foreign_server WHERE srvname = 'trailmark_itself'
    UNION ALL SELECT format('DROP FUNCTION %s', oid::regprocedure)
        FROM pg_proc WHERE proname = 'trailmark_write'
    UNION ALL SELECT format('DROP TABLE %I CASCADE', relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL SELECT format('DROP TYPE %I CASCADE', typname) FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype = 'c' AND typname LIKE '%\\_row'"""


def make_anew(url: str = URL) -> None:
    """Migrate the database of a URL and distribute its tables, by the files of deploy/citus."""
    database = Database.at(url)
    asyncio.run(_migrated(database))
    credentials = database.credentials
    variables = {
        "host": credentials["host"],
        "port": credentials.get("port") or 5432,
        "role": credentials["user"],
        "password": credentials.get("password") or "",
    }
    options = [f"--set={name}={value}" for name, value in variables.items()]
    for files in (("distribute.sql", "writing.sql"), ("reading.sql",)):
        named = [f"--file={_FOLDER / file}" for file in files]
        once = ["psql", url, "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        subprocess.run([*once, *options, *named], check=True, capture_output=True, text=True)


async def _migrated(database: Database) -> None:
    server = await connect(database.credentials, COMMANDS)
    try:
        for (statement,) in map(tuple, await server.fetch(_GONE)):
            await server.execute(statement)
    finally:
        await server.close()
    await migrate(database)
    await change_lanes(database, LANES)


async def empty(url: str = URL) -> None:
    """Take everything out of the tables, but for what each database has at its start."""
    filled = [name for name in TABLES if name not in _KEPT]
    database = Database.at(url)
    async with database.connected() as server:
        await server.execute(f"TRUNCATE {', '.join(filled)}")
        await server.execute(_FIRST)
        await server.execute("UPDATE log_head SET last_number = 0, quiet_commits = 0, mark = 0")


_KEPT = ("log_head", "facts")
_FIRST = "INSERT INTO incarnations (follows, id, began_at) VALUES (-1, 0, 0)"
