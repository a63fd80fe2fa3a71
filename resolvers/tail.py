"""The tail: the one reader of the log in a process, at work while anybody follows it."""

import asyncio
import logging
from contextlib import suppress
from typing import Protocol

from models.bells import RETRY_S, Bell
from models.errors import is_unavailable
from models.log import Stretch, read_head, read_log
from resolvers.ending import cancel

log = logging.getLogger(__name__)

POLL_S = 1.0
"""How long a lost ring of the bell can delay what it was for."""


class Taker(Protocol):
    """Whoever is told what the log says."""

    def take(self, stretch: Stretch) -> None:
        """Take the next stretch; each begins where the one before it ended."""

    def miss(self) -> None:
        """Rows were gone before they were read."""


class Tail:
    """Reads the log to its end whenever the bell rings, and now and then without.

    A row that is committed while the tail is at work is told once, in the log's order. The bell
    only wakes: what is told was read from the database.
    """

    def __init__(self, bell: Bell, poll_s: float = POLL_S) -> None:
        self.position = 0
        self._bell = bell
        self._poll_s = poll_s
        self._rung = asyncio.Event()
        self._takers = set[Taker]()
        self._tasks: list[asyncio.Task[None]] = []
        self._beginning = asyncio.Lock()

    def ring(self) -> None:
        """Say that something was committed."""
        self._rung.set()

    async def begin(self) -> None:
        """Be at work; whoever attaches at once is told all that is committed from now on."""
        async with self._beginning:
            if not self._tasks:
                self.position = (await read_head()).last_number
                self._tasks = [
                    asyncio.create_task(self._bell.listen(self.ring), name="bell"),
                    asyncio.create_task(self._read(), name="tail"),
                ]

    def attach(self, taker: Taker) -> None:
        """Tell a taker what the log says after the tail's position."""
        self._takers.add(taker)

    def detach(self, taker: Taker) -> None:
        """Tell a taker nothing more; without takers the tail rests."""
        self._takers.discard(taker)
        if not self._takers:
            self._rest()

    async def stop(self) -> None:
        """End its work, whoever follows."""
        await cancel(self._rest())

    def _rest(self) -> list[asyncio.Task[None]]:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        return tasks

    async def _read(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._rung.wait()
            self._rung.clear()
            try:
                while await self._advance():
                    pass
            except Exception as error:
                if is_unavailable(error):
                    log.warning("the log cannot be read now; the live feed waits: %s", error)
                else:
                    log.exception("the log cannot be read; the live feed waits")
                await asyncio.sleep(RETRY_S)
                self.ring()

    async def _advance(self) -> bool:
        """Read the next stretch and tell it; whether there is more."""
        stretch = await read_log(self.position)
        head = stretch.head
        if head.last_number < self.position:  # an older copy of the database is in its place
            self._miss(head.last_number)
        elif head.pruned_number > self.position:
            self._miss(stretch.end)
        else:
            self.position = stretch.end
            for taker in tuple(self._takers):
                _tell(taker, stretch)
        return stretch.end < head.last_number

    def _miss(self, position: int) -> None:
        log.warning("rows of the log were gone before the live feed had read them")
        self.position = position
        for taker in tuple(self._takers):
            taker.miss()


def _tell(taker: Taker, stretch: Stretch) -> None:
    """Tell one taker; what it fails at keeps nothing from the others."""
    try:
        taker.take(stretch)
    except Exception:
        log.exception("what the log says could not be told")
        taker.miss()
