"""Ranking: candidates for one user, by what is known of both as of the last commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.reading.signals.candidates import KnownPosts, known_posts
from models.reading.signals.deeds import Deeds, deeds, deeds_on
from models.reading.signals.members import Engaged
from models.records import Micros
from models.vocabulary import PrivacyLevel
from resolvers.scoring.weights import Scoring
from resolvers.signals.preferences import Preferences, preferences_of
from resolvers.signals.similarity import Nearby, among, around
from resolvers.signals.social import engaged_around, surroundings
from resolvers.signals.weighing.affinity import Tastes
from resolvers.signals.weighing.aversion import aversion_to
from resolvers.signals.weighing.evidence import Evidence, RankedPost
from resolvers.signals.weighing.likeness import likeness
from resolvers.signals.weighing.popularity import popularity_of
from resolvers.signals.weighing.standing import Standing, standing_of

__all__ = [
    "KnownUser",
    "RankedPost",
    "RankingRules",
    "Surrounding",
    "known_user",
    "rank",
    "rank_within",
]


@dataclass(frozen=True, slots=True)
class RankingRules:
    """What the operator set that ranking goes by."""

    scoring: Scoring
    default_level: PrivacyLevel


class KnownUser(NamedTuple):
    """What a user did, where that puts the user, and what the user prefers."""

    alias: str
    deeds: Deeds
    standing: Standing
    preferences: Preferences


class Surrounding(NamedTuple):
    """What is near the posts that a user liked or turned away, and what members like."""

    near: Sequence[Nearby]
    engaged: Sequence[Engaged]


async def rank(
    alias: str, post_ids: Sequence[str], now: Micros, rules: RankingRules
) -> list[RankedPost]:
    """Each candidate for a user, in the order asked for, as of now; in at most six queries.

    Of a user who is not at FULL nothing is known, nor of a stranger: popularity alone counts.
    """
    if not post_ids:
        return []
    candidates, scoring = list(dict.fromkeys(post_ids)), rules.scoring
    user = await known_user(alias, scoring, now, candidates=candidates)
    level = user.deeds.level
    if (rules.default_level if level is None else level) != PrivacyLevel.FULL:
        known = await known_posts(candidates)
        popularity = popularity_of(candidates, known, scoring, now)
        evidence = Evidence(popularity, known.descriptions)
    else:
        standing = user.standing
        known, near, engaged = await asyncio.gather(
            known_posts([*{*candidates, *standing.turned_away}]),
            around([*standing.liked, *standing.turned_away]),
            engaged_around(alias, user.deeds.joined, candidates),
        )
        surrounding = Surrounding(near, engaged)
        evidence = _evidence(user, surrounding, known, scoring=scoring, now=now)
    ranked = {post_id: evidence.weigh(post_id) for post_id in candidates}
    return [ranked[post_id] for post_id in post_ids]


async def known_user(
    alias: str, scoring: Scoring, now: Micros, *, candidates: Sequence[str] = (), people: int = 0
) -> KnownUser:
    """What is known of a user, with what was done to candidates; in two queries."""
    done, preferences = await asyncio.gather(
        deeds(alias, candidates, people=people), preferences_of(alias, scoring, now)
    )
    return KnownUser(alias, done, standing_of(done.touched, done.recent), preferences)


async def rank_within(
    user: KnownUser,
    surrounding: Surrounding,
    candidates: Sequence[str],
    *,
    scoring: Scoring,
    now: Micros,
) -> list[RankedPost]:
    """Each candidate for a user of whom all but what was done to them is known; in two queries."""
    if not candidates:
        return []
    known, on = await asyncio.gather(
        known_posts([*{*candidates, *user.standing.turned_away}]),
        deeds_on(user.alias, candidates),
    )
    done = user.deeds._replace(touched=on.touched, authors=on.authors)
    standing = standing_of(done.touched, done.recent)
    all_known = user._replace(deeds=done, standing=standing)
    evidence = _evidence(all_known, surrounding, known, scoring=scoring, now=now)
    return [evidence.weigh(post_id) for post_id in candidates]


def _evidence(
    user: KnownUser, surrounding: Surrounding, known: KnownPosts, *, scoring: Scoring, now: Micros
) -> Evidence:
    standing, near = user.standing, among(surrounding.near, known.engaged)
    weights = {post_id: liked.weight for post_id, liked in standing.liked.items()}
    return Evidence(
        popularity_of(known.views, known, scoring, now),
        known.descriptions,
        standing,
        Tastes(user.preferences),
        like=likeness(weights, near),
        aversion=aversion_to(standing.turned_away, near, known.descriptions),
        surroundings=surroundings(
            user.deeds, surrounding.engaged, now=now, half_life=scoring.user_half_life
        ),
    )
