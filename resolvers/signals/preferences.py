"""Preferences: the facets of what a user interacted with, by how much the user wants of them.

A facet's score is the sum of weight * 2^(-(now - t) / H) over the user's interactions that have it,
with the signed weight of what was done and the half-life of users.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nsmallest
from itertools import chain
from math import fsum

import orjson

from models.reading.signals.preferences import UserParts, parts_of
from models.reading.totals import levels
from models.records import Micros
from models.vocabulary import ActionType, FacetKind, PrivacyLevel
from resolvers.recording.facets import facets_of
from resolvers.scoring import decay
from resolvers.scoring.ahead import is_ahead
from resolvers.scoring.decay import Decayed
from resolvers.scoring.facet_parts import (
    Entries,
    Facet,
    FacetSums,
    code_of,
    counts,
    facet,
    kind_and_value,
)
from resolvers.scoring.weights import Scoring


@dataclass(slots=True)
class Preference:
    """A facet, its score as of a moment, and how many interactions stand behind it."""

    kind: FacetKind
    value: str
    score: float
    count: int


@dataclass(slots=True)
class Deed:
    """How often a user did one thing to what has a facet, and what that adds to its score."""

    action: ActionType
    count: int
    contribution: float


class Preferences:
    """What a user prefers as of a moment: facets, best first, ties by value and kind.

    Of `deeds` only those are looked at that are asked for; a facet with none of them is nothing.
    """

    def __init__(self, deeds: Mapping[Facet, Sequence[Deed]]) -> None:
        self._all = deeds
        self._known: dict[Facet, tuple[Sequence[Deed], float]] = {}

    def __bool__(self) -> bool:
        return any(self._deeds(each) for each in self._all)

    def __iter__(self) -> Iterator[Preference]:
        return iter(sorted(map(self._preference, filter(self._deeds, self._all)), key=_order))

    def best(self, kind: FacetKind, first: int) -> list[Preference]:
        """The `first` best of one kind, those below zero last."""
        prefix = facet(kind, "")
        alike = [each for each in self._all if each.startswith(prefix) and self._deeds(each)]
        best = nsmallest(first, ((-self._known[each][1], each) for each in alike))
        return [self._preference(each) for _, each in best]

    def score(self, kind: FacetKind, value: str) -> float:
        """The score of a facet; 0 for one that the user had nothing to do with."""
        key = facet(kind, value)
        return self._known[key][1] if self._deeds(key) else 0.0

    def deeds(self, kind: FacetKind, value: str) -> Sequence[Deed]:
        """What the user did to what has a facet, the largest contribution first, by its size."""
        return self._deeds(facet(kind, value))

    def _deeds(self, facet: Facet) -> Sequence[Deed]:
        known = self._known.get(facet)
        if known is None:
            deeds = self._all.get(facet, ())
            known = self._known[facet] = deeds, fsum([deed.contribution for deed in deeds])
        return known[0]

    def _preference(self, facet: Facet) -> Preference:
        deeds, score = self._known[facet]
        return Preference(*kind_and_value(facet), score, sum(deed.count for deed in deeds))


def _order(preference: Preference) -> tuple[float, str, int]:
    return -preference.score, preference.value, preference.kind


async def shown_preferences(
    aliases: Sequence[str], scoring: Scoring, now: Micros, default_level: PrivacyLevel
) -> dict[str, Preferences]:
    """What each of some users prefers, as it may be used: nothing of one who is not at FULL.

    Something may be stored of such a user, from before the default was lowered.
    """
    found, chosen = await asyncio.gather(preferences_of_all(aliases, scoring, now), levels(aliases))
    return {
        alias: preferences
        if chosen.get(alias, default_level) is PrivacyLevel.FULL
        else Preferences({})
        for alias, preferences in found.items()
    }


async def preferences_of(alias: str, scoring: Scoring, now: Micros) -> Preferences:
    """What is stored of what a user prefers, as of a moment, whatever the user's level is."""
    return (await preferences_of_all([alias], scoring, now))[alias]


async def preferences_of_all(
    aliases: Sequence[str], scoring: Scoring, now: Micros
) -> dict[str, Preferences]:
    """What is stored of what each of some users prefers, as of a moment; in one query."""
    found = await parts_of(aliases, now)
    return {
        alias: _preferences(found[alias], scoring, now) if alias in found else Preferences({})
        for alias in aliases
    }


def preferences_in(sums: FacetSums, scoring: Scoring, now: Micros) -> Preferences:
    """What a user prefers whose facets come to some sums."""
    return Preferences(_Deeds([sums.entries()], scoring, now))


def _preferences(found: UserParts, scoring: Scoring, now: Micros) -> Preferences:
    loaded = [orjson.loads(part) for part in found.parts]
    merged = [part for part in loaded if not isinstance(part, list)]
    others = FacetSums(scoring.user_half_life)
    for part in loaded:
        if isinstance(part, list):
            others.add_loaded(part)
    has_ahead = any(is_ahead(row.occurred_at, now) for row in found.ahead)
    for row in found.ahead if has_ahead else ():  # what a wrong clock dated counts as of now
        facets, code = facets_of(row.source, row.context, row.described), code_of(row.action)
        others.add_once(facets, code, row.occurred_at, -1)
        others.add_once(facets, code, now)
    return Preferences(_Deeds([*merged, others.entries()], scoring, now))


class _Deeds(Mapping[Facet, Sequence[Deed]]):
    """What a user did to what has each facet, by merged parts; of those only what is asked for.

    A user of many years has thousands of facets, and a few hundred posts have far fewer.
    """

    def __init__(self, parts: Sequence[Entries], scoring: Scoring, now: Micros) -> None:
        self._parts = parts
        self._value = partial(decay.value, now=now, half_life=scoring.user_half_life)
        self._weights = scoring.action_weights

    def __getitem__(self, facet: Facet) -> Sequence[Deed]:
        found = [part[facet] for part in self._parts if facet in part]
        if not found:
            raise KeyError(facet)
        sums: dict[int, tuple[int, Decayed]] = {}
        for code, number, floor, units in chain.from_iterable(map(counts, found)):
            action, decayed = code // 2, (floor, units)
            if action in sums:
                before, other = sums[action]
                number, decayed = before + number, decay.plus(other, decayed)
            sums[action] = number, decayed
        deeds = []
        for action in sorted(sums) if len(sums) > 1 else sums:
            number, decayed = sums[action]
            if number > 0:
                type, weight = self._weights[action]
                # Of what is folded, no row tells that it is dated ahead; it counts at most as now.
                value = min(self._value(decayed), number)
                deeds.append(Deed(type, number, weight * value))
        if len(deeds) > 1:
            deeds.sort(key=_by_size)
        return deeds

    def __iter__(self) -> Iterator[Facet]:
        return iter(dict.fromkeys(chain.from_iterable(self._parts)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _by_size(deed: Deed) -> float:
    return -abs(deed.contribution)
