"""Ranks: the queue of what recording changed, worked off in the background."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from models.database.database import Database
from models.database.process_locks import process_lock
from models.errors import OUTAGE, described, is_unavailable
from models.following.rank_queue import (
    LAST,
    queue_size,
    ranking,
    read_queued,
    scores_of,
)
from models.following.writer import FollowerWriter, Overtaken, follower_writer
from resolvers.following.follower import Lag
from resolvers.scoring.summing import summed
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

WITHIN_S = 0.9
"""How old what is queued becomes as a rule: what comes amid a round waits for the end of the next.

A round that takes long, or a backlog, makes it older. Who is liked all the time is ranked once
meanwhile. Readers see what waits, while it is little.
"""

REST_S = 0.2
"""How long to rest between two rounds at least, however long they take."""

POLL_S = 0.5
RETRY_S = 1.0
TAKE_OVER_S = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """How many commits were ranked at once, and whether more may have been queued by then."""

    commits: int
    has_more: bool


async def drain(database: Database) -> None:
    """Rank all that is queued by now; who else does meanwhile is no hindrance.

    Raises:
        DatabaseUnavailable: some is still queued; the same again goes on.
    """
    async with follower_writer(database) as writer:
        _, last = await queue_size()
        while (await rank_step(database, writer, last)).has_more:
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


async def rank_step(database: Database, writer: FollowerWriter, until: int = LAST) -> Step:
    """Rank those at the head of the queue, by their scores as of now.

    Raises:
        DatabaseUnavailable: nothing is done, as far as is known.
    """
    queued = await read_queued(until)
    if not queued.numbers:
        return Step(0, has_more=False)
    # The scores are read after the queue, so they have whatever it tells of.
    scores = summed(await scores_of(queued.subjects, database.dialect))
    keys = {
        subject: scores[subject].rank_key if subject in scores else None
        for subject in queued.subjects
    }
    try:
        await writer.carry_out(queued.guard, ranking(keys))
    except Overtaken:
        await asyncio.sleep(0)
        return Step(0, has_more=True)
    return Step(len(queued.numbers), has_more=queued.has_more)


class RankFollowing:
    """Keeps ranks up with scores, in one process at a time, for as long as it is at work.

    It goes on at each notification, and rests between two rounds. `lag` says for how long something
    has been queued, and `pending` of how many commits the last round was: 0 where another process
    is at it. While it may not write, it waits.
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
        self.lag = Lag()
        self.pending = 0

    def notify(self) -> None:
        """Say that something was committed."""
        self.lag.note()
        self._notified.set()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Rank until the block ends, as soon as no other process does."""
        working = asyncio.create_task(self._persist(), name="ranks")
        try:
            yield
        finally:
            await cancel([working])

    async def _persist(self) -> None:
        """Go on whatever the database does; what is done is not lost and not done twice."""
        while True:
            try:
                async with process_lock(self._database, "ranking", TAKE_OVER_S, self._leave):
                    self.lag.take()
                    await self._follow()
            except Exception as error:
                if is_unavailable(error):
                    message = "ranks cannot be kept now; their changes wait: %s"
                    log.warning(message, described(error), extra=OUTAGE)
                else:
                    log.exception("ranks cannot be kept; it is tried again")
            await asyncio.sleep(RETRY_S)

    def _leave(self) -> None:
        self.lag.leave()
        self.pending = 0

    async def _follow(self) -> None:
        async with follower_writer(self._database) as writer:
            while True:
                begun = monotonic()
                self._notified.clear()
                if self._may_write() and writer.has_room:
                    self.lag.begin()
                    await self._work_off(writer)
                    self.lag.end()
                took = monotonic() - begun
                await asyncio.sleep(max(WITHIN_S - 2 * took, REST_S))
                if not self.pending:
                    await self._woken()

    async def _work_off(self, writer: FollowerWriter) -> None:
        """Rank what is queued by now; what comes meanwhile is left to the next round."""
        commits, has_more = 0, True
        while has_more:
            step = await rank_step(self._database, writer)
            commits, has_more = commits + step.commits, step.has_more
        self.pending = commits

    async def _woken(self) -> None:
        """Wait for a notification, or until what other processes have committed is looked for."""
        try:
            async with asyncio.timeout(self._poll_s):
                await self._notified.wait()
        except TimeoutError:
            return
