"""Turns on PostgreSQL: processes that commit at once do so one after another, each for a while."""

import asyncio
from typing import Any

import asyncpg

from models.errors import GONE
from models.postgres_statements import Connection

TURN_S = 0.02
"""How long a process goes on while others wait: a few commits, judged ahead of one another."""

PATIENCE_S = 1
"""How long to wait for a turn before going on without."""

WITHOUT_S = 5.0
"""How long to go on without, before a turn is waited for again."""

TURN_LOCK = 7_452_717_069_005
_TAKE = f"BEGIN; SELECT pg_advisory_xact_lock({TURN_LOCK})"
_CONNECT_S = 3.0
_SESSION = {
    "application_name": "trailmark turn",
    "lock_timeout": f"{PATIENCE_S}s",
    "idle_in_transaction_session_timeout": "10s",  # a process that stops dead has no turn
}


class Turn:
    """A process's turn to commit, which it takes and passes on.

    It is a courtesy: whoever commits out of turn makes others judge again, and nothing else. So a
    process that cannot have its turn goes on without.
    """

    def __init__(self, credentials: dict[str, Any]) -> None:
        self.is_held = False
        self._credentials = credentials
        self._connection: Connection | None = None
        self._changing = asyncio.Lock()
        self._until = self._without_until = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it is held, and has been for long enough."""
        return self.is_held and _now() > self._until

    async def take(self) -> bool:
        """Wait for the turn, unless it is held; whether it came."""
        async with self._changing:
            if self.is_held or _now() < self._without_until:
                return self.is_held
            try:
                await self._execute(_TAKE)
                self.is_held, self._until = True, _now() + TURN_S
            except (*GONE, asyncpg.PostgresError):
                self._without_until = _now() + WITHOUT_S
                self._disconnect()
            return self.is_held

    async def pass_on(self) -> None:
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
        """Pass it on for good; who waits for it goes on without."""
        self._disconnect()
        async with self._changing:
            self.is_held = False
            self._disconnect()

    async def _execute(self, statement: str) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                **self._credentials,
                server_settings=_SESSION,
                timeout=_CONNECT_S,
                command_timeout=PATIENCE_S + _CONNECT_S,
            )
        await self._connection.execute(statement)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _now() -> float:
    return asyncio.get_running_loop().time()
