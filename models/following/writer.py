"""What writes for followers: transactions of their own, which never hold a lane's lock."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import asyncpg

from models.database.database import Database
from models.database.notifications.lane_heads import bring_up_now
from models.database.postgres import Connection, Session, connect
from models.database.turnstile import Turnstile, begin
from models.database.versions.numbers import check_version
from models.errors import GONE, DatabaseUnavailable, described, is_database_fault
from models.following.followers import StoredFollower
from models.following.moves import Move
from models.following.statements import Statement
from models.sqlite.wal import WalFile, has_little_room

log = logging.getLogger(__name__)

BUSY_S = 1.0
"""How long a follower waits for the file's lock: who records waits behind it."""

CACHE_KIB = 32_768

_SESSION = Session(
    "trailmark follower",
    {
        "lock_timeout": "10s",
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "10s",
        "jit": "off",
        # All is found by keys. Of a table that grew a moment ago it would rather read the whole.
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
    },
    command_s=65,
)
_COMPRESSING = (
    "SELECT set_config(name, 'lz4', false) FROM pg_settings "
    "WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
)
"""Where the server can: packed pairs, which are most of what is written, take it a ninth of the
time that its own way of compressing them does, and a third more room."""

_VERSION = "SELECT version FROM log_head"
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Transaction(Protocol[R_co]):
    """What is done in one commit, by either database's own connection.

    On SQLite nobody else writes meanwhile; what is read on PostgreSQL is as of each statement.
    """

    def on_file(self, file: sqlite3.Connection) -> R_co:
        """Do it in a file."""

    async def on_server(self, server: Connection) -> R_co:
        """Do it on a server."""


class FollowerWriter:
    """Commits what followers make: of the log, with how far they have come, and of ranks.

    All transactions of a follower of the log follow one another: each is refused where another came
    between it and what it was made by. On SQLite they hold the file's lock all the while.
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
        return await self.transact(Move(before, after.moved(), statements))

    async def transact(self, transaction: Transaction[R]) -> R:
        """Do something in one commit.

        Raises:
            DatabaseUnavailable: nothing is written, as far as is known.
        """
        try:
            async with self._busy:
                if self._database.is_embedded:
                    return await asyncio.shield(asyncio.to_thread(self._on_file, transaction))
                return await self._on_server(transaction)
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

    def _on_file(self, transaction: Transaction[R]) -> R:
        turnstile = Turnstile(self._database.path)
        try:
            with self._database.opened_file() as file:
                file.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                file.execute("PRAGMA busy_timeout = 0")
                wal = WalFile(self._database.path, file)
                try:
                    with turnstile.held():
                        if wal.is_due:  # while nobody can add to it
                            wal.move()
                        begin(file, BUSY_S)
                    done = transaction.on_file(file)
                    check_version(file.execute(_VERSION).fetchone()[0], "sqlite")
                    file.execute("COMMIT")
                    if wal.is_due:  # what is recorded next must not wait for it
                        wal.move()
                    return done
                finally:
                    wal.close()
                    if file.in_transaction:
                        file.execute("ROLLBACK")
        finally:
            turnstile.close()

    async def _on_server(self, transaction: Transaction[R]) -> R:
        server = await self._connected()
        await server.execute("BEGIN")
        try:
            done = await transaction.on_server(server)
            check_version(await server.fetchval(_VERSION), "postgres")
            await server.execute("END")
        except BaseException:
            self._server = None
            server.terminate()  # a ROLLBACK would wait for a server that stands still
            raise
        return done

    async def _connected(self) -> Connection:
        if self._server is None or self._server.is_closed():
            self._server = await connect(self._database.credentials, _SESSION)
            await self._server.execute(_COMPRESSING)
        return self._server


@asynccontextmanager
async def follower_writer(database: Database) -> AsyncIterator[FollowerWriter]:
    """What writes for followers, until the block ends."""
    writer = FollowerWriter(database)
    try:
        yield writer
    finally:
        writer.close()
