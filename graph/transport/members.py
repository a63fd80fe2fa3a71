"""Members: subscribers to a channel, each with a bounded number of answers that wait for it."""

import asyncio
from collections.abc import Callable, Hashable
from typing import NamedTuple

from graphql import located_error

from graph.transport.answers import Answer
from graph.transport.live import Live
from resolvers.errors import ConsumerTooSlow

AT_ONCE = 64  # answers that are taken to be sent, and may be on their way when a client stalls


class Told(NamedTuple):
    """The answer that an event came to."""

    answer: Answer
    key: Hashable
    place: int
    cursor: str | None


class Member:
    """One subscriber: is told the answers after `start`, and gives them when they are taken.

    While it catches up, what is too much to be held is let go, and `start` moves behind it: it is
    read from where events are kept. Once it is up to date, too much ends it.
    """

    __slots__ = (
        "_cursor_at",
        "_ending",
        "_held",
        "_is_up_to_date",
        "_leave",
        "_limit",
        "_waiting",
        "given",
        "start",
        "wishes",
    )

    def __init__(self, live: Live, limit: int, leave: "Callable[[Member], None]") -> None:
        self.wishes = live.wishes
        self.start = -1
        self.given: str | None = None  # the cursor of what was taken last
        self._cursor_at = live.cursor
        self._limit = limit
        self._leave = leave
        self._is_up_to_date = False
        self._held: dict[Hashable, Told] = {}
        self._ending: Answer | None = None
        self._waiting: asyncio.Future[None] | None = None

    def leave(self) -> None:
        """Be told nothing more."""
        self._leave(self)

    def skip(self, place: int) -> None:
        """Be told nothing up to a place."""
        self.start = max(self.start, place)
        held = self._held.items()
        self._held = {key: told for key, told in held if told.place > self.start}

    def go_live(self) -> None:
        """Be up to date: everything up to `start` was taken."""
        self._is_up_to_date = True

    def tell(self, told: Told) -> None:
        """Hold an answer until it is taken."""
        if told.place <= self.start or self._ending is not None:
            return
        if len(self._held) >= self._limit and told.key not in self._held:
            self._overflow(told)
        else:
            self._held[told.key] = told
        self._wake()

    def end(self, last: Answer) -> None:
        """End it with a last answer, once what it holds was taken."""
        if self._ending is None:
            self._ending = last
            self._wake()

    async def take(self) -> list[Answer]:
        """The next answers in order, some at most; waits until there are any.

        One that is refused comes alone, and is the last.
        """
        while not self._held:
            if self._ending is not None:
                return [self._ending]
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if len(self._held) <= AT_ONCE:
            taken, self._held = list(self._held.values()), {}
        else:
            taken = [self._held.pop(key) for key in list(self._held)[:AT_ONCE]]
        self.given = taken[-1].cursor
        return [told.answer for told in taken]

    def _overflow(self, told: Told) -> None:
        self._held.clear()
        if self._is_up_to_date:
            slow = ConsumerTooSlow(self.given or self._cursor_at(self.start))
            self._ending = Answer.refusal([located_error(slow)])
        else:
            self.start = told.place

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
