"""Subscribers to a channel, each with a bounded number of answers that wait for it."""

import asyncio
from collections.abc import Callable, Hashable
from typing import NamedTuple

from graphql import located_error

from graph.transport.answers import Answer
from graph.transport.live.live_query import LiveQuery
from resolvers.errors import ConsumerTooSlow

AT_ONCE = 64  # answers that are taken to be sent, and may be on their way when a client stalls


class QueuedAnswer(NamedTuple):
    """The answer that an event came to."""

    answer: Answer
    key: Hashable
    sequence: int
    cursor: str | None


class Subscriber:
    """One subscriber: queues the answers after `start` until they are taken to be sent.

    While it catches up, a full queue is emptied and `start` moves behind it: those events are read
    from where they are stored. Once it is up to date, a full queue ends it.
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
        "topics",
    )

    def __init__(self, live: LiveQuery, limit: int, leave: "Callable[[Subscriber], None]") -> None:
        self.topics = live.topics
        self.start = -1
        self.given: str | None = None  # the cursor of what was taken last
        self._cursor_at = live.cursor
        self._limit = limit
        self._leave = leave
        self._is_up_to_date = False
        self._held: dict[Hashable, QueuedAnswer] = {}
        self._ending: Answer | None = None
        self._waiting: asyncio.Future[None] | None = None

    def leave(self) -> None:
        """Get nothing more."""
        self._leave(self)

    def skip(self, sequence: int) -> None:
        """Get nothing up to a sequence."""
        self.start = max(self.start, sequence)
        held = self._held.items()
        self._held = {key: each for key, each in held if each.sequence > self.start}

    def go_live(self) -> None:
        """Be up to date: everything up to `start` was taken."""
        self._is_up_to_date = True

    def queue(self, answer: QueuedAnswer) -> None:
        """Hold an answer until it is taken."""
        if answer.sequence <= self.start or self._ending is not None:
            return
        if len(self._held) >= self._limit and answer.key not in self._held:
            self._overflow(answer)
        else:
            self._held[answer.key] = answer
        self._wake()

    def end(self, last: Answer) -> None:
        """End with a last answer, once all that is queued was taken."""
        if self._ending is None:
            self._ending = last
            self._wake()

    async def take(self) -> list[Answer]:
        """The next answers in order, some at most; waits until there are any.

        An answer that is refused comes by itself, as the last.
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
        return [each.answer for each in taken]

    def _overflow(self, answer: QueuedAnswer) -> None:
        self._held.clear()
        if self._is_up_to_date:
            slow = ConsumerTooSlow(self.given or self._cursor_at(self.start))
            self._ending = Answer.refusal([located_error(slow)])
        else:
            self.start = answer.sequence

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
