"""Ranking: candidates for one user, by what is known of both as of the last commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from models.reading.signals.deeds import deeds
from models.records import Micros
from models.vocabulary import PrivacyLevel
from resolvers.scoring.weights import Scoring
from resolvers.signals.descriptions import descriptions_of
from resolvers.signals.popularity import popularity_of
from resolvers.signals.social import surroundings_of
from resolvers.signals.standing import standing_of
from resolvers.signals.weighing import Evidence, RankedPost

__all__ = ["RankedPost", "RankingRules", "rank"]


@dataclass(frozen=True, slots=True)
class RankingRules:
    """What the operator set that ranking goes by."""

    scoring: Scoring
    default_level: PrivacyLevel


async def rank(
    alias: str, post_ids: Sequence[str], now: Micros, rules: RankingRules
) -> list[RankedPost]:
    """Each candidate for a user, in the order asked for, as of now; in at most six queries.

    Of a user who is not at FULL nothing is known, nor of a stranger: popularity alone counts.
    """
    if not post_ids:
        return []
    candidates = list(dict.fromkeys(post_ids))
    evidence = await _evidence(alias, candidates, now, rules)
    ranked = {post_id: evidence.weigh(post_id) for post_id in candidates}
    return [ranked[post_id] for post_id in post_ids]


async def _evidence(
    alias: str, candidates: Sequence[str], now: Micros, rules: RankingRules
) -> Evidence:
    done, popularity = await asyncio.gather(
        deeds(alias, candidates), popularity_of(candidates, now)
    )
    level = rules.default_level if done.level is None else PrivacyLevel(done.level)
    if level is not PrivacyLevel.FULL:
        return Evidence(popularity, await descriptions_of(candidates))
    half_life = rules.scoring.user_half_life
    descriptions, surroundings = await asyncio.gather(
        descriptions_of(candidates),
        surroundings_of(alias, done, candidates, now=now, half_life=half_life),
    )
    return Evidence(popularity, descriptions, standing_of(done.touched, done.recent), surroundings)
