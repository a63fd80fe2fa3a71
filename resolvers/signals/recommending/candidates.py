"""Candidates: the few hundred posts of all that may be worth showing to a user."""

import asyncio
from collections.abc import Mapping, Sequence

from models.reading.rankings import best_posts
from models.reading.signals.descriptions import Carried
from models.reading.signals.fresh_posts import fresh_posts
from models.reading.signals.unseen import Ranking, seen_among
from resolvers.signals.descriptions import PostDescription, descriptions_of
from resolvers.signals.filters import passes
from resolvers.signals.ranking import KnownUser, Surrounding
from resolvers.signals.recommending.asked import PageRequest
from resolvers.signals.recommending.sources import (
    SOCIAL,
    carrying,
    facets_around,
    in_turn,
    popular,
    similar,
)
from resolvers.signals.similarity import Nearby, around, nearest_in
from resolvers.signals.social import engaged_around, most_engaged

RANKED = 160
"""Candidates that are ranked for a page, beside two for each of its posts."""

TURNS = 3
"""What is similar has as many turns as so many other sources: it says most."""

FRESH, FILTERED = 60, 200

LIKELY = 2
"""Among so many times as many posts as are ranked there mostly are enough that may come."""


async def candidates_for(request: PageRequest, user: KnownUser) -> tuple[list[str], Surrounding]:
    """The posts to rank for a page: some of each source, and none that may not come.

    Sources are what is like that which the user liked, what many like, what trends, what has facets
    that the user prefers, what people and groups around the user suggest, and what few have seen
    yet; with a filter also what trends among that, and the newest of it. Beside them comes what was
    read to find them.
    """
    sources, around = await _sources(request, user)
    in_order, most = list(request.wanted(in_turn(sources))), RANKED + 2 * request.size
    fit = await _fit(request, in_order[: LIKELY * most])
    if len(fit) < most:
        fit += await _fit(request, in_order[LIKELY * most :])
    return fit[:most], around


async def _fit(request: PageRequest, post_ids: Sequence[str]) -> list[str]:
    """Those of some posts that may come: the user has not seen them, and the filter takes them."""
    if not post_ids:
        return []
    seen, described = await asyncio.gather(
        seen_among(request.alias, post_ids, seen_too=request.seen_too),
        _described(request, post_ids),
    )
    return [
        post_id
        for post_id in post_ids
        if post_id not in seen and passes(request.filter, described.get(post_id))
    ]


async def _sources(request: PageRequest, user: KnownUser) -> tuple[list[list[str]], Surrounding]:
    """Where candidates come from, each best first; deeper, the more was shown already."""
    deep = len(request.shown)
    preferred, people, places = facets_around(request, user.deeds, user.preferences)
    filters = (
        Carried(kind, values, FILTERED + deep) for kind, values in request.filter.facets.items()
    )
    (near, alike), rankings, carried, engaged, fresh, filtered = await asyncio.gather(
        _similar(request, user),
        asyncio.gather(popular(Ranking.LIKED, request), popular(Ranking.TRENDING, request)),
        carrying([*preferred, people, places, *filters]),
        engaged_around(request.alias, user.deeds.joined),
        fresh_posts(FRESH + deep),
        _filtered_trending(request, FILTERED + deep),
    )
    of_preferred, rest = carried[: len(preferred)], carried[len(preferred) :]
    of_people, of_places, *of_filters = rest
    suggested = list(dict.fromkeys([*most_engaged(engaged), *of_places]))[: SOCIAL + deep]
    sources = [
        *(alike[start::TURNS] for start in range(TURNS)),
        *rankings,
        list(in_turn(of_preferred)),
        of_people,
        suggested,
        fresh.newest,
        fresh.touched,
        *filtered,
        *of_filters,
    ]
    return sources, Surrounding(near, engaged)


async def _similar(request: PageRequest, user: KnownUser) -> tuple[list[Nearby], list[str]]:
    """What is around the posts that ranking goes by, and what is similar to those liked."""
    liked = user.standing.liked
    near = await around([*liked, *user.standing.turned_away], liked)
    return near, similar(request, liked, await nearest_in(near, liked))


async def _filtered_trending(request: PageRequest, limit: int) -> list[list[str]]:
    """What trends among what a filter takes, if there is one."""
    if request.filter.passes_everything:
        return []
    return [[each.id for each in await best_posts(limit, filter=request.filter)]]


async def _described(
    request: PageRequest, post_ids: Sequence[str]
) -> Mapping[str, PostDescription]:
    """The descriptions of the posts, where a filter asks for them."""
    return {} if request.filter.passes_everything else await descriptions_of(post_ids)
