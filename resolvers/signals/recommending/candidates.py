"""Candidates: the few hundred posts of all that may be worth showing to a user."""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from models.reading.rankings import best_posts
from models.reading.signals.deeds import Deeds, deeds
from models.reading.signals.fresh_posts import newest_posts, touched_posts
from models.reading.signals.unseen import Ranking, seen_among
from models.records import Micros
from resolvers.scoring.weights import Scoring
from resolvers.signals.descriptions import PostDescription, descriptions_of
from resolvers.signals.filters import passes
from resolvers.signals.preferences import Preferences, preferences_of
from resolvers.signals.recommending.asked import PageRequest
from resolvers.signals.recommending.sources import (
    carrying,
    in_turn,
    of_people,
    popular,
    preferred,
    similar,
)
from resolvers.signals.similarity import neighbors
from resolvers.signals.social import social_candidates
from resolvers.signals.weighing.standing import standing_of

RANKED = 160
"""Candidates that are ranked for a page, beside two for each of its posts."""

TURNS = 3
"""What is similar has as many turns as so many other sources: it says most."""

SOCIAL, FRESH, FILTERED = 100, 60, 200


class Candidates(NamedTuple):
    """The posts to rank for a user, and the preferences that were read to find them."""

    post_ids: list[str]
    preferences: Preferences


async def candidates_for(request: PageRequest, scoring: Scoring, now: Micros) -> Candidates:
    """The posts to rank for a page: some of each source, and none that may not come.

    Sources are what is like that which the user liked, what many like, what trends, what has facets
    that the user prefers, what people and groups around the user suggest, and what few have seen
    yet; with a filter also what trends among that, and the newest of it.
    """
    done, preferences = await asyncio.gather(
        deeds(request.alias, ()), preferences_of(request.alias, scoring, now)
    )
    standing = standing_of((), done.recent)
    near, others = await asyncio.gather(
        neighbors(standing.liked),
        asyncio.gather(*_sources(request, done, preferences)),
    )
    alike = similar(request, standing.liked, near)
    sources = [*(alike[start::TURNS] for start in range(TURNS)), *others]
    gathered = list(request.wanted(chain.from_iterable(sources)))
    seen, described = await asyncio.gather(
        seen_among(request.alias, gathered, seen_too=request.seen_too),
        _described(request, gathered),
    )
    fit = (
        post_id
        for post_id in request.wanted(in_turn(sources))
        if post_id not in seen and passes(request.filter, described.get(post_id))
    )
    post_ids = list(islice(fit, RANKED + 2 * request.size))
    return Candidates(post_ids, preferences)


def _sources(
    request: PageRequest, done: Deeds, preferences: Preferences
) -> Iterator[Awaitable[Sequence[str]]]:
    """Where else candidates come from, each best first; deeper, the more was shown already."""
    deep = len(request.shown)
    yield popular(Ranking.LIKED, request)
    yield popular(Ranking.TRENDING, request)
    yield preferred(request, preferences)
    yield of_people(request, done)
    yield social_candidates(request.alias, SOCIAL + deep)
    yield newest_posts(FRESH + deep)
    yield touched_posts(FRESH + deep)
    if not request.filter.passes_everything:
        yield _filtered_trending(request, FILTERED + deep)
    for kind, values in request.filter.facets.items():
        yield carrying(kind, values, FILTERED + deep)


async def _filtered_trending(request: PageRequest, limit: int) -> list[str]:
    return [each.id for each in await best_posts(limit, filter=request.filter)]


async def _described(
    request: PageRequest, post_ids: Sequence[str]
) -> Mapping[str, PostDescription]:
    """The descriptions of the posts, where a filter asks for them."""
    return {} if request.filter.passes_everything else await descriptions_of(post_ids)
