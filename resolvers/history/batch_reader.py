"""Reads: what many callers ask for while the database answers others, asked for in one query."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from models.errors import is_unavailable
from models.reading import history, totals
from models.reading.filters import Filter
from models.reading.history import Found, HistorySlice
from models.reading.signals.descriptions import PostDescription, descriptions_of
from models.reading.totals import Counts, ShownCounts, SubjectTotals
from models.records import Subject
from resolvers.call_queue import Call, CallQueue, fair_share
from resolvers.clock import Clock
from resolvers.scoring.ahead import counted_as_of
from resolvers.scoring.weights import Scoring

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEYS_AT_ONCE = 500
"""Keys in one query; a call with more still goes whole."""

AT_ONCE = 2
"""Queries under way: while what one found is made into answers, the database runs another."""

WORTH = 16
"""Keys that are worth a query of their own while another is under way."""

ROWS_AT_ONCE = 100_000
"""Rows that one query may look at for those that pass a filter; a call with more goes whole."""

Read = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]


class BatchReader(Generic[K, V]):
    """Reads by keys in few queries: what is asked for during one is read by the next.

    So each call is answered by a query that began after it: what it sees is as fresh as if it had
    been alone. What many ask for at once is divided among the queries that may be under way, and
    `keys_at_once` go into one. A caller that is cancelled only stops waiting. `rest` is called
    whenever nobody waits any more.
    """

    def __init__(
        self,
        read: Read[K, V],
        rest: Callable[[], object] = lambda: None,
        keys_at_once: int = KEYS_AT_ONCE,
    ) -> None:
        self._read = read
        self._keys_at_once = keys_at_once
        self._rest = rest
        self._queue = CallQueue[Call[K, Mapping[K, V]]]()
        self._under_way = 0  # keys in queries
        self._readers: set[asyncio.Task[None]] = set()

    async def of(self, keys: Sequence[K]) -> Mapping[K, V]:
        """What is found under some keys, and maybe under others.

        Raises:
            Exception: whatever reading them raised.
        """
        if not keys:
            return {}
        call = self._call(keys)
        self._queue.add(call)
        if self._is_worth_reading(len(self._readers)):
            self._readers.add(asyncio.create_task(self._read_on(), name="reads"))
        return await call.answer

    def _call(self, keys: Sequence[K]) -> Call[K, Mapping[K, V]]:
        """What waits for them to be read; a reader that is traced has more to keep of it."""
        return Call(keys, asyncio.get_running_loop().create_future())

    async def _read_on(self) -> None:
        try:
            while self._is_worth_reading(len(self._readers) - 1):
                calls = self._take()
                size = sum(len(call.items) for call in calls)
                self._under_way += size
                await self._answer(calls)
                self._under_way -= size
        finally:
            self._readers.discard(asyncio.current_task())
            if not self._readers:
                self._rest()

    def _is_worth_reading(self, others: int) -> bool:
        """Whether enough waits for one more query beside so many others."""
        return others < AT_ONCE and self._queue.size >= (WORTH if others else 1)

    def _take(self) -> list[Call[K, Mapping[K, V]]]:
        """The calls of the next query, which takes its share of all keys."""
        everything = self._queue.size + self._under_way
        share = fair_share(everything, batches=AT_ONCE, least=WORTH)
        return self._queue.take(min(self._keys_at_once, share))

    async def _answer(self, calls: list[Call[K, Mapping[K, V]]]) -> None:
        keys = dict.fromkeys(key for call in calls for key in call.items)
        try:
            found = await self._read(list(keys))
        except Exception as error:
            if len(calls) > 1 and not is_unavailable(error):
                for call in calls:  # what the database does not take of one is no other's fault
                    await self._answer([call])
                return
            if isinstance(error, TimeoutError):  # those who wait would wait as long, and in vain
                calls += self._queue.clear()
            for call in calls:
                call.fail(error)
            return
        for call in calls:
            call.succeed(found)


class BatchReaders:
    """What all operations of a process read together, by its weights and its clock.

    `reader` makes what reads: a `BatchReader`, or what is made of one.
    """

    def __init__(
        self, scoring: Scoring, clock: Clock, reader: Callable[..., Any] = BatchReader
    ) -> None:
        self._scoring = scoring
        self._clock = clock
        self._reader = reader
        self._counts: BatchReader[Subject, Counts] = reader(totals.counts)
        self._shown_counts: BatchReader[Subject, ShownCounts] = reader(totals.shown_counts)
        self._subject_totals: BatchReader[Subject, SubjectTotals] = reader(self._read_totals)
        self._descriptions: BatchReader[str, PostDescription] = reader(descriptions_of)
        self._histories: dict[Hashable, BatchReader[str, Found]] = {}

    def counts(self, subjects: Sequence[Subject]) -> Awaitable[Mapping[Subject, Counts]]:
        """The counts of each subject: what most readers want of its totals."""
        return self._counts.of(subjects)

    def shown_counts(self, subjects: Sequence[Subject]) -> Awaitable[Mapping[Subject, ShownCounts]]:
        """The counts of each subject with the parts that history shows."""
        return self._shown_counts.of(subjects)

    def subject_totals(
        self, subjects: Sequence[Subject]
    ) -> Awaitable[Mapping[Subject, SubjectTotals]]:
        """The totals of each subject, in which what is dated ahead of the clock counts as now."""
        return self._subject_totals.of(subjects)

    def descriptions(self, post_ids: Sequence[str]) -> Awaitable[Mapping[str, PostDescription]]:
        """The descriptions of posts, of which those not described have none."""
        return self._descriptions.of(post_ids)

    async def _read_totals(self, subjects: Sequence[Subject]) -> Mapping[Subject, SubjectTotals]:
        found = await totals.subject_totals(subjects)
        return await counted_as_of(found, self._scoring, self._clock())

    async def histories(
        self, kind: str, ids: Sequence[str], filter: Filter, slice: HistorySlice
    ) -> Mapping[str, Found]:
        """A slice of the history of each owner of one kind, by id.

        Where rows may have to be passed over, few histories are read by one query.
        """
        alike = kind, filter, slice
        reader = self._histories.get(alike)
        if reader is None:
            read = partial(history.histories, kind, filter=filter, slice=slice)
            at_once = KEYS_AT_ONCE if filter.is_by_time else max(1, ROWS_AT_ONCE // slice.most)
            reader = self._reader(read, partial(self._histories.pop, alike), at_once)
            self._histories[alike] = reader
        return await reader.of(ids)
