"""The primary, as replicas are compared to it: how far its log is on disk, and who follows it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from models.database.database import Database
from models.database.postgres import Connection, Session, connect
from models.errors import described
from models.replicas.identity import Identity, identity

LOOK_S = 1.0
"""How long to wait for the primary's position; after that the primary answers reads itself."""

SHOWN_PROOF = "SELECT value FROM facts WHERE name = 'replica proof'"
_WRITE_PROOF = """INSERT INTO facts (name, value) VALUES ('replica proof', $1)
    ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value"""
_POSITION = "SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint"
_SESSION = Session("trailmark replicas", command_s=LOOK_S)


class PrimaryLost(ConnectionError):
    """The primary does not say how far its log reaches."""


class Primary:
    """One session of the primary, which tells its position: all that is committed lies before.

    A commit is acknowledged, and seen by others, after its end is on disk. So a standby that has
    replayed the log up to where it is on disk now has all that anybody knows of. What is not on
    disk yet is sent to no standby, and waiting for it would be in vain.

    Positions say nothing between two servers. They count for this session alone: as long as it
    lives, it speaks with the same start of the same server.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_free = asyncio.Lock()
        self._next_look: asyncio.Task[int] | None = None
        self.ended = asyncio.Event()
        connection.add_termination_listener(lambda _: self.ended.set())

    async def look(self) -> int:
        """The position now: in bytes, asked for after this was called.

        Those who call before it is asked share it, so a turn of the loop asks once.

        Raises:
            PrimaryLost: it cannot be had, and will not be had of this session.
        """
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look(), name="look at the primary")
            self._next_look.add_done_callback(_retrieve)
        return await asyncio.shield(self._next_look)

    async def proof(self) -> str:
        """What a standby shows that has followed this primary until now.

        It was written since this session began: another server cannot have it.

        Raises:
            PrimaryLost: it cannot be had.
        """
        async with self._is_free:
            return str(await self._ask(SHOWN_PROOF))

    async def identity(self) -> Identity:
        """Which cluster this is.

        Raises:
            PrimaryLost: it cannot be had.
        """
        async with self._is_free:
            try:
                return await identity(self._connection)
            except Exception as error:
                raise self._lost(error) from error

    async def _look(self) -> int:
        async with self._is_free:
            self._next_look = None  # who calls from here on needs a later one
            return int(await self._ask(_POSITION))

    async def _ask(self, statement: str) -> Any:
        try:
            return await self._connection.fetchval(statement)
        except Exception as error:
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> PrimaryLost:
        self.ended.set()
        return PrimaryLost(described(error))


@asynccontextmanager
async def primary_session(database: Database) -> AsyncIterator[Primary]:
    """A session that tells positions, with a new proof for those who follow.

    Raises:
        Exception: the primary cannot be reached or written to.
    """
    connection = await connect(database.credentials, _SESSION)
    try:
        await connection.execute(_WRITE_PROOF, secrets.token_hex(16))
        yield Primary(connection)
    finally:
        connection.terminate()


def _retrieve(task: "asyncio.Task[int]") -> None:
    """Let nobody miss the error of a look whose callers have all gone."""
    if not task.cancelled():
        task.exception()
