"""Sources: lists of posts that may be worth showing to a user, and how they are mixed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from models.ranks.keys import key_of
from models.reading.signals import unseen
from models.reading.signals.deeds import Deeds
from models.reading.signals.descriptions import Carried, posts_with_any
from models.reading.signals.unseen import Ranking, UnseenPost
from models.vocabulary import FacetKind
from resolvers.signals.preferences import Preference, Preferences
from resolvers.signals.recommending.asked import PageRequest
from resolvers.signals.social import places_of
from resolvers.signals.weighing.likeness import Near, likeness
from resolvers.signals.weighing.standing import Liked

POPULAR = 100
"""Posts of a ranking, beside one for each of a page, and one for each that was shown before."""

SIMILAR = 300
"""Posts like those that the user liked last, likewise."""

PEOPLE, POSTS_EACH = 12, 10
"""Of how many people around the user there are posts, and how many of each."""

SOCIAL = 100
"""Posts that the user's groups and communities suggest, likewise."""

PREFERRED = {
    FacetKind.AUTHOR: (10, 10),
    FacetKind.HASHTAG: (10, 15),
    FacetKind.CONTENT_TYPE: (2, 25),
}
"""How many facets of each kind, those that the user prefers most, and how many posts of each."""


class AuthoredPost(NamedTuple):
    """A post, and who wrote it if that is known."""

    post_id: str
    author_alias: str | None


async def best_unseen(
    ranking: Ranking,
    alias: str,
    limit: int,
    *,
    seen_too: bool = False,
    but_of: Collection[str] = (),
) -> list[AuthoredPost]:
    """The best posts of a ranking above 0 that are not deleted, best first.

    What the user did anything to is left out; if `seen_too`, only what the user turned away or
    published. So are posts of some authors.
    """
    found = await unseen.best_unseen(ranking, alias, limit, seen_too=seen_too, but_of=but_of)
    authors = {post.post_id: post.author_alias for post in found}
    keys = [(_key(post), post.post_id) for post in found]
    best = sorted((key, post_id) for key, post_id in keys if key is not None and key < 0)
    return [AuthoredPost(post_id, authors[post_id]) for _, post_id in best[:limit]]


def _key(post: UnseenPost) -> float | None:
    return post.rank_key if post.score is None else key_of(post.score)


async def popular(ranking: Ranking, request: PageRequest) -> list[str]:
    """The best posts of a ranking for a page, best first, without what the user has seen.

    Where few authors have most of them, there are as many of others; of each author a page's share
    comes before the rest.
    """
    alias, seen_too, deep = request.alias, request.seen_too, len(request.shown)
    most = POPULAR + request.size + deep
    found = await best_unseen(ranking, alias, most, seen_too=seen_too)
    counts = Counter(post.author_alias for post in found if post.author_alias is not None)
    few = max(1, request.size // 3) + deep
    floods = [author for author, count in counts.items() if count > few]
    if len(found) == most and sum(counts[author] for author in floods) > most // 2:
        found += await best_unseen(ranking, alias, most, seen_too=seen_too, but_of=floods)
    return list(_spread(found, few))


def _spread(posts: Iterable[AuthoredPost], few: int) -> Iterator[str]:
    """The first few posts of each author, and of nobody known, then the rest; each once."""
    counts = Counter[str]()
    rest = []
    for post_id, author in dict.fromkeys(posts):
        if author is not None and counts[author] == few:
            rest.append(post_id)
            continue
        counts[author or ""] += 1
        yield post_id
    yield from rest


def similar(request: PageRequest, liked: Mapping[str, Liked], near: Near) -> list[str]:
    """What people engaged with who engaged with what the user liked last, best first."""
    found = likeness({post_id: each.weight for post_id, each in liked.items()}, near)
    best = sorted(found, key=lambda post_id: (-found[post_id].value, post_id))
    return best[: SIMILAR + len(request.shown)]


def facets_around(
    request: PageRequest, done: Deeds, preferences: Preferences
) -> tuple[list[Carried], Carried, Carried]:
    """What posts are looked for by: what the user prefers most, people, and places."""
    deep = len(request.shown)
    preferred = [
        Carried(kind, _liked(preferences.best(kind, most)), each + deep)
        for kind, (most, each) in PREFERRED.items()
    ]
    people = Carried(FacetKind.AUTHOR, _people(done), POSTS_EACH + deep)
    return preferred, people, Carried(FacetKind.PLACE, places_of(done), SOCIAL + deep)


async def carrying(wanted: Sequence[Carried]) -> list[list[str]]:
    """The newest posts that carry values of each of some facets, in turn; in one query."""
    return [list(in_turn(list(each.values()))) for each in await posts_with_any(wanted)]


def in_turn(lists: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first of each list, then the second of each, and so on; each post once."""
    mixed = chain.from_iterable(zip_longest(*lists))
    return iter(dict.fromkeys(each for each in mixed if each is not None))


def _liked(best: Sequence[Preference]) -> list[str]:
    return [each.value for each in best if each.score > 0]


def _people(done: Deeds) -> list[str]:
    """Those whom the user visited or sent a vibe to, and whom the user put into a circle."""
    circled = list(dict.fromkeys(update.alias for update in done.circles))
    return list(in_turn([done.people, circled]))[:PEOPLE]
