"""Reads: what many callers ask for while the database answers others, asked for in one query."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from models import history, totals
from models.errors import is_unavailable
from models.filters import Filter
from models.history import Slice
from models.records import StoredInteraction, Subject
from models.totals import Counts, Tallies

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEYS_AT_ONCE = 500
"""Keys in one query; a call with more still goes whole."""

AT_ONCE = 2
"""Queries under way: while what one found is made into answers, the database runs another."""

WORTH = 16
"""Keys that are worth a query of their own while another is under way."""

Read = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]


@dataclass(slots=True, eq=False)
class _Call(Generic[K, V]):
    keys: Sequence[K]
    answer: "asyncio.Future[Mapping[K, V]]"


class Together(Generic[K, V]):
    """Reads by keys in few queries: what is asked for during one is read by the next.

    So each call is answered by a query that began after it: what it sees is as fresh as if it had
    been alone. What many ask for at once is divided among the queries that may be under way. A
    caller that is cancelled only stops waiting. `rest` is called whenever nobody waits any more.
    """

    def __init__(self, read: Read[K, V], rest: Callable[[], object] = lambda: None) -> None:
        self._read = read
        self._rest = rest
        self._calls: deque[_Call[K, V]] = deque()
        self._waiting = self._under_way = 0  # keys, of calls and in queries
        self._readers: set[asyncio.Task[None]] = set()

    async def of(self, keys: Sequence[K]) -> Mapping[K, V]:
        """What is found under some keys, and maybe under others.

        Raises:
            Exception: whatever reading them raised.
        """
        if not keys:
            return {}
        call: _Call[K, V] = _Call(keys, asyncio.get_running_loop().create_future())
        self._calls.append(call)
        self._waiting += len(keys)
        if self._is_worth_reading(len(self._readers)):
            self._readers.add(asyncio.create_task(self._read_on(), name="reads"))
        return await call.answer

    async def _read_on(self) -> None:
        try:
            while self._is_worth_reading(len(self._readers) - 1):
                calls, size = self._take()
                self._under_way += size
                await self._answer(calls)
                self._under_way -= size
        finally:
            self._readers.discard(asyncio.current_task())
            if not self._readers:
                self._rest()

    def _is_worth_reading(self, others: int) -> bool:
        """Whether enough waits for one more query beside so many others."""
        return others < AT_ONCE and self._waiting >= (WORTH if others else 1)

    def _take(self) -> tuple[list[_Call[K, V]], int]:
        """The calls of the next query, which takes its share of all keys, and how many it takes."""
        share = -(-(self._waiting + self._under_way) // AT_ONCE)
        limit = min(KEYS_AT_ONCE, max(WORTH, share))
        taken: list[_Call[K, V]] = []
        size = 0
        while self._calls and (not taken or size + len(self._calls[0].keys) <= limit):
            call = self._calls.popleft()
            size += len(call.keys)
            taken.append(call)
        self._waiting -= size
        return taken, size

    async def _answer(self, calls: list[_Call[K, V]]) -> None:
        keys = dict.fromkeys(key for call in calls for key in call.keys)
        try:
            found = await self._read(list(keys))
        except Exception as error:
            if len(calls) > 1 and not is_unavailable(error):
                for call in calls:  # what the database does not take of one is no other's fault
                    await self._answer([call])
                return
            for call in calls:
                if not call.answer.done():
                    call.answer.set_exception(error)
            return
        for call in calls:
            if not call.answer.done():  # its caller may have left
                call.answer.set_result(found)


class Reads:
    """What all operations of a process read together."""

    def __init__(self) -> None:
        self._counts = Together[Subject, Counts](totals.counts)
        self._tallies = Together[Subject, Tallies](totals.tallies)
        self._pages: dict[Hashable, Together[str, list[StoredInteraction]]] = {}

    def counts(self, subjects: Sequence[Subject]) -> Awaitable[Mapping[Subject, Counts]]:
        """The counts of each subject: what most readers want of its totals."""
        return self._counts.of(subjects)

    def tallies(self, subjects: Sequence[Subject]) -> Awaitable[Mapping[Subject, Tallies]]:
        """The totals of each subject."""
        return self._tallies.of(subjects)

    async def histories(
        self, owner: str, keys: Sequence[str], filter: Filter, slice: Slice
    ) -> Mapping[str, list[StoredInteraction]]:
        """A slice of each key's history, newest first; `owner` says what the keys are."""
        kind = owner, filter, slice
        together = self._pages.get(kind)
        if together is None:
            read = partial(_histories, owner, filter, slice)
            together = self._pages[kind] = Together(read, partial(self._pages.pop, kind))
        return await together.of(keys)


async def _histories(
    owner: str, filter: Filter, slice: Slice, keys: Sequence[str]
) -> Mapping[str, list[StoredInteraction]]:
    return await history.histories(owner, keys, filter, slice)
