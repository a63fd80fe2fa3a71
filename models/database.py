"""The database the server was pointed at: what it is, how it is opened, read and written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import require_context
from tortoise.transactions import in_transaction

from models.bells import Bell, PostgresBell, SqliteBell
from models.errors import GONE
from models.ledger import Ledger
from models.postgres_ledger import CLOSE_S, PostgresLedger
from models.sqlite_ledger import SqliteLedger
from models.sqlite_reader import ReadingClient

Dialect = Literal["sqlite", "postgres"]

APP = "models"
READ_CONNECTIONS = 8


async def _leave(connection: Any) -> None:
    """Do nothing more to a connection that was read by: it has no locks, cursors or settings.

    asyncpg has ended what transaction was open. What it does besides takes a statement of its own,
    for which whoever reads would wait.
    """


_READING: dict[Dialect, dict[str, Any]] = {
    "sqlite": {"query_only": 1, "busy_timeout": 5_000},
    "postgres": {
        "minsize": 1,
        "maxsize": READ_CONNECTIONS,
        "timeout": 3,
        "command_timeout": 15,
        "application_name": "trailmark reader",
        "reset": _leave,
        "server_settings": {"default_transaction_read_only": "on", "jit": "off"},
    },
}


_own_connection: ContextVar[BaseDBAsyncClient | None] = ContextVar("snapshot", default=None)
_OPTIONS = ("host", "port", "user", "password", "database", "ssl")


class BadDatabaseUrl(ValueError):
    """The URL names no database the server can use; the message never holds its password."""


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
        try:
            credentials = expand_db_url(f"postgres://{rest}")["credentials"]
        except Exception as error:
            raise BadDatabaseUrl("is not a well-formed PostgreSQL URL") from error
        if not urlsplit(f"postgres://{rest}").path.strip("/"):
            raise BadDatabaseUrl("needs a database name, as in postgres://localhost/trailmark")
        if "sslmode" in credentials:
            credentials["ssl"] = credentials.pop("sslmode")
        if unknown := sorted(set(credentials) - set(_OPTIONS)):
            raise BadDatabaseUrl(f"has {unknown[0][:64]!r}; allowed after ? are host and sslmode")
        return cls("postgres", credentials)

    @property
    def is_embedded(self) -> bool:
        return self.dialect == "sqlite"

    @property
    def path(self) -> Path:
        """The embedded database's file."""
        return Path(self.credentials["file_path"])

    def ledger(self) -> Ledger:
        """The way to write; open until closed, for one caller at a time."""
        if self.is_embedded:
            return SqliteLedger(self.path)
        return PostgresLedger(self.credentials)

    def bell(self) -> Bell:
        """The way to hear of commits."""
        return SqliteBell(self.path) if self.is_embedded else PostgresBell(self.credentials)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Within this, Tortoise's models and `fetch` read this database and cannot change it."""
        config = self.orm_config(**_READING[self.dialect])
        if self.is_embedded:
            config["connections"][self.dialect]["engine"] = "models.sqlite_reader"
        await Tortoise.init(config=config, _enable_global_fallback=True)
        try:
            yield
        finally:
            if self.is_embedded:
                await Tortoise.close_connections()
            else:
                with suppress(TimeoutError):  # else they are terminated
                    async with asyncio.timeout(CLOSE_S):
                        await Tortoise.close_connections()

    def opened_file(self) -> "closing[sqlite3.Connection]":
        """A connection to the embedded database for a few statements, each its own commit."""
        return closing(sqlite3.connect(self.path, timeout=5, isolation_level=None))

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection to the server for a few statements, each its own commit."""
        server = await asyncpg.connect(**self.credentials)
        try:
            yield server
        finally:
            try:
                await server.close(timeout=CLOSE_S)
            except GONE:
                server.terminate()

    def orm_config(self, **options: Any) -> dict[str, Any]:
        """Tortoise's configuration of this database, with further credentials as options.

        The connection is named for its dialect, since Tortoise keeps statements by that name.
        """
        engine = "sqlite" if self.is_embedded else "asyncpg"
        return {
            "connections": {
                self.dialect: {
                    "engine": f"tortoise.backends.{engine}",
                    "credentials": {**self.credentials, **options},
                }
            },
            "apps": {
                APP: {
                    "models": ["models.tables", "aerich.models"],
                    "default_connection": self.dialect,
                }
            },
        }


def dialect() -> Dialect:
    """The dialect of the database being read."""
    return "sqlite" if _connection().capabilities.dialect == "sqlite" else "postgres"


async def fetch(statement: str, arguments: Sequence[Any]) -> Sequence[Any]:
    """Rows of a hand-written SELECT, with `$1`, `$2` … where its arguments go."""
    connection = _connection()
    if connection.capabilities.dialect == "sqlite":
        statement = statement.replace("$", "?")
    _, rows = await connection.execute_query(statement, list(arguments))
    return rows


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Within this, all of `fetch` sees the database as it was at the first of them.

    On SQLite it has a connection of its own, so that no other reader waits for it.
    """
    if dialect() == "postgres":
        async with in_transaction():
            await fetch("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", ())
            yield
        return
    reader: Any = require_context().db()
    own = ReadingClient(reader.filename, connection_name="snapshot", **reader.pragmas)
    token = _own_connection.set(own)
    try:
        await fetch("BEGIN", ())
        yield
    finally:
        _own_connection.reset(token)
        await own.close()


def _connection() -> BaseDBAsyncClient:
    """The connection of whatever is being read: the snapshot's, within one."""
    return _own_connection.get() or require_context().db()


async def ping() -> None:
    """Ask the database for an answer.

    Raises:
        Exception: it gives none.
    """
    await fetch("SELECT last_number FROM log_head", ())
