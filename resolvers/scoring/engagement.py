"""Engagement: scores as of now, what they are made of, and who leads by them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.reading import rankings
from models.reading.totals import ActionTotal, subject_totals
from models.records import Micros, Subject
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionType, SubjectKind
from resolvers.errors import BadUserInput
from resolvers.scoring import decay
from resolvers.scoring.ahead import counted_as_of, is_ahead
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import Scoring, weighed

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


def score_of(kind: int, totals: Iterable[ActionTotal], scoring: Scoring, now: Micros) -> float:
    """A subject's score from its totals: the sum of weight * 2^(-(now - t) / H)."""
    sides = decay.ZERO, decay.ZERO
    for total in totals:
        weight = scoring.weight_for(kind, ACTION_BY_CODE[total.action])
        sides = weighed(*sides, decay.decode(total.decayed), weight)
    return _value(kind, decay.weighted(*sides), scoring, now)


def components(totals: Iterable[ActionTotal], scoring: Scoring, now: Micros) -> list[Component]:
    """What a user's score is made of, the largest contribution first; they add up to it."""
    parts = []
    for total in totals:
        if total.count > 0:
            action = ACTION_BY_CODE[total.action]
            weight = scoring.weight_for(SubjectKind.USER, action)
            worth = _value(SubjectKind.USER, decay.decode(total.decayed), scoring, now)
            parts.append(Component(action.type, total.count, weight, weight * worth))
    return sorted(parts, key=lambda part: (-part.contribution, ACTIONS[part.action].code))


def normalized(score: float) -> float:
    """A score on a scale from 0 to 100: 100 * (1 - 2^(-max(score, 0) / 20))."""
    return 100.0 * (1.0 - math.pow(2.0, -max(score, 0.0) / _NORMAL))


async def trending(first: int | None, scoring: Scoring, now: Micros) -> list[Scored]:
    """The posts with the highest scores above zero, ties by id; the index's head, and no more."""
    scored = await _best(SubjectKind.POST, _checked(first), scoring, now)
    return [each for each in scored if each.score > 0]  # the oldest fade below the least float


async def leaders(first: int | None, scoring: Scoring, now: Micros) -> list[str]:
    """The aliases of the users with the highest scores, ties by alias; the index's head."""
    return [each.id for each in await _best(SubjectKind.USER, _checked(first), scoring, now)]


async def _best(kind: SubjectKind, first: int, scoring: Scoring, now: Micros) -> list[Scored]:
    """The head of the index, best first.

    The index has what is dated ahead of the clock before all else. Where some is at its head, the
    first 10 000 are put in their order as of now.
    """
    read = rankings.best if kind is SubjectKind.POST else rankings.ranked
    found = await read(kind, first)
    if not any(is_ahead(each.last_at, now) for each in found):
        return [Scored(each.id, _stored(kind, each, scoring, now)) for each in found]
    found = await read(kind, RANKED)
    wrong = [Subject(kind, each.id) for each in found if is_ahead(each.last_at, now)]
    totals = await counted_as_of(await subject_totals(wrong), scoring, now)
    scored = [
        Scored(each.id, score_of(kind, totals[Subject(kind, each.id)], scoring, now))
        if is_ahead(each.last_at, now)
        else Scored(each.id, _stored(kind, each, scoring, now))
        for each in found
    ]
    return sorted(scored, key=lambda each: (-each.score, each.id))[:first]


async def ranks(aliases: Sequence[str]) -> dict[str, int]:
    """The ranks of users, 1 the highest; only those among the first 10 000, with interactions."""
    return await rankings.ranks(SubjectKind.USER, aliases, RANKED)


def _checked(first: int | None) -> int:
    if first is None:
        return LIST_SIZE
    if not 0 <= first <= LIST_LIMIT:
        raise BadUserInput("first", f"got {first}; allowed are 0 to {LIST_LIMIT}")
    return first


def _stored(kind: int, kept: rankings.RankedScore, scoring: Scoring, now: Micros) -> float:
    score = decay.weighted(decay.decode(kept.positive), decay.decode(kept.negative))
    return _value(kind, score, scoring, now)


def _value(kind: int, score: Decayed, scoring: Scoring, now: Micros) -> float:
    half_life = scoring.half_life(kind)
    return 0.0 if half_life is None else decay.value(score, now, half_life)
