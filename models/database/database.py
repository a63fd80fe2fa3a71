"""The database the server was pointed at: what it is, how it is opened, read and written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tortoise import Tortoise
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context

from models.database.addresses import BadDatabaseUrl, postgres_credentials, shown_address
from models.database.notifications.listening import (
    CommitNotifications,
    PostgresNotifications,
    SqliteNotifications,
)
from models.database.postgres import (
    CLOSE_S,
    COMMANDS,
    MIGRATING,
    READING_SCHEMA,
    Connection,
    Session,
    connect,
)
from models.database.sqlite_reader import ReadingClient
from models.errors import GONE
from models.sqlite_files import FORGETTING, forget_what_is_deleted

Dialect = Literal["sqlite", "postgres"]

APP = "models"
READ_CONNECTIONS = 8
CLOSE_FILE_S = 5.0  # the last one moves the -wal into the file
FILE_CONNECTIONS = 6  # to an embedded database: beyond some, they wait for the interpreter

STATEMENT_S = 15.0
"""How long a statement that reads may take where no request waits for it."""


async def _leave(connection: Any) -> None:
    """Do nothing more to a connection that was read by: it has no locks, cursors or settings.

    asyncpg has ended what transaction was open. What it does besides takes a statement of its own,
    for which whoever reads would wait.
    """


READER = Session(
    "trailmark reader",
    # A bitmap of a history has all of its rows, where a walk along the index stops at a bound.
    {"default_transaction_read_only": "on", "jit": "off", "enable_bitmapscan": "off"},
    schema=READING_SCHEMA,
)
_SQLITE_READER = {
    "query_only": 1,
    "busy_timeout": 5_000,
    "cache_size": -1024,  # KiB, of each
    "connections": FILE_CONNECTIONS,
    **FORGETTING,
}


_own_connection: ContextVar[BaseDBAsyncClient | None] = ContextVar("snapshot", default=None)


@dataclass(frozen=True)
class Database:
    """A database by its URL: `sqlite://FILE`, or `postgres://user:password@host:port/name`."""

    dialect: Dialect
    credentials: dict[str, Any]

    @classmethod
    def at(cls, url: str) -> "Database":
        """Read a URL.

        Raises:
            BadDatabaseUrl: it names no database the server can use.
        """
        scheme, _, rest = url.partition("://")
        if scheme == "sqlite":
            if not rest or rest.startswith(":") or "?" in rest:
                raise BadDatabaseUrl("needs a file, as in sqlite://trailmark.db")
            return cls("sqlite", {"file_path": rest})
        if scheme not in ("postgres", "postgresql"):
            raise BadDatabaseUrl("must begin with sqlite:// or postgres://")
        return cls("postgres", postgres_credentials(rest))

    @property
    def is_embedded(self) -> bool:
        return self.dialect == "sqlite"

    @property
    def path(self) -> Path:
        """The embedded database's file."""
        return Path(self.credentials["file_path"])

    @property
    def address(self) -> str:
        """Where it is, without its password."""
        if self.is_embedded:
            return f"sqlite://{self.path.absolute()}"
        return shown_address(self.credentials)

    def notifications(self) -> CommitNotifications:
        """The way to hear of commits."""
        return (
            SqliteNotifications(self.path)
            if self.is_embedded
            else PostgresNotifications(self.credentials)
        )

    @asynccontextmanager
    async def reading(self, statement_s: float = STATEMENT_S) -> AsyncIterator[None]:
        """Within this, Tortoise's models and `fetch` read this database and cannot change it.

        A statement that PostgreSQL does not answer in so many seconds fails.
        """
        config = self.orm_config(reads_within_s=statement_s)
        await Tortoise.init(config=config, _enable_global_fallback=True)
        try:
            yield
        finally:
            await _close(CLOSE_FILE_S if self.is_embedded else CLOSE_S)

    @contextmanager
    def opened_file(self) -> Iterator[sqlite3.Connection]:
        """A connection to the embedded database for a few statements, each its own commit."""
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        file = sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None)
        with closing(file):
            make_durable(file)
            forget_what_is_deleted(file)
            yield file

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Connection]:
        """A connection to the server for a few statements, each its own commit."""
        server = await connect(self.credentials, COMMANDS)
        try:
            yield server
        finally:
            try:
                await server.close(timeout=CLOSE_S)
            except GONE:
                server.terminate()

    def orm_config(self, *, reads_within_s: float | None = None) -> dict[str, Any]:
        """Tortoise's configuration of this database, for what only reads it or compares models.

        The connection is named for its dialect, since Tortoise keeps statements by that name.
        """
        reads = reads_within_s is not None
        session = replace(READER, command_s=reads_within_s) if reads else MIGRATING
        return {
            "connections": {
                self.dialect: self._file(reads) if self.is_embedded else self._pool(session, reads)
            },
            "apps": {
                APP: {
                    "models": [
                        "models.tables",
                        "models.following.tables",
                        "models.ranks.tables",
                        "models.signal_tables",
                        "aerich.models",
                    ],
                    "default_connection": self.dialect,
                }
            },
        }

    def _file(self, reads: bool) -> dict[str, Any]:
        engine = "models.database.sqlite_reader" if reads else "tortoise.backends.sqlite"
        options = _SQLITE_READER if reads else {}
        return {"engine": engine, "credentials": {**self.credentials, **options}}

    def _pool(self, session: Session, reads: bool) -> dict[str, Any]:
        async def open_connection(*_: Any, **options: Any) -> Connection:
            return await connect(self.credentials, session, **options)

        options = {"minsize": 0, "maxsize": READ_CONNECTIONS if reads else 1, "reset": _leave}
        credentials = {"open_connection": open_connection, **options}
        return {"engine": "models.database.postgres_pool", "credentials": credentials}


