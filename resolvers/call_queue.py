"""Calls that wait for the next batch: what recording and reading in batches have alike."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class Call(Generic[Item, Answer]):
    """What one caller asks for together, and the answer that it waits for.

    `number` orders it among all calls of its queue.
    """

    items: Sequence[Item]
    answer: "asyncio.Future[Answer]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    number: int = 0

    def succeed(self, answer: Answer) -> None:
        """Answer the caller, if it still waits."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Raise an error to the caller, if it still waits."""
        if not self.answer.done():
            self.answer.set_exception(error)


AnyCall = TypeVar("AnyCall", bound=Call[Any, Any])


class CallQueue(Generic[AnyCall]):
    """Calls in the order in which they came; a batch takes whole calls from the front."""

    def __init__(self) -> None:
        self._calls: deque[AnyCall] = deque()
        self._numbers = count()
        self.size = 0  # items of all calls that wait

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, call: AnyCall) -> None:
        """Put a call behind all others."""
        call.number = next(self._numbers)
        self._calls.append(call)
        self.size += len(call.items)

    def take(self, limit: int) -> list[AnyCall]:
        """The first calls that have no more than so many items; the first of all in any case."""
        taken: list[AnyCall] = []
        size = 0
        while self._calls and (not taken or size + len(self._calls[0].items) <= limit):
            call = self._calls.popleft()
            size += len(call.items)
            taken.append(call)
        self.size -= size
        return taken

    def put_back(self, calls: Iterable[AnyCall]) -> None:
        """Have calls wait again where they were before they were taken."""
        returned = list(calls)
        self._calls = deque(sorted((*returned, *self._calls), key=attrgetter("number")))
        self.size += sum(len(call.items) for call in returned)

    def clear(self) -> list[AnyCall]:
        """Take all calls."""
        return self.take(self.size)


def fair_share(items: int, *, batches: int, least: int) -> int:
    """How many items one of so many batches takes at once, so that none waits long for another.

    `least` is what is worth a batch of its own.
    """
    return max(least, -(-items // batches))
