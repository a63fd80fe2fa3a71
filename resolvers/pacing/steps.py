"""Steps: work over many rows, in transactions so short that nobody waits long behind one."""

import asyncio
import time
from collections.abc import Awaitable, Iterator, Sequence
from typing import TypeVar

STEP_S = 0.008
"""How long a step should take, its wait for others included: so long others wait for it at most."""

LEAST = 50
"""Rows of a step, however long it takes: each costs as much as some 20 rows by itself."""

LONGEST_PAUSE_S = 1.0

T = TypeVar("T")


class Steps:
    """Sizes the steps of one piece of work, and leaves the database to others between them.

    A step that took too long, by its own work or since others were at it, is followed by one of
    half as many rows; one that was short by one of somewhat more, up to `most`.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._least = min(LEAST, most)
        self.rows = self._least

    def parts(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        """Items in parts, each as large as a step is to be by then."""
        start = 0
        while start < len(items):
            part = items[start : start + self.rows]
            yield part
            start += len(part)

    async def take(self, step: Awaitable[T]) -> T:
        """Take a step, and rest for as long as it took; what it came to."""
        begun = time.monotonic()
        taken = await step
        took = time.monotonic() - begun
        self.note(took)
        await asyncio.sleep(min(took, LONGEST_PAUSE_S))
        return taken

    def note(self, took_s: float) -> None:
        """Size the next step by how long this one took."""
        if took_s > STEP_S:
            self.rows = max(self._least, self.rows // 2)
        elif took_s < STEP_S / 2:
            self.rows = min(self._most, self.rows + self.rows // 4 + 1)
