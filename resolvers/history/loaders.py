"""What one operation reads: each thing once, and what its fields ask for beside it together."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Generic, NamedTuple, TypeVar

from models.reading import history, totals
from models.reading.filters import Filter
from models.reading.histories.rows import HistoryRow
from models.reading.history import Found, HistoryCursor, HistoryOwner, HistorySlice, Size
from models.reading.log import LogState, read_head
from models.reading.signals.descriptions import PostDescription
from models.reading.totals import Counts, SubjectTotals
from models.records import StoredInteraction, Subject
from models.vocabulary import ActionType, PrivacyLevel
from resolvers.history.batch_reader import BatchReaders
from resolvers.history.loader import Loader
from resolvers.history.scan_budget import ScanBudget
from resolvers.history.settings import UserSetting, settings_of
from resolvers.history.stats import Totals
from resolvers.history.viewer_states import states_of
from resolvers.scoring.engagement import ranks

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class Loaders:
    """The reads of one operation, or of one field of a mutation: what they hold is never old.

    Each loader is made when it is asked for: most operations use one or two.
    """

    def __init__(
        self,
        reads: BatchReaders,
        default_level: PrivacyLevel,
        scan_budget: ScanBudget | None = None,
    ) -> None:
        self._reads = reads
        self._scan_budget = scan_budget or ScanBudget()
        self._default_level = default_level
        self._log_head = _Once(read_head)
        self._histories_asked = 0
        self._found: dict[Hashable, _Once[Any]] = {}
        self._totals: dict[Subject, Totals] = {}
        self._shown_totals: dict[Subject, Totals] = {}
        self._subject_totals: dict[Subject, SubjectTotals] = {}

    @cached_property
    def interaction(self) -> Loader[int, StoredInteraction | None]:
        return Loader(_interactions)

    @cached_property
    def rank(self) -> Loader[str, int | None]:
        return Loader(_ranks)

    @cached_property
    def level(self) -> Loader[str, PrivacyLevel]:
        return Loader(partial(_levels, self._default_level))

    @cached_property
    def setting(self) -> Loader[str, UserSetting]:
        return Loader(partial(settings_of, self._default_level))

    @cached_property
    def description(self) -> Loader[str, PostDescription]:
        return Loader(partial(_descriptions, self._reads))

    @cached_property
    def viewer_states(self) -> Loader[tuple[str, str], list[ActionType]]:
        return Loader(states_of)

    async def history(
        self, owners: Sequence[HistoryOwner], filter: Filter, slice: HistorySlice
    ) -> Found:
        """A slice of the merged histories of owners of one kind.

        It looks at no more rows than the operation still may, whatever the slice says.
        """
        if not owners or filter.passes_nothing:
            return Found()
        self._histories_asked += 1
        await asyncio.sleep(0)  # what is selected beside is asked for by then, as the log's head
        await self._log_head.settle()
        if self._histories_asked == 1:  # nothing to gather: without the loader, which takes longer
            ids = [owner.id for owner in owners]
            slice = _bounded(slice, self._scan_budget.bound(len(ids)))
            found = await self._reads.histories(owners[0].kind, ids, filter, slice)
            return _merged([found[id] for id in ids], slice)
        keys = [_SliceKey(owner, filter, slice) for owner in owners]
        return _merged(await self._slice.load_many(keys), slice)

    async def history_size(
        self, owners: Sequence[HistoryOwner], filter: Filter, limit: int
    ) -> int | None:
        """How many interactions the histories of owners of one kind have together.

        No more rows than the limit are looked at, however many histories; None where there are.
        """
        if len(owners) == 1:
            slice = HistorySlice(limit + 1, bound=limit + 1)
            size = await self._size.load(_SliceKey(owners[0], filter, slice))
            return size.count if size.ended_at is None else None
        ids = [owner.id for owner in owners]
        return await history.merged_size(owners[0].kind, ids, filter, limit)

    async def once(self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What a read finds, read once for a key."""
        if key not in self._found:
            self._found[key] = _Once(read)
        found: T = await self._found[key].get()
        return found

    async def totals(self, subject: Subject) -> Totals:
        """A subject's totals, the same for all fields once they are known.

        They need no loader: what many ask for is read at once, in whatever operation they do.
        """
        if subject not in self._totals:
            found = await self._reads.counts([subject])
            self._totals.setdefault(subject, Totals(found[subject]))
        return self._totals[subject]

    async def all_totals(
        self, subjects: Sequence[Subject], *, with_shown: bool = False
    ) -> list[Totals]:
        """The totals of subjects, in their order; read with what history shows, if asked."""
        if with_shown:
            await self.shown_totals(subjects)
        return await _held(self._totals, subjects, self._reads.counts, Totals)

    async def shown_totals(self, subjects: Sequence[Subject]) -> list[Totals]:
        """What history shows of the totals of subjects, in their order."""
        if missing := [each for each in subjects if each not in self._shown_totals]:
            found = await self._reads.shown_counts(missing)
            for each in missing:
                counts = found[each]
                self._totals.setdefault(each, Totals(counts))
                shown = Totals(Counts(counts.last_at, counts.shown))
                self._shown_totals.setdefault(each, shown)
        return [self._shown_totals[each] for each in subjects]

    async def subject_totals(self, subjects: Sequence[Subject]) -> list[SubjectTotals]:
        """All there is of the totals of subjects, in their order, once known the same."""
        return await _held(
            self._subject_totals, subjects, self._reads.subject_totals, lambda found: found
        )

    def known_subject_totals(self, subject: Subject) -> SubjectTotals | None:
        """All there is of a subject's totals, if it is here."""
        return self._subject_totals.get(subject)

    @property
    def log_head(self) -> Awaitable[LogState]:
        """The log's head as it was before any history was read."""
        return self._log_head.get()

    @cached_property
    def _slice(self) -> "Loader[_SliceKey, Found]":
        return Loader(partial(_slices, self._reads, self._scan_budget))

    @cached_property
    def _size(self) -> "Loader[_SliceKey, Size]":
        return Loader(_sizes)


