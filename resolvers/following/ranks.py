"""Ranks: the queue of what recording changed, worked off in the background."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from time import monotonic

from models.database.database import Database
from models.errors import OUTAGE, described, is_unavailable
from models.following.rank_queue import RankStep, Step, is_any_queued, queue_size
from models.following.writer import FollowerWriter, follower_writer
from models.ranks.pending import LAST
from resolvers.following.lag import Lag
from resolvers.following.sole_work import SoleWork

log = logging.getLogger(__name__)

WITHIN_S = 0.9
"""How old what is queued becomes as a rule: what comes amid a round waits for the end of the next.

A round that takes long, or a backlog, makes it older. Who is liked all the time is ranked once
meanwhile. Readers see what waits, while it is little.
"""

REST_S = 0.2
"""How long to rest between two rounds at least, however long they take."""

POLL_S = 0.5


async def drain(database: Database) -> None:
    """Rank all that is queued by now; who else does meanwhile is no hindrance.

    Raises:
        DatabaseUnavailable: some is still queued; the same again goes on.
    """
    async with follower_writer(database) as writer:
        _, last = await queue_size()
        while (await rank_step(writer, last)).has_more:
            pass


async def try_to_drain(database: Database) -> None:
    """As `drain`; if the database goes away, what is queued is left to who keeps ranks."""
    try:
        await drain(database)
    except Exception as error:
        if not is_unavailable(error):
            raise
        log.warning("some ranks are left to a server: %s", described(error), extra=OUTAGE)


async def queued_commits() -> int:
    """Of how many commits the ranks are yet to be made."""
    size, _ = await queue_size()
    return size


async def rank_step(writer: FollowerWriter, until: int = LAST) -> Step:
    """Rank those at the head of the queue, up to a number, by their scores as of now.

    Raises:
        DatabaseUnavailable: nothing is done, as far as is known.
    """
    if not await is_any_queued(until):
        return Step(0, has_more=False)
    return await writer.transact(RankStep(until))


class RankFollowing:
    """Keeps ranks up with scores, in one process at a time, for as long as it is at work.

    It goes on at each notification, and rests between two rounds. `lag` says for how long something
    has been queued: 0 where another process is at it. While it may not write, it waits.
    """

    name = "ranks"

    def __init__(
        self,
        database: Database,
        *,
        may_write: Callable[[], bool] = lambda: True,
        poll_s: float = POLL_S,
    ) -> None:
        self._database = database
        self._may_write = may_write
        self._poll_s = poll_s
        self._notified = asyncio.Event()
        self._pending = 0
        self.lag = Lag()
        self._work = SoleWork(
            database,
            "ranking",
            self._follow,
            failure="ranks cannot be kept",
            waiting="their changes wait",
            lags=[self.lag],
            numbers=lambda: (self.lag.seconds, self.pending),
        )

    def notify(self) -> None:
        """Say that something was committed."""
        self.lag.note()
        self._notified.set()

    def at_work(self) -> AbstractAsyncContextManager[None]:
        """Rank until the block ends, as soon as no other process does."""
        return self._work.at_work()

    @property
    def pending(self) -> int:
        """Of how many commits the last round was; 0 where another process is at it."""
        return 0 if self.lag.is_another_s else self._pending

    async def _follow(self) -> None:
        async with follower_writer(self._database) as writer:
            while True:
                begun = monotonic()
                self._notified.clear()
                if self._may_write() and writer.has_room:
                    self.lag.note()  # what others commit is only looked for
                    self.lag.begin()
                    await self._work_off(writer)
                    self.lag.end()
                took = monotonic() - begun
                await asyncio.sleep(max(WITHIN_S - 2 * took, REST_S))
                if not self._pending:
                    await self._woken()

    async def _work_off(self, writer: FollowerWriter) -> None:
        """Rank what is queued by now; what comes meanwhile is left to the next round."""
        commits, has_more = 0, True
        while has_more:
            step = await rank_step(writer)
            commits, has_more = commits + step.commits, step.has_more
        self._pending = commits

    async def _woken(self) -> None:
        """Wait for a notification, or until what other processes have committed is looked for."""
        try:
            async with asyncio.timeout(self._poll_s):
                await self._notified.wait()
        except TimeoutError:
            return
