"""Slices of the event loop: long work is done piece by piece, so that others are served between."""

import asyncio
from time import perf_counter

SLICE_S = 0.005
"""Seconds of one turn of the event loop that all long work together may take."""

FREE, FREE_S = 20, 0.01
"""How often an operation may ask, and for how many seconds, before it counts as long."""


class Slices:
    """The turns of the event loop, of each of which long work has a part.

    Without `seconds` nothing ever has to wait.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._ends_at: float | None = None  # of this turn's part, once it was asked for
        self._turn = asyncio.Lock()

    def is_over(self) -> bool:
        """Whether long work is to wait; the first to ask in a turn begins its part."""
        if self._ends_at is not None:
            return perf_counter() > self._ends_at
        if self._seconds is not None:
            self._ends_at = perf_counter() + self._seconds
            asyncio.get_running_loop().call_soon(self._end_turn)
        return False

    async def next(self) -> None:
        """Wait for another turn, after all who wait already."""
        async with self._turn:
            await asyncio.sleep(0)

    def _end_turn(self) -> None:
        self._ends_at = None


class OperationSlices:
    """The slices of one operation, which waits for its turn once, however many lists it has.

    So operations take turns. One that is short waits for none that is long.
    """

    def __init__(self, slices: Slices) -> None:
        self._slices = slices
        self._free = FREE
        self._free_until: float | None = None
        self._turn: asyncio.Lock | None = None  # most operations never wait

    def is_over(self) -> bool:
        """Whether the operation is to wait, which it asks after each item of a list."""
        if self._free:
            self._free -= 1
            now = perf_counter()
            if self._free_until is None:
                self._free_until = now + FREE_S
            if now < self._free_until:
                return False
            self._free = 0
        return self._slices.is_over()

    async def next(self) -> None:
        """Wait for the operation's next turn."""
        if self._turn is None:
            self._turn = asyncio.Lock()
        async with self._turn:
            await self._slices.next()


UNDIVIDED = Slices()
