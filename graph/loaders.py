"""DataLoaders: what the fields of one operation ask for one by one, fetched together."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader

from models import history, kept, totals
from models.filters import Filter
from models.history import Slice
from models.log import LogHead, read_head
from models.records import StoredInteraction, StoredSetting, Subject
from models.totals import Tallies
from models.vocabulary import ActionType, PrivacyLevel
from resolvers.engagement import ranks
from resolvers.histories import COUNT_LIMIT, Cut, Scope
from resolvers.reads import Reads
from resolvers.stats import Totals
from resolvers.viewing import states_of

K = TypeVar("K")
V = TypeVar("V")


class Loader(DataLoader[K, V]):
    """A loader whose results outlive those who wait for them.

    Where a field fails, those beside it are cancelled, and one of them may share what it waits
    for with a field elsewhere.
    """

    def load(self, key: K) -> Awaitable[V]:
        return asyncio.shield(super().load(key))


class Loaders:
    """The loaders of one operation, or of one field of a mutation: what they hold is never old.

    Each is made when it is asked for: most operations use one or two.
    """

    def __init__(self, reads: Reads, default_level: PrivacyLevel) -> None:
        self._reads = reads
        self._default_level = default_level
        self._log_head = _Once(read_head)
        self._asking = 0  # fields that have asked for histories
        self._totals: dict[Subject, Totals] = {}
        self._tallies: dict[Subject, Tallies] = {}

    @cached_property
    def interaction(self) -> Loader[int, StoredInteraction | None]:
        return Loader(_interactions)

    @cached_property
    def history(self) -> Loader[Cut, list[StoredInteraction]]:
        return Loader(partial(_histories, self._reads))

    @cached_property
    def _size(self) -> Loader[tuple[Scope, Filter], int]:
        return Loader(_sizes)

    @cached_property
    def rank(self) -> Loader[str, int | None]:
        return Loader(_ranks)

    @cached_property
    def level(self) -> Loader[str, PrivacyLevel]:
        return Loader(partial(_levels, self._default_level))

    @cached_property
    def setting(self) -> Loader[str, StoredSetting | None]:
        return Loader(_settings)

    @cached_property
    def viewer_states(self) -> Loader[tuple[str, str], list[ActionType]]:
        return Loader(_states)

    async def histories(
        self, scopes: Sequence[Scope], filter: Filter, slice: Slice
    ) -> list[list[StoredInteraction]]:
        """A slice of each history of one kind of owner; where one field asks, without a loader."""
        self._asking += 1
        await asyncio.sleep(0)  # what is selected beside is asked for by then, as the log's head
        await self._log_head.settle()
        if self._asking > 1:
            return await self.history.load_many([Cut(scope, filter, slice) for scope in scopes])
        keys = [scope.key for scope in scopes]
        pages = await self._reads.histories(scopes[0].owner, keys, filter, slice)
        return [pages[key] for key in keys]

    async def size(self, scopes: Sequence[Scope], filter: Filter) -> int:
        """How many interactions histories of one kind of owner have together.

        They are counted no further than one beyond the limit, however many histories.
        """
        if len(scopes) == 1:
            return await self._size.load((scopes[0], filter))
        keys = [scope.key for scope in scopes]
        return await history.merged_size(scopes[0].owner, keys, filter, COUNT_LIMIT + 1)

    async def totals(self, subject: Subject) -> Totals:
        """A subject's totals, the same for all fields once they are known.

        They need no loader: what many ask for is read at once, in whatever operation they do.
        """
        if subject not in self._totals:
            found = await self._reads.counts([subject])
            self._totals.setdefault(subject, Totals(found[subject]))
        return self._totals[subject]

    async def all_totals(self, subjects: Sequence[Subject]) -> list[Totals]:
        """The totals of subjects, in their order."""
        return await _held(self._totals, subjects, self._reads.counts, Totals)

    async def tallies(self, subjects: Sequence[Subject]) -> list[Tallies]:
        """All there is of the totals of subjects, in their order, once known the same."""
        return await _held(self._tallies, subjects, self._reads.tallies, lambda tallies: tallies)

    def known_tallies(self, subject: Subject) -> Tallies | None:
        """All there is of a subject's totals, if it is here."""
        return self._tallies.get(subject)

    @property
    def log_head(self) -> Awaitable[LogHead]:
        """The log's head as it was before any history was read."""
        return self._log_head.get()


async def _held(
    held: dict[Subject, V],
    subjects: Sequence[Subject],
    read: Callable[[Sequence[Subject]], Awaitable[Mapping[Subject, K]]],
    make: Callable[[K], V],
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


async def _histories(reads: Reads, cuts: list[Cut]) -> list[list[StoredInteraction]]:
    groups = _grouped((cut, (cut.scope.owner, cut.filter, cut.slice)) for cut in cuts)
    found: dict[Cut, list[StoredInteraction]] = {}
    for (owner, filter, slice), members in groups.items():
        keys = [cut.scope.key for cut in members]
        pages = await reads.histories(owner, keys, filter, slice)
        found |= {cut: pages[cut.scope.key] for cut in members}
    return [found[cut] for cut in cuts]


async def _interactions(numbers: list[int]) -> list[StoredInteraction | None]:
    found = await history.by_numbers(numbers)
    return [found.get(number) for number in numbers]


async def _sizes(wanted: list[tuple[Scope, Filter]]) -> list[int]:
    groups = _grouped((each, (each[0].owner, each[1])) for each in wanted)
    found: dict[tuple[Scope, Filter], int] = {}
    for (owner, filter), members in groups.items():
        keys = [scope.key for scope, _ in members]
        sizes = await history.counts(owner, keys, filter, COUNT_LIMIT + 1)
        found |= {each: sizes[each[0].key] for each in members}
    return [found[each] for each in wanted]


async def _ranks(aliases: list[str]) -> list[int | None]:
    found = await ranks(aliases)
    return [found.get(alias) for alias in aliases]


async def _levels(default: PrivacyLevel, aliases: list[str]) -> list[PrivacyLevel]:
    found = await totals.levels(aliases)
    return [found.get(alias, default) for alias in aliases]


async def _settings(aliases: list[str]) -> list[StoredSetting | None]:
    found = await kept.settings_of(aliases)
    return [found.get(alias) for alias in aliases]


async def _states(seen: list[tuple[str, str]]) -> list[list[ActionType]]:
    found = await states_of(seen)
    return [found[pair] for pair in seen]


def _grouped(pairs: Any) -> dict[Any, list[Any]]:
    groups: defaultdict[Hashable, list[Any]] = defaultdict(list)
    for member, group in pairs:
        groups[group].append(member)
    return groups
