"""Ranking: candidates for one user, by what is known of both as of the last commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from models.reading.signals.candidates import known_posts
from models.reading.signals.deeds import deeds
from models.records import Micros
from models.vocabulary import PrivacyLevel
from resolvers.scoring.weights import Scoring
from resolvers.signals.preferences import Preferences, preferences_of
from resolvers.signals.similarity import neighbors_among
from resolvers.signals.social import surroundings_of
from resolvers.signals.weighing.affinity import Tastes
from resolvers.signals.weighing.aversion import aversion_to
from resolvers.signals.weighing.evidence import Evidence, RankedPost
from resolvers.signals.weighing.likeness import likeness
from resolvers.signals.weighing.popularity import popularity_of
from resolvers.signals.weighing.standing import standing_of

__all__ = ["RankedPost", "RankingRules", "rank"]


@dataclass(frozen=True, slots=True)
class RankingRules:
    """What the operator set that ranking goes by."""

    scoring: Scoring
    default_level: PrivacyLevel


async def rank(
    alias: str,
    post_ids: Sequence[str],
    now: Micros,
    rules: RankingRules,
    *,
    preferences: Preferences | None = None,
) -> list[RankedPost]:
    """Each candidate for a user, in the order asked for, as of now; in at most six queries.

    Of a user who is not at FULL nothing is known, nor of a stranger: popularity alone counts.
    `preferences` are the user's where they have just been read.
    """
    if not post_ids:
        return []
    candidates = list(dict.fromkeys(post_ids))
    evidence = await _evidence(alias, candidates, now, rules, preferences=preferences)
    ranked = {post_id: evidence.weigh(post_id) for post_id in candidates}
    return [ranked[post_id] for post_id in post_ids]


async def _evidence(
    alias: str,
    candidates: Sequence[str],
    now: Micros,
    rules: RankingRules,
    *,
    preferences: Preferences | None,
) -> Evidence:
    scoring = rules.scoring
    done, preferred = await asyncio.gather(
        deeds(alias, candidates),
        preferences_of(alias, scoring, now) if preferences is None else _read(preferences),
    )
    level = rules.default_level if done.level is None else PrivacyLevel(done.level)
    if level is not PrivacyLevel.FULL:
        known = await known_posts(candidates)
        return Evidence(popularity_of(candidates, known, scoring, now), known.descriptions)
    standing = standing_of(done.touched, done.recent)
    known, near, surroundings = await asyncio.gather(
        known_posts([*{*candidates, *standing.turned_away}]),
        neighbors_among([*standing.liked, *standing.turned_away], candidates),
        surroundings_of(alias, done, candidates, now=now, half_life=scoring.user_half_life),
    )
    weights = {post_id: liked.weight for post_id, liked in standing.liked.items()}
    return Evidence(
        popularity_of(candidates, known, scoring, now),
        known.descriptions,
        standing,
        Tastes(preferred),
        like=likeness(weights, near),
        aversion=aversion_to(standing.turned_away, near, known.descriptions),
        surroundings=surroundings,
    )


async def _read(known: Preferences) -> Preferences:
    return known
