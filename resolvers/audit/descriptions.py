"""What posts are found by, held against their descriptions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from models.database.database import snapshot
from models.ledger.ledger import Judge
from models.reading.signals.descriptions import facets_after, posts_after
from models.records import Changes, Known, Micros, Wanted
from models.signal_records import FacetKey, StoredFacet
from models.vocabulary import FacetKind
from resolvers.signals.descriptions import facet_rows, find_anew

POSTS_AT_ONCE = 100

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class WrongFacet:
    """What a post is found by otherwise than its description says: since when, None if not."""

    key: FacetKey
    stored: Micros | None
    right: Micros | None

    def __str__(self) -> str:
        kind = FacetKind(self.key.facet).name
        return f"POST {self.key.post_id} found by {kind} {self.key.value}"


async def wrong_facets() -> AsyncIterator[list[WrongFacet]]:
    """What is wrong, page by page of the posts in order of their ids; most pages have nothing."""
    after: str | None = ""
    while after is not None:
        async with snapshot():
            posts = await posts_after(after, POSTS_AT_ONCE)
            last = posts[-1].post_id if len(posts) == POSTS_AT_ONCE else None
            stored = {_key(each): each.at for each in await facets_after(after, last)}
        right = {key: facet.at for post in posts for key, facet in facet_rows(post).items()}
        yield [
            WrongFacet(key, stored.get(key), right.get(key))
            for key in sorted(stored.keys() | right.keys())
            if stored.get(key) != right.get(key)
        ]
        after = last


async def correct(commit: Commit, wrong: Collection[WrongFacet]) -> None:
    """Have posts found by what their descriptions say now."""
    ids = {each.key.post_id for each in wrong}

    def corrected(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        for post_id in ids:
            find_anew(changes, post_id, known.posts.get(post_id))
        return changes, None

    if ids:
        await commit(Wanted(posts=ids), corrected)


def _key(facet: StoredFacet) -> FacetKey:
    return FacetKey(facet.post_id, facet.facet, facet.value)
