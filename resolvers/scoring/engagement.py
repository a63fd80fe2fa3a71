"""Engagement: scores as of now, what they are made of, and who leads by them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.reading.rankings import RANKED
from models.reading.totals import ActionTotal, subject_totals
from models.records import Micros, Subject
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionType, SubjectKind
from resolvers.errors import BadUserInput
from resolvers.scoring import decay, ranked
from resolvers.scoring.ahead import counted_as_of, is_ahead
from resolvers.scoring.decay import Decayed
from resolvers.scoring.ranked import Ranked
from resolvers.scoring.weights import Scoring, weighed

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
    """A subject by id, its score as of a moment, and the key that it is ranked by, ascending."""

    id: str
    score: float
    rank_key: float


def score_of(kind: int, totals: Iterable[ActionTotal], scoring: Scoring, now: Micros) -> float:
    """A subject's score from its totals: the sum of weight * 2^(-(now - t) / H)."""
    return _value(kind, _sum(kind, totals, scoring), scoring, now)


def components(totals: Iterable[ActionTotal], scoring: Scoring, now: Micros) -> list[Component]:
    """What a user's score is made of, the largest contribution first; they add up to it."""
    parts = []
    for total in totals:
        if total.count > 0:
            action = ACTION_BY_CODE[total.action]
            weight = scoring.weight_for(SubjectKind.USER, action)
            worth = _value(SubjectKind.USER, total.decayed, scoring, now)
            parts.append(Component(action.type, total.count, weight, weight * worth))
    return sorted(parts, key=lambda part: (-part.contribution, ACTIONS[part.action].code))


def normalized(score: float) -> float:
    """A score on a scale from 0 to 100: 100 * (1 - 2^(-max(score, 0) / 20))."""
    return 100.0 * (1.0 - math.pow(2.0, -max(score, 0.0) / _NORMAL))


async def leaders(first: int | None, scoring: Scoring, now: Micros) -> list[str]:
    """The aliases of the users with the highest scores, ties by alias; the index's head."""
    first = checked_size(first)
    found = await ranked.best(SubjectKind.USER, first)
    if has_ahead(found, now):
        found = await ranked.best(SubjectKind.USER, RANKED)
    return [each.id for each in await in_order(SubjectKind.USER, found, scoring, now)][:first]


def has_ahead(found: Iterable[Ranked], now: Micros) -> bool:
    """Whether some of a ranking is dated ahead of the clock, which the index has before all else.

    Where that is so, the first 10 000 are to be put in their order as of now.
    """
    return any(is_ahead(each.last_at, now) for each in found)


async def in_order(
    kind: SubjectKind, found: Sequence[Ranked], scoring: Scoring, now: Micros
) -> list[Scored]:
    """What was read of a ranking, in its order as of now; what is ahead counts as now."""
    wrong = [Subject(kind, each.id) for each in found if is_ahead(each.last_at, now)]
    if not wrong:
        return [
            Scored(each.id, _value(kind, each.score, scoring, now), each.place.rank_key)
            for each in found
        ]
    totals = await counted_as_of(await subject_totals(wrong), scoring, now)
    scored = []
    for each in found:
        known = totals.get(Subject(kind, each.id))
        score = each.score if known is None else _sum(kind, known, scoring)
        scored.append(Scored(each.id, _value(kind, score, scoring, now), decay.rank_key(score)))
    return sorted(scored, key=lambda each: (-each.score, each.id))


async def ranks(aliases: Sequence[str]) -> dict[str, int]:
    """The ranks of users, 1 the highest; only those among the first 10 000, with interactions."""
    return await ranked.ranks(SubjectKind.USER, aliases, RANKED)


def checked_size(first: int | None) -> int:
    """How long a list of the best is to be.

    Raises:
        BadUserInput: it is out of bounds.
    """
    if first is None:
        return LIST_SIZE
    if not 0 <= first <= LIST_LIMIT:
        raise BadUserInput("first", f"got {first}; allowed are 0 to {LIST_LIMIT}")
    return first


def _sum(kind: int, totals: Iterable[ActionTotal], scoring: Scoring) -> Decayed:
    sides = decay.ZERO, decay.ZERO
    for total in totals:
        weight = scoring.weight_for(kind, ACTION_BY_CODE[total.action])
        sides = weighed(*sides, total.decayed, weight)
    return decay.weighted(*sides)


def _value(kind: int, score: Decayed, scoring: Scoring, now: Micros) -> float:
    half_life = scoring.half_life(kind)
    return 0.0 if half_life is None else decay.value(score, now, half_life)
