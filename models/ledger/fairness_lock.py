"""The fairness lock on PostgreSQL: processes that commit at once in a lane take turns.

Each holds it for a few commits, so that it can judge one batch while it writes another.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg

from models.database.advisory_locks import AdvisoryLock
from models.database.postgres import CLOSE_S, Connection, Session, connect
from models.errors import GONE
from models.histogram import Histogram

HOLD_S = 0.02
"""How long a process holds it while others wait: a few commits, judged ahead of one another."""

PATIENCE_S = 1
"""How long to wait for it before going on without."""

WITHOUT_S = 5.0
"""How long to go on without, before it is waited for again."""

_SESSION = Session(
    "trailmark fairness lock",
    {
        "lock_timeout": f"{PATIENCE_S}s",
        "idle_in_transaction_session_timeout": "10s",  # a process that stops dead loses it
    },
    command_s=PATIENCE_S + CLOSE_S,
)


class FairnessLock:
    """A process's share of a lane's fairness lock, which it takes and releases; `waits` are for it.

    Nothing but speed depends on it: whoever commits without it makes others judge again. So a
    process that cannot have it goes on without.
    """

    def __init__(self, credentials: Mapping[str, Any], waits: Histogram, lane: int = 0) -> None:
        self.is_held = False
        self._take = f"BEGIN; SELECT pg_advisory_xact_lock({AdvisoryLock.FAIRNESS + lane})"
        self._waits = waits
        self._credentials = credentials
        self._connection: Connection | None = None
        self._changing = asyncio.Lock()
        self._until = self._without_until = 0.0

    @property
    def is_used_up(self) -> bool:
        """Whether it is held, and has been for long enough."""
        return self.is_held and _now() > self._until

    async def take(self) -> bool:
        """Wait for the lock, unless it is held; whether it is held now."""
        async with self._changing:
            if self.is_held or _now() < self._without_until:
                return self.is_held
            asked_at = _now()
            try:
                await self._execute(self._take)
                self.is_held, self._until = True, _now() + HOLD_S
            except (*GONE, asyncpg.PostgresError):
                self._without_until = _now() + WITHOUT_S
                self._disconnect()
            self._waits.add(_now() - asked_at)
            return self.is_held

    async def release(self) -> None:
        """Let others have it, if it is held."""
        async with self._changing:
            if not self.is_held:
                return
            self.is_held = False
            try:
                await self._execute("COMMIT")
            except (*GONE, asyncpg.PostgresError):
                self._disconnect()

    async def close(self) -> None:
        """Release it for good; who waits for it here goes on without."""
        self._disconnect()
        async with self._changing:
            self.is_held = False
            self._disconnect()

    async def _execute(self, statement: str) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._credentials, _SESSION)
        await self._connection.execute(statement)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _now() -> float:
    return asyncio.get_running_loop().time()