def make_durable(file: sqlite3.Connection) -> None:
    """Let what a connection commits outlive a power cut, however SQLite was built."""
    file.execute("PRAGMA synchronous = FULL")
    file.execute("PRAGMA fullfsync = ON")  # macOS, where a usual sync may stay in the disk's memory


async def _close(seconds: float) -> None:
    """Close what is read by; what does not end in time is terminated, or left to a file system."""
    context = require_context()
    try:
        async with asyncio.timeout(seconds):
            await Tortoise.close_connections()
    except TimeoutError:
        context._connections = None  # else the next one to read would be refused
        await context.close_connections()


def dialect() -> Dialect:
    """The dialect of the database being read."""
    return "sqlite" if reading_client().capabilities.dialect == "sqlite" else "postgres"


class PoolUse(NamedTuple):
    """The connections that read, of one process: used, idle, allowed, and waited for."""

    used: int
    idle: int
    most: int
    waiting: int


def pool_use() -> PoolUse:
    """The connections to the database that is open for reading, as they are used now."""
    client: Any = require_context().db()
    return PoolUse(*client.use)


async def fetch(statement: str, arguments: Sequence[Any]) -> Sequence[Any]:
    """Rows of a hand-written SELECT, with `$1`, `$2` … where its arguments go."""
    return await fetch_by(reading_client(), statement, arguments)


async def fetch_by(
    connection: BaseDBAsyncClient, statement: str, arguments: Sequence[Any]
) -> Sequence[Any]:
    """As `fetch`, by a connection that is known."""
    if connection.capabilities.dialect == "sqlite":
        statement = statement.replace("$", "?")
    _, rows = await connection.execute_query(statement, list(arguments))
    return rows


async def fetch_walking(statement: str, arguments: Sequence[Any]) -> Sequence[Any]:
    """As `fetch`, where many rows may be walked: after others of that kind, if there are some.

    Else a few callers who count would have all connections, and who asks for a row would wait.
    """
    client: Any = require_context().db()
    async with client.walks:
        return await fetch(statement, arguments)


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Within this, all of `fetch` sees the database as it was at the first of them.

    It has a connection of its own, so that no other reader waits for it.
    """
    reader: Any = require_context().db()
    if dialect() == "postgres":
        async with reader.acquire_connection() as connection:
            client = TransactionWrapper(reader)
            client._connection = connection
            try:
                with _reading_by(client):
                    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                    yield
                    await connection.execute("COMMIT")
            except BaseException:
                connection.terminate()  # a ROLLBACK would wait for a server that stands still
                raise
        return
    own = ReadingClient(reader.filename, connection_name="snapshot", **reader.pragmas)
    try:
        with _reading_by(own):
            await fetch("BEGIN", ())
            yield
    finally:
        # Whoever is cancelled again meanwhile would leave its snapshot to keep the -wal for ever.
        await asyncio.shield(own.close())


@contextmanager
def _reading_by(client: BaseDBAsyncClient) -> Iterator[None]:
    token = _own_connection.set(client)
    try:
        yield
    finally:
        _own_connection.reset(token)


def reading_client() -> BaseDBAsyncClient:
    """The connection of whatever is being read: the snapshot's, within one."""
    return _own_connection.get() or require_context().db()
