"""Tortoise's connections to PostgreSQL, opened as all others are; nobody waits for one for long."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import PoolConnectionWrapper, TransactionContextPooled

from models.errors import GONE

ACQUIRE_S = 5.0
"""How long to wait for a connection while all of them are used."""

WALKS = 4
"""Statements at once that may walk a hundred thousand rows; the others find connections free."""

CANCEL_S = 1.0
"""How long the server has to end a statement that nobody waits for any more."""


class PoolClient(AsyncpgDBClient):
    """A pool whose connections `open_connection` opens; the address is known to that alone."""

    def __init__(self, *, open_connection: Any, **options: Any) -> None:
        super().__init__(**options)
        self._open_connection = open_connection
        self._releasing = set[asyncio.Task[None]]()
        self.walks = asyncio.Semaphore(WALKS)
        self.replicas: Any = None  # what may answer in its place
        self.waiting = 0  # readers, for a connection
        self.is_distributed: bool | None = None  # not asked yet

    @property
    def use(self) -> tuple[int, int, int, int]:
        """Connections that are used and idle, how many may be, and readers that wait for one."""
        size, idle = (self._pool.get_size(), self._pool.get_idle_size()) if self._pool else (0, 0)
        return size - idle, idle, self.pool_maxsize, self.waiting

    async def create_pool(self, **options: Any) -> "asyncpg.Pool[asyncpg.Record]":
        return await asyncpg.create_pool(
            connect=self._open_connection,
            min_size=self.pool_minsize,
            max_size=self.pool_maxsize,
            reset=self.extra.get("reset"),
        )

    def acquire_connection(self) -> PoolConnectionWrapper[Any]:
        return _Acquired(self, self._pool_init_lock)

    def _in_transaction(self) -> TransactionContextPooled:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock)

    def release_later(self, connection: Any) -> None:
        """Release a connection whose statement failed, once that is ended, or end the connection.

        Whoever asked is told meanwhile: a server that stands still does not end it.
        """
        task = asyncio.create_task(self._release(connection), name="release")
        self._releasing.add(task)
        task.add_done_callback(self._releasing.discard)

    async def _release(self, connection: Any) -> None:
        if self._pool is not None:
            with suppress(asyncpg.PostgresError, *GONE):
                await self._pool.release(connection, timeout=CANCEL_S)


class _Acquired(PoolConnectionWrapper[Any]):
    """A connection of the pool while one reader has it."""

    client: PoolClient

    async def __aenter__(self) -> Any:
        self.client.waiting += 1
        try:
            async with asyncio.timeout(ACQUIRE_S):
                return await super().__aenter__()
        finally:
            self.client.waiting -= 1

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if exc_type is None:
            await super().__aexit__(exc_type, exc_val, exc_tb)
        else:
            self.client.release_later(self.connection)


class _Transaction(TransactionContextPooled):
    """A transaction on a connection of the pool, which ends with it if it is broken off."""

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if exc_type is not None and issubclass(exc_type, asyncio.CancelledError):
            connection: Any = self.client._connection
            connection.terminate()  # a ROLLBACK would wait for what is broken off
            self.client._finalized = True
        await super().__aexit__(exc_type, exc_val, exc_tb)


client_class = PoolClient
