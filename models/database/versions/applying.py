"""Applying a migration: what it changes, that it was applied, and the version, in one commit.

So a kill leaves all of a migration or nothing. Aerich would leave a part of it on SQLite, where its
scripts are committed statement by statement, and could not go on from there.
"""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import asyncpg

from models.database.database import APP, Database
from models.database.postgres import MIGRATING, connect
from models.database.versions.numbers import FIRST, folder, moved, number_of, version_after
from models.values import short_key

_APPLIED = "INSERT INTO aerich (version, app, content) VALUES ({}, {}, {})"
_IS_APPLIED = "SELECT 1 FROM aerich WHERE app = ? AND version = ?"
_IN_A_FILE = 1  # memory may not hold a new index
ATTEMPTS = 20
_LOCK = """DO $$ BEGIN
    IF to_regclass('log_head') IS NOT NULL THEN
        LOCK TABLE log_head IN ACCESS EXCLUSIVE MODE;
    END IF;
END $$"""
"""Locks the head's table first: the statement that records locks it before all others."""


async def apply(database: Database, names: list[str]) -> None:
    """Apply migrations, each in a transaction of its own."""
    for name in names:
        module = _module(database, name)
        script = await _script(module)(None) + _move(database, name)
        if database.is_embedded:
            await asyncio.to_thread(_apply_in_file, database, name, script, _state(module))
        else:
            await _apply_on_server(database, name, script, _state(module))


def _apply_in_file(database: Database, name: str, script: str, state: str) -> None:
    with database.opened_file() as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute(f"PRAGMA temp_store = {_IN_A_FILE}")
        file.create_function("short_key", 1, short_key, deterministic=True)  # PostgreSQL has sha256
        try:
            file.execute("BEGIN IMMEDIATE")
            if not _is_applied(file, name):
                _run(file, script)
                file.execute(_APPLIED.format("?", "?", "?"), (name, APP, state))
            file.execute("COMMIT")
        except BaseException:
            if file.in_transaction:
                file.execute("ROLLBACK")
            raise


def _is_applied(file: sqlite3.Connection, name: str) -> bool:
    """Whether another process has applied it meanwhile."""
    has_table = "SELECT 1 FROM sqlite_schema WHERE name = 'aerich'"
    if file.execute(has_table).fetchone() is None:
        return False
    return file.execute(_IS_APPLIED, (APP, name)).fetchone() is not None


def _run(file: sqlite3.Connection, script: str) -> None:
    """Run the statements of a script within the transaction, which `executescript` would commit."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            file.execute(statement)
            statement = ""


async def _apply_on_server(database: Database, name: str, script: str, state: str) -> None:
    """Apply it while nobody records; again, where somebody who reads stood in its way."""
    server = await connect(database.credentials, MIGRATING)
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with server.transaction():
                    await server.execute(_LOCK)
                    await server.execute(script)
                    await server.execute(_APPLIED.format("$1", "$2", "$3"), name, APP, state)
                return
            except asyncpg.DeadlockDetectedError:
                if attempt == ATTEMPTS:
                    raise
    finally:
        server.terminate()


def _move(database: Database, name: str) -> str:
    """What moves the version, if there is one by then."""
    has_version = number_of(name) >= FIRST[database.dialect]
    return f"\n;{moved(version_after(name))};" if has_version else "\n;"


def _module(database: Database, name: str) -> ModuleType:
    from aerich.utils import import_py_file  # heavy, and no part of serving

    module: ModuleType = import_py_file(folder(database.dialect) / name)
    return module


def _script(module: ModuleType) -> Callable[[Any], Awaitable[str]]:
    script: Callable[[Any], Awaitable[str]] = module.upgrade
    return script


def _state(module: ModuleType) -> str:
    """The models as they are by then, with which changed models are compared."""
    from aerich.utils import decompress_dict

    return json.dumps(decompress_dict(module.MODELS_STATE))
