"""Sizing: when enough submissions wait to begin a batch, and how many it may take."""

import asyncio
from collections.abc import Callable, Sized
from typing import Any

from resolvers.call_queue import CallQueue, fair_share

BATCH_LIMIT = 1_000
"""Submissions in one commit; a call with more still goes whole."""

UNDER_WAY = 2
"""Batches under way at once, where the ledger can overlap them: one is judged, one committed."""

WORTH_A_BATCH = 16
"""Submissions that are worth a batch of their own while others are committed."""

LARGE_BATCH = 64
"""Submissions from which on a larger batch would hardly cost less for each of them."""

QUIET_TURNS = 2
"""Turns of the event loop in a row that bring nothing more once it has nothing at hand.

A request that is read in one turn is submitted in the next.
"""


class BatchSizing:
    """Sizes batches so that none waits long for another, and few are needed.

    While no batch is under way, whatever waits begins one. While one is, the next begins once it
    would be half as large, or when that one ends. Two at a time hide how long the database takes to
    answer, but they are smaller, and cost more for each submission. So while processors `are_short`
    only a large one begins beside another, and what the event loop has at hand is gathered first.
    """

    def __init__(self, limit: int, are_short: Callable[[], bool] = lambda: False) -> None:
        self._limit = limit
        self._are_short = are_short
        self._under_way = 0  # submissions in batches that have begun and not ended
        self._newest: Sized | None = None
        self._enough = 1

    @property
    def is_idle(self) -> bool:
        """Whether no batch is under way."""
        return not self._under_way

    def is_enough(self, waiting: int) -> bool:
        """Whether so many submissions that wait begin a batch."""
        if waiting < self._enough:
            return False
        return waiting >= LARGE_BATCH or self._newest is None or not self._are_short()

    async def gather(self, queue: CallQueue[Any]) -> None:
        """Return when a batch is to begin: while processors are short, once it is large enough.

        It is, too, when the loop has nothing at hand that could be part of it.
        """
        quiet = 0 if self._are_short() else QUIET_TURNS
        while quiet < QUIET_TURNS and (before := queue.size) < LARGE_BATCH:
            await asyncio.sleep(0)
            quiet = quiet + 1 if queue.size == before else 0

    def limit(self, waiting: int, *, overlaps: bool) -> int:
        """How many of those that wait the next batch may take.

        A batch that overlaps with one under way takes its share of all.
        """
        if not (self._under_way and overlaps):
            return self._limit
        everything = self._under_way + waiting
        return min(self._limit, fair_share(everything, batches=UNDER_WAY, least=WORTH_A_BATCH))

    def begun(self, batch: Sized) -> None:
        """Take note of a batch that is under way."""
        self._under_way += len(batch)
        self._newest, self._enough = batch, max(1, len(batch) // 2)

    def ended(self, batch: Sized) -> bool:
        """Take note that a batch has ended; whether anything that waits is enough by now."""
        self._under_way -= len(batch)
        if batch is not self._newest:
            return False
        self._newest, self._enough = None, 1
        return True
