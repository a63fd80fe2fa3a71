"""DataLoaders: what the fields of one operation ask for one by one, fetched together."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Hashable
from functools import partial
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from models import history, kept, totals
from models.filters import Filter
from models.log import LogHead, read_head
from models.records import StoredInteraction, StoredSetting, Subject
from models.vocabulary import ActionType, PrivacyLevel, SubjectKind
from resolvers.engagement import ranks
from resolvers.histories import COUNT_LIMIT, Cut, Scope
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
    """The loaders of one operation, or of one field of a mutation: what they hold is never old."""

    def __init__(self, default_level: PrivacyLevel) -> None:
        self._log_head: asyncio.Task[LogHead] | None = None
        self.interaction: Loader[int, StoredInteraction | None] = Loader(_interactions)
        self.history: Loader[Cut, list[StoredInteraction]] = Loader(self._histories)
        self.size: Loader[tuple[Scope, Filter], int] = Loader(_sizes)
        self.totals: Loader[Subject, Totals] = Loader(_totals)
        self.rank: Loader[str, int | None] = Loader(_ranks)
        self.level: Loader[str, PrivacyLevel] = Loader(partial(_levels, default_level))
        self.setting: Loader[str, StoredSetting | None] = Loader(_settings)
        self.viewer_states: Loader[tuple[str, str], list[ActionType]] = Loader(_states)

    async def user_totals(self, alias: str) -> Totals:
        return await self.totals.load(Subject(SubjectKind.USER, alias))

    async def post_totals(self, post_id: str) -> Totals:
        return await self.totals.load(Subject(SubjectKind.POST, post_id))

    @property
    def log_head(self) -> Awaitable[LogHead]:
        """The log's head as it was before any history was read."""
        if self._log_head is None:
            self._log_head = asyncio.create_task(read_head())
        return asyncio.shield(self._log_head)

    async def _histories(self, cuts: list[Cut]) -> list[list[StoredInteraction]]:
        if self._log_head is not None:
            await asyncio.wait([self._log_head])
        return await _histories(cuts)


async def _interactions(numbers: list[int]) -> list[StoredInteraction | None]:
    found = await history.by_numbers(numbers)
    return [found.get(number) for number in numbers]


async def _histories(cuts: list[Cut]) -> list[list[StoredInteraction]]:
    groups = _grouped((cut, (cut.scope.owner, cut.filter, cut.slice)) for cut in cuts)
    found: dict[Cut, list[StoredInteraction]] = {}
    for (owner, filter, slice), members in groups.items():
        keys = [cut.scope.key for cut in members]
        pages = await history.histories(owner, keys, filter, slice)
        found |= {cut: pages[cut.scope.key] for cut in members}
    return [found[cut] for cut in cuts]


async def _sizes(wanted: list[tuple[Scope, Filter]]) -> list[int]:
    groups = _grouped((each, (each[0].owner, each[1])) for each in wanted)
    found: dict[tuple[Scope, Filter], int] = {}
    for (owner, filter), members in groups.items():
        keys = [scope.key for scope, _ in members]
        sizes = await history.counts(owner, keys, filter, COUNT_LIMIT + 1)
        found |= {each: sizes[each[0].key] for each in members}
    return [found[each] for each in wanted]


async def _totals(subjects: list[Subject]) -> list[Totals]:
    found = await totals.tallies(subjects)
    return [Totals(found[subject]) for subject in subjects]


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
