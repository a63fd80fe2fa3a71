"""Similarity: the posts that the same people engaged with, and what a user engaged with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.reading.signals.co_engagement import (
    AskedPost,
    EngagedRow,
    KnownPost,
    Neighborhood,
    known_posts,
    latest_engagements,
    neighborhood,
)
from models.vocabulary import ACTIONS, ActionType
from resolvers.signals.co_engagement.marks import LIKING_CODES, POSITIVE_CODES
from resolvers.signals.co_engagement.nearest import (
    LEAST_USERS,
    others,
    shown_nearest,
    similarities,
)
from resolvers.signals.co_engagement.pairs import BUCKET_BITS, bucket_of, of_post

_ROWS_A_POSITIVE = 8
_MORE_LIKE_THIS = ACTIONS[ActionType.MORE_LIKE_THIS].code


@dataclass(frozen=True, slots=True)
class Nearby:
    """How many users each of some posts has with others, by their numbers.

    `moved` are those others of which something has come since the nearest of the post were made;
    `known` are posts by number.
    """

    post: AskedPost
    counts: Mapping[int, int]
    moved: Collection[int]
    known: Mapping[int, KnownPost]


async def neighbors(post_ids: Collection[str]) -> dict[str, list[tuple[str, float]]]:
    """The posts nearest to each of some posts and how similar they are, best first, ties by id.

    At most 100 of each, each by at least 3 users who engaged with both; those that have none are
    left out. It takes one query, and a second one where pairs that are worth showing have come
    since the nearest of a post were last made.
    """
    return await nearest_in(await around(post_ids, post_ids), post_ids)


async def around(post_ids: Collection[str], listed: Collection[str] = ()) -> list[Nearby]:
    """What is near to each of some posts; in one query. Of those listed the nearest are known."""
    found = await neighborhood(post_ids, BUCKET_BITS, listed)
    near = []
    for post in found.asked:
        since = _since(found, post.number)
        near.append(Nearby(post, _counts(post.entries, since), since.keys(), found.known))
    return near


async def nearest_in(
    near: Sequence[Nearby], post_ids: Collection[str]
) -> dict[str, list[tuple[str, float]]]:
    """As `neighbors`, of some posts that were listed when what is near was read."""
    asked = [each for each in near if each.post.post_id in post_ids]
    known = dict(asked[0].known) if asked else {}
    if new := {
        other
        for each in asked
        for other in each.moved
        if each.counts.get(other, 0) >= LEAST_USERS and other not in known
    }:
        known |= await known_posts(new)
    all_others = others(known)
    shown = {
        each.post.post_id: shown_nearest(each.counts, each.post.users, all_others) for each in asked
    }
    return {post_id: posts for post_id, posts in shown.items() if posts}


def among(
    near: Sequence[Nearby], candidates: Mapping[int, KnownPost]
) -> dict[str, list[tuple[str, float]]]:
    """How similar candidates are to each of some posts, where at least 3 users engaged with both.

    Candidates are given by their numbers. In no order; each post has those of them that are among
    its nearest 400, or that have come near since.
    """
    posts = others(candidates)
    return {each.post.post_id: similarities(each.counts, each.post.users, posts) for each in near}


def _since(found: Neighborhood, post: int) -> dict[int, int]:
    """What has come to a post's pairs since its bucket's base was made."""
    moved: dict[int, int] = {}
    for part in found.parts.get(bucket_of(post), ()):
        for other, count in of_post(part, post):
            moved[other] = moved.get(other, 0) + count
    return moved


def _counts(entries: bytes | None, since: dict[int, int]) -> dict[int, int]:
    """How many users have a post and each other; without the few that nothing was added to."""
    if not entries:
        return since
    least = 1 if since else LEAST_USERS
    counts = dict(of_post(entries, 0, least))  # a pack of this post alone
    for other, count in since.items():
        counts[other] = counts.get(other, 0) + count
    return counts


async def positives_of(alias: str, limit: int = 25) -> list[EngagedRow]:
    """The posts that a user engaged with, the latest first, ties by the later one recorded.

    Each comes once, with what weighs most of what was done to it: MORE_LIKE_THIS, then what says
    that the user likes it, then what says that it was seen; and with the latest instant.
    """
    rows = await latest_engagements(alias, POSITIVE_CODES, limit * _ROWS_A_POSITIVE)
    best: dict[str, EngagedRow] = {}
    for row in rows:
        first = best.setdefault(row.post_id, row)
        if _weight(row.action) > _weight(first.action):
            best[row.post_id] = row._replace(occurred_at=first.occurred_at)
    return list(best.values())[:limit]


def _weight(action: int) -> int:
    return 2 if action == _MORE_LIKE_THIS else int(action in LIKING_CODES)
