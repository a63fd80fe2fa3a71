"""The replicas of a database: which of them answers a read, if any."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

from tortoise.context import require_context

from models.database.database import Database
from models.errors import described
from models.replicas.primary import Primary, PrimaryLost, primary_session
from models.replicas.replica import Replica, Rows

log = logging.getLogger(__name__)

RETRY_S = 1.0
LINE_S = 60.0
"""Between two lines about a primary that does not say how far it is; reads may go on without."""

PROOF_S = 30.0
"""After which a session of the primary that nobody used is asked whether it is still there."""


class ReplicaStates(NamedTuple):
    """How many replicas answer reads now, and how many are left alone."""

    answering: int
    lost: int


class Replicas:
    """Have replicas answer what they have replayed, one as much as the other."""

    def __init__(self, database: Database, replicas: Sequence[Database]) -> None:
        self._database = database
        self._replicas = [Replica(each) for each in replicas]
        self._primary: Primary | None = None  # while it tells its position
        self._turn = 0
        self._is_told = False
        self._silent_until = 0.0

    @property
    def states(self) -> ReplicaStates:
        """How many answer, and how many are left alone."""
        is_led = self._primary is not None
        answering = sum(each.answers for each in self._replicas) if is_led else 0
        return ReplicaStates(answering, len(self._replicas) - answering)

    async def fetch(self, statement: str, arguments: Sequence[Any], *, walks: bool) -> Rows | None:
        """Rows of a SELECT that sees all that was committed before; None if the primary is to be
        asked.

        Raises:
            asyncpg.PostgresError: the arguments are at fault.
            TimeoutError: it takes longer than a read may.
        """
        primary = self._primary
        if primary is None or not any(each.answers for each in self._replicas):
            return None
        try:
            position = await primary.look()
        except PrimaryLost:
            return None
        replica = self._next()
        if primary is not self._primary or replica is None:  # positions of another say nothing
            return None
        return await replica.fetch(statement, arguments, position=position, walks=walks)

    async def keep(self) -> None:
        """Have those answer that can, until cancelled; also while the primary comes and goes."""
        while True:
            try:
                async with primary_session(self._database) as primary:
                    await self._keep_all(primary)
            except Exception as error:
                self._tell(error)
            await asyncio.sleep(RETRY_S)

    async def _keep_all(self, primary: Primary) -> None:
        """Have those answer that follow a primary, until its session ends."""
        keepers = [asyncio.create_task(each.keep(primary)) for each in self._replicas]
        self._primary, self._is_told = primary, False
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PROOF_S):
                        await primary.ended.wait()
                await primary.look()
        finally:
            self._primary = None
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    def _next(self) -> Replica | None:
        """The one with the least to do; of several, each in turn."""
        self._turn += 1
        order = self._turn % len(self._replicas)
        turned = self._replicas[order:] + self._replicas[:order]
        return min(
            (each for each in turned if each.answers), key=lambda each: each.load, default=None
        )

    def _tell(self, error: Exception) -> None:
        now = time.monotonic()
        if not self._is_told and now >= self._silent_until:
            self._is_told, self._silent_until = True, now + LINE_S
            log.warning(
                "replicas are left alone: the primary does not say how far it is: %s",
                described(error),
            )


def replica_states() -> ReplicaStates:
    """The replicas of the database that is open for reading, as this process sees them now."""
    replicas: Replicas | None = getattr(require_context().db(), "replicas", None)
    return ReplicaStates(0, 0) if replicas is None else replicas.states


@asynccontextmanager
async def reading_replicas(database: Database, replicas: Sequence[Database]) -> AsyncIterator[None]:
    """Within this, `fetch_current` asks replicas; the database must be open for reading."""
    if not replicas:
        yield
        return
    client: Any = require_context().db()
    client.replicas = Replicas(database, replicas)
    keeper = asyncio.create_task(client.replicas.keep(), name="replicas")
    try:
        yield
    finally:
        client.replicas = None
        keeper.cancel()
        await asyncio.wait([keeper])
