"""Work in the background that one process at a time does on a database."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from models.database.database import Database
from models.database.process_locks import Work as LockedWork
from models.database.process_locks import process_lock
from models.errors import OUTAGE, described, is_away, is_unavailable
from models.following.at_work import telling
from resolvers.following.lag import Lag
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

RETRY_S = 1.0
TAKE_OVER_S = 1.0
"""How often a process looks whether another one is still at the work."""


@dataclass(frozen=True, slots=True)
class SoleWork:
    """Work that goes on whatever the database does, in the one process that has its lock.

    `rounds` does it until it is cancelled or fails; then it is begun anew. What is done must not be
    lost by that, nor done twice. `failure` says in the log what cannot be done, and `waiting` what
    becomes of it meanwhile. `lags` are left to another process while that is at it; other processes
    are told what `numbers` are.
    """

    database: Database
    lock: LockedWork
    rounds: Callable[[], Awaitable[None]]
    failure: str
    waiting: str
    lags: Sequence[Lag]
    numbers: Callable[[], Iterable[float]]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Be at it until the block ends, as soon as no other process is."""
        working = asyncio.create_task(self._persist(), name=self.lock)
        try:
            yield
        finally:
            await cancel([working])

    async def _persist(self) -> None:
        while True:
            try:
                async with process_lock(
                    self.database, self.lock, TAKE_OVER_S, self._leave, tells=self._told
                ):
                    for lag in self.lags:
                        lag.take()
                    await self.rounds()
            except Exception as error:
                self._tell(error)
            await asyncio.sleep(RETRY_S)

    def _tell(self, error: Exception) -> None:
        if is_away(error):
            for lag in self.lags:
                lag.pause()
        if is_unavailable(error):
            message = "%s now; %s: %s"
            log.warning(message, self.failure, self.waiting, described(error), extra=OUTAGE)
        else:
            log.error("%s; it is tried again", self.failure, exc_info=error)

    def _told(self) -> str:
        return telling(self.lock, self.numbers())

    def _leave(self) -> None:
        for lag in self.lags:
            lag.leave()