def _bounded(slice: HistorySlice, bound: int) -> HistorySlice:
    return slice if slice.bound == bound else replace(slice, bound=bound)


class _SliceKey(NamedTuple):
    owner: HistoryOwner
    filter: Filter
    slice: HistorySlice


def _merged(slices: Sequence[Found], slice: HistorySlice) -> Found:
    """The slices of several histories as one, which ends where the first of them ended early."""
    if len(slices) == 1:
        return slices[0]
    ends = [found.ended_at for found in slices if found.ended_at is not None]
    end = None if not ends else min(ends) if slice.backward else max(ends)
    rows = sorted((row for found in slices for row in found.rows), key=_place, reverse=True)
    if end is not None:  # nothing is known of what that one has beyond
        rows = [
            row for row in rows if (_place(row) <= end if slice.backward else _place(row) >= end)
        ]
    if len(rows) < slice.limit:
        return Found(rows, end)
    return Found(rows[-slice.limit :] if slice.backward else rows[: slice.limit])


def _place(row: HistoryRow) -> HistoryCursor:
    return HistoryCursor(row.occurred_at, row.id)


async def _held(
    held: dict[Subject, V],
    subjects: Sequence[Subject],
    read: Callable[[Sequence[Subject]], Awaitable[Mapping[Subject, T]]],
    make: Callable[[T], V],
) -> list[V]:
    """What is held of subjects, in their order, once those are read of which nothing is.

    Of two that read the same at once, the first one's is held.
    """
    if missing := [subject for subject in subjects if subject not in held]:
        found = await read(missing)
        for subject in missing:
            if subject not in held:
                held[subject] = make(found[subject])
    return [held[subject] for subject in subjects]


# What loaders call refers to no loaders: a circle is left to the garbage collector.


class _Once(Generic[V]):
    """What is read once, when it is asked for."""

    def __init__(self, read: Callable[[], Coroutine[Any, Any, V]]) -> None:
        self._read = read
        self._task: asyncio.Task[V] | None = None

    def get(self) -> Awaitable[V]:
        if self._task is None:
            self._task = asyncio.create_task(self._read())
        return asyncio.shield(self._task)

    async def settle(self) -> None:
        """Wait until it is read or has failed, if it was asked for."""
        if self._task is not None:
            await asyncio.wait([self._task])


async def _slices(
    reads: BatchReaders, budget: ScanBudget, keys: Sequence[_SliceKey]
) -> dict[_SliceKey, Found]:
    found: dict[_SliceKey, Found] = {}
    bound = budget.bound(len(keys))
    for (kind, filter, slice), alike in _grouped(keys).items():
        ids = [key.owner.id for key in alike]
        read = await reads.histories(kind, ids, filter, _bounded(slice, bound))
        found |= {key: read[key.owner.id] for key in alike}
    return found


async def _sizes(keys: Sequence[_SliceKey]) -> dict[_SliceKey, Size]:
    found: dict[_SliceKey, Size] = {}
    for (kind, filter, slice), alike in _grouped(keys).items():
        sizes = await history.sizes(kind, [key.owner.id for key in alike], filter, slice)
        found |= {key: sizes[key.owner.id] for key in alike}
    return found


def _grouped(
    keys: Iterable[_SliceKey],
) -> dict[tuple[str, Filter, HistorySlice], list[_SliceKey]]:
    groups = defaultdict(list)
    for key in keys:
        groups[key.owner.kind, key.filter, key.slice].append(key)
    return groups


async def _interactions(numbers: Sequence[int]) -> dict[int, StoredInteraction | None]:
    found = await history.by_numbers(numbers)
    return {number: found.get(number) for number in numbers}


async def _descriptions(reads: BatchReaders, post_ids: Sequence[str]) -> dict[str, PostDescription]:
    found = await reads.descriptions(post_ids)
    return {each: found.get(each) or PostDescription(each) for each in post_ids}


async def _ranks(aliases: Sequence[str]) -> dict[str, int | None]:
    found = await ranks(aliases)
    return {alias: found.get(alias) for alias in aliases}


async def _levels(default: PrivacyLevel, aliases: Sequence[str]) -> dict[str, PrivacyLevel]:
    found = await totals.levels(aliases)
    return {alias: found.get(alias, default) for alias in aliases}
