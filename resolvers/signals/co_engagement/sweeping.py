"""Sweeping: taking out of co-engagement what was pruned, as nothing of the log says that."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from models.database.database import Database
from models.following.followers import read_follower
from models.following.moves import Overtaken
from models.following.writer import FollowerWriter, follower_writer
from models.reading.signals.stale_marks import MarkedPositive, marked_after
from models.records import Micros
from resolvers.scoring.weights import DAY, Scoring
from resolvers.signals.co_engagement.following import NAME, CoEngagement
from resolvers.signals.co_engagement.marks import LIKING_MARKS

POSITIVES_AT_ONCE = 1_000

ATTEMPTS = 20
"""How often a step is tried again where the log's follower commits meanwhile: it goes first."""

LONGEST_PAUSE_S = 1.0


class MarkSweeper:
    """Once a day looks at all positives, and takes out what no row stands behind any more.

    What breaks off goes on where it was. A process that starts begins anew.
    """

    def __init__(self, database: Database, scoring: Scoring) -> None:
        self._database = database
        self._work = CoEngagement(scoring.user_half_life)
        self._begun_at: Micros | None = None
        self._last: int | None = None  # the id that was looked at; None once all were

    async def sweep(self, now: Micros) -> int:
        """Sweep what is due; how many posts of users are not what they were.

        Raises:
            DatabaseUnavailable: a step is not done, as far as is known; the next call goes on.
        """
        if self._last is None:
            if self._begun_at is not None and 0 <= now - self._begun_at < DAY:
                return 0
            self._begun_at, self._last = now, 0
        swept = 0
        async with follower_writer(self._database) as writer:
            await self._overtake(writer)
            while self._last is not None:
                begun = time.monotonic()
                taken = await self._step(writer, self._last)
                if taken is None:
                    break
                swept += taken
                await asyncio.sleep(min(time.monotonic() - begun, LONGEST_PAUSE_S))
        return swept

    async def _overtake(self, writer: FollowerWriter) -> None:
        """Have a batch of the follower refused that was read before something was pruned.

        It would bring back what is swept. Where another commit comes between, that has done it.
        """
        at = await read_follower(NAME)
        if at is not None:
            with suppress(Overtaken):
                await writer.commit(at, at, [])

    async def _step(self, writer: FollowerWriter, last: int) -> int | None:
        """Sweep the next positives; how many of them, or None where others leave no room."""
        for _ in range(ATTEMPTS):
            at = await read_follower(NAME)
            page = [] if at is None else await marked_after(last, POSITIVES_AT_ONCE, LIKING_MARKS)
            stale = [each for each in page if each.stale]
            if at is not None and stale:
                changes = await self._work.unmarking(stale, at)
                try:
                    await writer.commit(at, replace(at, state=changes.state), changes.statements)
                except Overtaken:
                    continue
            self._last = _end(page)
            return len(stale)
        return None


def _end(page: list[MarkedPositive]) -> int | None:
    """Where the next page goes on; None behind the last one."""
    return page[-1].id if page else None
