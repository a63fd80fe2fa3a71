"""Preferences: the facets of what a user interacted with, by how much the user wants of them.

A facet's score is the sum of weight * 2^(-(now - t) / H) over the user's interactions that have it,
with the signed weight of what was done and the half-life of users.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from models.reading.signals.preferences import UserParts, parts_of
from models.records import Micros
from models.vocabulary import ACTION_BY_CODE, ActionType, FacetKind
from resolvers.recording.facets import facets_of
from resolvers.scoring import decay
from resolvers.scoring.ahead import is_ahead
from resolvers.scoring.facet_parts import Counted, Facet, FacetSums, code_of, facet, kind_and_value
from resolvers.scoring.weights import Scoring


@dataclass(frozen=True, slots=True)
class Preference:
    """A facet, its score as of a moment, and how many interactions stand behind it."""

    kind: FacetKind
    value: str
    score: float
    count: int


@dataclass(frozen=True, slots=True)
class Deed:
    """How often a user did one thing to what has a facet, and what that adds to its score."""

    action: ActionType
    count: int
    contribution: float


class Preferences:
    """What a user prefers as of a moment: facets, best first, ties by value and kind."""

    def __init__(self, deeds: dict[Facet, list[Deed]]) -> None:
        self._deeds = deeds
        self._scores = {
            facet: fsum(deed.contribution for deed in each) for facet, each in deeds.items()
        }

    def __bool__(self) -> bool:
        return bool(self._deeds)

    def __iter__(self) -> Iterator[Preference]:
        return iter(sorted(map(self._preference, self._deeds), key=_order))

    def best(self, kind: FacetKind, first: int) -> list[Preference]:
        """The `first` best of one kind, those below zero last."""
        prefix = facet(kind, "")
        alike = (each for each in self._deeds if each.startswith(prefix))
        return sorted(map(self._preference, alike), key=_order)[:first]

    def score(self, kind: FacetKind, value: str) -> float:
        """The score of a facet; 0 for one that the user had nothing to do with."""
        return self._scores.get(facet(kind, value), 0.0)

    def deeds(self, kind: FacetKind, value: str) -> Sequence[Deed]:
        """What the user did to what has a facet, the largest contribution first, by its size."""
        return self._deeds.get(facet(kind, value), ())

    def _preference(self, facet: Facet) -> Preference:
        count = sum(deed.count for deed in self._deeds[facet])
        return Preference(*kind_and_value(facet), self._scores[facet], count)


def _order(preference: Preference) -> tuple[float, str, int]:
    return -preference.score, preference.value, preference.kind


async def preferences_of(alias: str, scoring: Scoring, now: Micros) -> Preferences:
    """What a user prefers as of a moment; nothing of one of whom nothing is stored."""
    return (await preferences_of_all([alias], scoring, now))[alias]


async def preferences_of_all(
    aliases: Sequence[str], scoring: Scoring, now: Micros
) -> dict[str, Preferences]:
    """What each of some users prefers as of a moment; in one query."""
    found = await parts_of(aliases, now)
    return {
        alias: _preferences(found[alias], scoring, now) if alias in found else Preferences({})
        for alias in aliases
    }


def _preferences(found: UserParts, scoring: Scoring, now: Micros) -> Preferences:
    half_life = scoring.user_half_life
    sums = FacetSums(half_life, found.parts)
    has_ahead = any(is_ahead(row.occurred_at, now) for row in found.ahead)
    for row in found.ahead if has_ahead else ():  # what a wrong clock dated counts as of now
        facets, code = facets_of(row.source, row.context, row.described), code_of(row.action)
        sums.add_once(facets, code, row.occurred_at, -1)
        sums.add_once(facets, code, now)
    counted: dict[tuple[Facet, int], Counted] = {}
    for each, code, once in sums:
        key = each, code // 2
        counted[key] = once if key not in counted else counted[key].plus(once)
    deeds: dict[Facet, list[Deed]] = {}
    for (each, action), total in sorted(counted.items()):
        if total.number > 0:
            of = ACTION_BY_CODE[action]
            # Of what is folded, no row tells that it is dated ahead; it counts no more than now.
            worth = scoring.weight(of) * min(
                decay.value(total.decayed, now, half_life), total.number
            )
            deeds.setdefault(each, []).append(Deed(of.type, total.number, worth))
    for alike in deeds.values():
        alike.sort(key=lambda deed: -abs(deed.contribution))
    return Preferences(deeds)
