"""Similar posts: those that the same people engaged with, then those with the same facets."""

import asyncio
from collections.abc import Collection, Mapping

from models.reading.rankings import RankPlace
from models.vocabulary import FacetKind
from resolvers.scoring.engagement import checked_size
from resolvers.signals import reasons
from resolvers.signals.co_engagement.nearest import NEAREST
from resolvers.signals.descriptions import PostDescription, descriptions_of, posts_with
from resolvers.signals.reasons import Reason, ScoredPost, largest_first
from resolvers.signals.similarity import neighbors
from resolvers.signals.trending import opened_cursor, place_cursor

SAME_AUTHOR, SAME_HASHTAGS, SAME_TYPE = 0.5, 0.4, 0.1
"""What shared facets are worth, of 1 together; hashtags by the share that both have."""

FACETS_ALONE = 0.1
"""What all facets together score at most where nobody engaged with the post and another."""

_WITH_A_FACET = 50


async def similar(post_id: str, first: int | None, after: str | None = None) -> list[ScoredPost]:
    """The posts most similar to a post, behind a cursor, ties by id; those deleted left out.

    First come those that at least 3 people engaged with as well, by how similar they are. Where
    these are fewer than 100, those follow that share its author, hashtags or content type, as far
    as posts are described: their scores are below all of the first.

    Raises:
        BadUserInput: the size is out of bounds, or the cursor is none.
    """
    first = checked_size(first)
    place = None if after is None else opened_cursor(after)
    if not first:
        return []
    found, own = await asyncio.gather(neighbors([post_id]), descriptions_of([post_id]))
    near = dict(found.get(post_id, ()))
    facets = own.get(post_id)
    others = set() if facets is None or len(near) >= NEAREST else await _with_facets(facets)
    described = await descriptions_of([*near, *others])
    near = {id: score for id, score in near.items() if not _is_deleted(described, id)}
    lowest = min(near.values(), default=FACETS_ALONE)
    ranked = [(RankPlace(-score, id), _near(post_id, score)) for id, score in near.items()]
    if facets is not None:
        for id in others - near.keys() - {post_id}:
            shared = _shared(facets, described.get(id) or PostDescription(id), lowest)
            if shared:
                share = sum(each.contribution for each in shared) / lowest
                ranked.append((RankPlace(1 - share, id), shared))
    ranked.sort(key=lambda each: each[0])
    behind = [each for each in ranked if place is None or each[0] > place]
    return [_scored(*each) for each in behind[:first]]


async def _with_facets(facets: PostDescription) -> set[str]:
    """The newest posts that share a facet with a post."""
    asked = [
        (FacetKind.AUTHOR, [facets.author_alias] if facets.author_alias else []),
        (FacetKind.HASHTAG, list(facets.hashtags)),
        (FacetKind.CONTENT_TYPE, [facets.content_type] if facets.content_type else []),
    ]
    found = await asyncio.gather(
        *(posts_with(kind, values, _WITH_A_FACET) for kind, values in asked if values)
    )
    return {id for posts in found for ids in posts.values() for id in ids}


def _near(post_id: str, score: float) -> list[Reason]:
    return [reasons.similar_to(post_id, score)]


def _shared(one: PostDescription, other: PostDescription, worth: float) -> list[Reason]:
    """The facets that two posts share, and what each is worth of so much in all.

    It stays a little below that, so that no post by facets comes before one that people share.
    """
    found, worth = [], worth * 0.999
    if one.author_alias is not None and one.author_alias == other.author_alias:
        found.append(reasons.same_author(one.author_alias, worth * SAME_AUTHOR))
    if tags := [tag for tag in one.hashtags if tag in other.hashtags]:
        each = worth * SAME_HASHTAGS / len({*one.hashtags, *other.hashtags})
        found += [reasons.same_hashtag(tag, each) for tag in tags]
    if one.content_type is not None and one.content_type == other.content_type:
        found.append(reasons.same_content_type(one.content_type, worth * SAME_TYPE))
    return found


def _is_deleted(described: Mapping[str, PostDescription], post_id: str) -> bool:
    description = described.get(post_id)
    return description is not None and description.deleted


def _scored(place: RankPlace, found: Collection[Reason]) -> ScoredPost:
    score = sum(each.contribution for each in found)
    return ScoredPost(place.id, score, largest_first(found), place_cursor(place))
