"""Candidates: the few hundred posts of all that may be worth showing to a user."""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from itertools import chain, islice

from models.reading.rankings import best_posts
from models.reading.signals.deeds import Deeds, deeds
from models.reading.signals.fresh_posts import newest_posts, touched_posts
from models.reading.signals.unseen import Ranking, seen_among
from models.records import Micros
from resolvers.scoring.weights import Scoring
from resolvers.signals.descriptions import PostDescription, descriptions_of
from resolvers.signals.filters import passes
from resolvers.signals.recommending.asked import PageRequest
from resolvers.signals.recommending.sources import (
    carrying,
    in_turn,
    of_people,
    popular,
    preferred,
    similar,
)
from resolvers.signals.social import social_candidates

RANKED = 300
"""Candidates that are ranked for a page, beside two for each of its posts."""

SOCIAL, FRESH, FILTERED = 100, 60, 200


async def candidates_for(request: PageRequest, scoring: Scoring, now: Micros) -> list[str]:
    """The posts to rank for a page: some of each source, and none that may not come.

    Sources are what is like that which the user liked, what many like, what trends, what has facets
    that the user prefers, what people and groups around the user suggest, and what few have seen
    yet; with a filter also what trends among that, and the newest of it.
    """
    done = await deeds(request.alias, ())
    sources = await asyncio.gather(*_sources(request, done, scoring, now))
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
    return list(islice(fit, RANKED + 2 * request.size))


def _sources(
    request: PageRequest, done: Deeds, scoring: Scoring, now: Micros
) -> Iterator[Awaitable[Sequence[str]]]:
    """Where candidates come from, each best first; deeper, the more was shown already."""
    deep = len(request.shown)
    yield similar(request, done)
    yield popular(Ranking.LIKED, request)
    yield popular(Ranking.TRENDING, request)
    yield preferred(request, scoring, now)
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
