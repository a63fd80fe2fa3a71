"""Stretches: long work in the event loop, with pauses in which others have it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import thread_time
from typing import TypeVar

STRETCH_S = 0.001
"""Processor time of the loop between two pauses. A request needs the loop several times, and may
wait so long each time."""

LOOK_EACH = 25
"""Items between two looks at how long it has been: some tenths of a millisecond of counting."""

T = TypeVar("T")


class Stretches:
    """The pauses of one piece of work: each as long as what was worked since the last.

    What counts is the loop's processor time, whoever used it: waiting for the database is no work,
    and while others are busy there are more pauses. Work that has the loop to itself, as that of a
    command, `is_alone` and never rests.
    """

    def __init__(self, *, is_alone: bool = False) -> None:
        self._is_alone = is_alone
        self._since = thread_time()

    async def pause(self) -> None:
        """Leave the loop to others, if it has been worked long enough."""
        if self._is_alone:
            return
        worked_s = thread_time() - self._since
        if worked_s >= STRETCH_S:
            await asyncio.sleep(worked_s)
            self._since = thread_time()

    async def each(self, items: Iterable[T]) -> AsyncIterator[T]:
        """Items, with pauses between some of them."""
        for number, item in enumerate(items, 1):
            yield item
            if not number % LOOK_EACH:
                await self.pause()

    async def over(self, items: AsyncIterator[T]) -> AsyncIterator[T]:
        """Items that are read meanwhile, with pauses between some of them."""
        number = 0
        async for item in items:
            yield item
            number += 1
            if not number % LOOK_EACH:
                await self.pause()


ALONE = Stretches(is_alone=True)
"""No pauses."""
