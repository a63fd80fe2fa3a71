"""What writes for followers: transactions of their own, which never hold a lane's lock."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass

import asyncpg

from models.database.database import Database
from models.database.notifications.lane_heads import bring_up_now
from models.database.postgres import Connection, Session, connect
from models.database.turnstile import Turnstile
from models.database.versions.numbers import check_version
from models.errors import GONE, DatabaseUnavailable, described, is_database_fault
from models.following.followers import StoredFollower
from models.following.statements import Statement
from models.sqlite.wal import WalFile, has_little_room

log = logging.getLogger(__name__)

BUSY_MS = 1_000
"""How long a follower waits for the file's lock: who records waits behind it."""

CACHE_KIB = 32_768

_SESSION = Session(
    "trailmark follower",
    {
        "lock_timeout": "10s",
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "10s",
        "jit": "off",
    },
    command_s=65,
)
_VERSION = "SELECT version FROM log_head"
_BEGIN = (
    "INSERT INTO followers (name, incarnation, sequence, version, state, revision) "
    "VALUES ({}) ON CONFLICT (name) DO NOTHING"
)
_MOVE = (
    "UPDATE followers SET incarnation = {}, sequence = {}, version = {}, state = {}, revision = {} "
    "WHERE name = {} AND revision = {}"
)


class Overtaken(Exception):
    """Somebody else has committed for the same follower since it was read; nothing is written."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a transaction begins with: a statement that moves so many rows, unless overtaken."""

    name: str
    sqlite: str
    postgres: str
    rows: int
    sqlite_arguments: Sequence[object]
    postgres_arguments: Sequence[object]


@dataclass(frozen=True, slots=True)
class _Move:
    """How a follower's row goes on: from what was read to what is to be there."""

    before: StoredFollower
    after: StoredFollower

    @property
    def is_first(self) -> bool:
        return not self.before.revision

    @property
    def statement(self) -> str:
        return _BEGIN if self.is_first else _MOVE

    @property
    def arguments(self) -> tuple[object, ...]:
        after = self.after
        if self.is_first:
            return astuple(after)
        changed = after.incarnation, after.sequence, after.version, after.state, after.revision
        return (*changed, after.name, self.before.revision)

    @property
    def guard(self) -> Guard:
        """Whoever comes second waits here, and then sees that the row has moved."""
        arguments = self.arguments
        marks = [f"${at}" for at in range(1, len(arguments) + 1)]
        sqlite, postgres = self._filled(["?"] * len(arguments)), self._filled(marks)
        return Guard(
            self.before.name,
            sqlite,
            postgres,
            rows=1,
            sqlite_arguments=arguments,
            postgres_arguments=arguments,
        )

    def _filled(self, marks: Sequence[str]) -> str:
        return self.statement.format(*([", ".join(marks)] if self.is_first else marks))


class FollowerWriter:
    """Commits a follower's row together with what it made of the log.

    All transactions of a follower follow one another: each is refused where another came between
    it and what it was made by. On SQLite they hold the file's lock for as long as they write.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._server: Connection | None = None
        self._busy = asyncio.Lock()

    async def commit(
        self, before: StoredFollower, after: StoredFollower, statements: Sequence[Statement]
    ) -> StoredFollower:
        """Write what is to be there after what was read; the follower as it then is.

        Raises:
            Overtaken: the follower is no longer as it was read.
            DatabaseUnavailable: nothing is written, as far as is known.
        """
        move = _Move(before, after.moved())
        await self.carry_out(move.guard, statements)
        return move.after

    async def carry_out(self, guard: Guard, statements: Sequence[Statement]) -> None:
        """Do what guards a transaction, and the statements, in one commit.

        Raises:
            Overtaken: it moved other rows than it was to; nothing is written.
            DatabaseUnavailable: nothing is written, as far as is known.
        """
        try:
            async with self._busy:
                if self._database.is_embedded:
                    await asyncio.shield(asyncio.to_thread(self._write_file, guard, statements))
                else:
                    await self._write_server(guard, statements)
        except (sqlite3.Error, asyncpg.PostgresError, *GONE) as error:
            self.close()
            if not is_database_fault(error):
                raise
            raise DatabaseUnavailable(described(error)) from error

    async def bring_up(self) -> None:
        """Bring up lanes of the log that stand still, so that it can be followed beyond them.

        Where that cannot be done, the log is followed as far as it can be read.
        """
        async with self._busy:
            try:
                await bring_up_now(await self._connected())
            except (asyncpg.PostgresError, *GONE) as error:
                self.close()
                log.warning("the log's lanes cannot be brought up: %s", described(error))

    @property
    def has_room(self) -> bool:
        """Whether there is room for what is recorded, which comes first, and for this as well."""
        if not self._database.is_embedded:
            return True
        try:
            return not has_little_room(self._database.path)
        except OSError:
            return False

    def close(self) -> None:
        """End the connection, which nothing runs on; it is opened again where it is needed.

        A server that stands still would not answer a farewell.
        """
        server, self._server = self._server, None
        if server is not None:
            server.terminate()

    def _write_file(self, guard: Guard, statements: Sequence[Statement]) -> None:
        turnstile = Turnstile(self._database.path)
        try:
            with self._database.opened_file() as file:
                file.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                file.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                wal = WalFile(self._database.path, file)
                try:
                    with turnstile.held():
                        file.execute("BEGIN IMMEDIATE")
                    _write_rows(file, guard, statements)
                    file.execute("COMMIT")
                    if wal.is_due:  # what is recorded next must not wait for it
                        wal.move()
                finally:
                    wal.close()
                    if file.in_transaction:
                        file.execute("ROLLBACK")
        finally:
            turnstile.close()

    async def _write_server(self, guard: Guard, statements: Sequence[Statement]) -> None:
        server = await self._connected()
        await server.execute("BEGIN")
        try:
            await _write_statements(server, guard, statements)
            await server.execute("END")
        except BaseException:
            self._server = None
            server.terminate()  # a ROLLBACK would wait for a server that stands still
            raise

    async def _connected(self) -> Connection:
        if self._server is None or self._server.is_closed():
            self._server = await connect(self._database.credentials, _SESSION)
        return self._server


async def _write_statements(
    server: Connection, guard: Guard, statements: Sequence[Statement]
) -> None:
    done = await server.execute(guard.postgres, *guard.postgres_arguments)
    if int(done.rpartition(" ")[2]) != guard.rows:
        raise Overtaken(guard.name)
    check_version(await server.fetchval(_VERSION), "postgres")
    for each in statements:
        if not each.columns:
            await server.execute(each.postgres)
        elif each.rows:
            await server.execute(each.for_postgres, *each.arrays)


def _write_rows(file: sqlite3.Connection, guard: Guard, statements: Sequence[Statement]) -> None:
    if file.execute(guard.sqlite, guard.sqlite_arguments).rowcount != guard.rows:
        raise Overtaken(guard.name)
    check_version(file.execute(_VERSION).fetchone()[0], "sqlite")
    for each in statements:
        if not each.columns:
            file.execute(each.sqlite)
        elif each.rows:
            file.executemany(each.sqlite, each.rows)


@asynccontextmanager
async def follower_writer(database: Database) -> AsyncIterator[FollowerWriter]:
    """What writes for followers, until the block ends."""
    writer = FollowerWriter(database)
    try:
        yield writer
    finally:
        writer.close()
