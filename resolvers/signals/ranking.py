"""Ranking: candidates scored for one user by what is known of both, with the reasons.

A score is the sum of its reasons' contributions, so that what is shown is what was reckoned.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.reading.signals.deeds import deeds
from models.records import Micros
from models.vocabulary import ActionType, PrivacyLevel
from resolvers.scoring.weights import Scoring
from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription, descriptions_of
from resolvers.signals.popularity import Popularity, popularity_of
from resolvers.signals.reasons import Reason, largest_first
from resolvers.signals.standing import Standing, standing_of

POPULARITY_WEIGHT = 0.15
"""What a popularity of 1 adds to a score; a similarity of 1 adds 1."""

_SUPPRESSING: dict[ActionType, Callable[[float], Reason]] = {
    ActionType.REPORT: reasons.reported,
    ActionType.HIDE: reasons.hidden,
    ActionType.LESS_LIKE_THIS: reasons.disliked,
}


@dataclass(frozen=True, slots=True)
class RankingRules:
    """What the operator set that ranking goes by."""

    scoring: Scoring
    default_level: PrivacyLevel


@dataclass(frozen=True, slots=True)
class RankedPost:
    """A candidate for a user.

    The four signals are from 0 to 1. The contributions of `reasons` add up to `score`, which is
    below 0 where it is suppressed. `favorites` are decayed, `views` are not.
    """

    post_id: str
    score: float
    popularity: float
    affinity: float
    similarity: float
    social: float
    seen: bool
    suppressed: bool
    reasons: tuple[Reason, ...]
    favorites: float
    views: int
    description: PostDescription | None


async def rank(
    alias: str, post_ids: Sequence[str], now: Micros, rules: RankingRules
) -> list[RankedPost]:
    """Each candidate for a user, in the order asked for, as of now; in at most six queries.

    Of a user who is not at FULL nothing is known, nor of a stranger: popularity alone counts.
    """
    candidates = list(dict.fromkeys(post_ids))
    if not candidates:
        return []
    done, popularity, descriptions = await asyncio.gather(
        deeds(alias, candidates), popularity_of(candidates, now), descriptions_of(candidates)
    )
    level = rules.default_level if done.level is None else PrivacyLevel(done.level)
    is_known = level is PrivacyLevel.FULL
    standing = standing_of(done.touched, done.recent) if is_known else Standing()
    ranked = {id: _ranked(id, standing, popularity[id], descriptions.get(id)) for id in candidates}
    return [ranked[id] for id in post_ids]


def _ranked(
    post_id: str,
    standing: Standing,
    popularity: Popularity,
    description: PostDescription | None,
) -> RankedPost:
    parts = _popular(popularity)
    suppressing = _suppressing(post_id, standing, description, parts)
    found = largest_first((*parts, *suppressing))
    return RankedPost(
        post_id=post_id,
        score=math.fsum(each.contribution for each in found),
        popularity=popularity.popularity,
        affinity=0.0,
        similarity=0.0,
        social=0.0,
        seen=post_id in standing.seen,
        suppressed=bool(suppressing),
        reasons=found,
        favorites=popularity.favorites,
        views=popularity.views,
        description=description,
    )


def _popular(popularity: Popularity) -> list[Reason]:
    contribution = POPULARITY_WEIGHT * popularity.popularity
    return [reasons.popular(contribution)] if contribution > 0 else []


def _suppressing(
    post_id: str,
    standing: Standing,
    description: PostDescription | None,
    parts: Sequence[Reason],
) -> list[Reason]:
    """Why a candidate must not be shown: the first reason takes all else away, and each takes 1."""
    held = standing.states.get(post_id, frozenset())
    found = [make for action, make in _SUPPRESSING.items() if action in held]
    if description is not None and description.deleted:
        found.append(reasons.deleted)
    above = max(math.fsum(each.contribution for each in parts), 0.0)
    return [make(-1.0 - (0.0 if index else above)) for index, make in enumerate(found)]
