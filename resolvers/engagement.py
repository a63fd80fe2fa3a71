"""Engagement: scores as of now, what they are made of, and who leads by them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models import rankings
from models.records import Micros
from models.totals import Tally
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionType, SubjectKind
from resolvers import decay
from resolvers.decay import Decayed
from resolvers.errors import BadUserInput
from resolvers.scoring import Scoring, weighed

RANKED = 10_000
"""Ranks are exact among the first of so many, and unknown beyond."""

LIST_SIZE = 10
LIST_LIMIT = 100
_NORMAL = 20.0


@dataclass(frozen=True, slots=True)
class Component:
    """What one action contributes to a user's score."""

    action: ActionType
    count: int
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A subject by id, and its score as of a moment."""

    id: str
    score: float


def score_of(kind: int, tallies: Iterable[Tally], scoring: Scoring, now: Micros) -> float:
    """A subject's score from its totals: the sum of weight * 2^(-(now - t) / H)."""
    sides = decay.ZERO, decay.ZERO
    for tally in tallies:
        weight = scoring.weight_for(kind, ACTION_BY_CODE[tally.action])
        sides = weighed(*sides, decay.decode(tally.decayed), weight)
    return _value(kind, decay.weighted(*sides), scoring, now)


def components(tallies: Iterable[Tally], scoring: Scoring, now: Micros) -> list[Component]:
    """What a user's score is made of, the largest contribution first; they add up to it."""
    parts = []
    for tally in tallies:
        if tally.count > 0:
            action = ACTION_BY_CODE[tally.action]
            weight = scoring.weight_for(SubjectKind.USER, action)
            worth = _value(SubjectKind.USER, decay.decode(tally.decayed), scoring, now)
            parts.append(Component(action.type, tally.count, weight, weight * worth))
    return sorted(parts, key=lambda part: (-part.contribution, ACTIONS[part.action].code))


def normalized(score: float) -> float:
    """A score on a scale from 0 to 100: 100 * (1 - 2^(-max(score, 0) / 20))."""
    return 100.0 * (1.0 - math.pow(2.0, -max(score, 0.0) / _NORMAL))


async def trending(first: int | None, scoring: Scoring, now: Micros) -> list[Scored]:
    """The posts with the highest scores above zero, ties by id; the index's head, and no more."""
    found = await rankings.best(SubjectKind.POST, _checked(first))
    scored = (Scored(each.id, _stored(SubjectKind.POST, each, scoring, now)) for each in found)
    return [each for each in scored if each.score > 0]  # the oldest fade below the least float


async def leaders(first: int | None) -> list[str]:
    """The aliases of the users with the highest scores, ties by alias; the index's head."""
    return [each.id for each in await rankings.ranked(SubjectKind.USER, _checked(first))]


async def ranks(aliases: Sequence[str]) -> dict[str, int]:
    """The ranks of users, 1 the highest; only those among the first 10 000, with interactions."""
    found = await rankings.ahead(SubjectKind.USER, aliases, RANKED)
    return {alias: number + 1 for alias, number in found.items() if number < RANKED}


def _checked(first: int | None) -> int:
    if first is None:
        return LIST_SIZE
    if not 1 <= first <= LIST_LIMIT:
        raise BadUserInput("first", f"got {first}; allowed are 1 to {LIST_LIMIT}")
    return first


def _stored(kind: int, kept: rankings.RankedScore, scoring: Scoring, now: Micros) -> float:
    score = decay.weighted(decay.decode(kept.positive), decay.decode(kept.negative))
    return _value(kind, score, scoring, now)


def _value(kind: int, score: Decayed, scoring: Scoring, now: Micros) -> float:
    half_life = scoring.half_life(kind)
    return 0.0 if half_life is None else decay.value(score, now, half_life)
