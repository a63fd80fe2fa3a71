"""Pairs of co-engagement, as tests note and read them."""

from collections import Counter
from collections.abc import Iterable, Mapping

from resolvers.signals.co_engagement.pairs import NotedPairs, of_post, posts_of
from resolvers.signals.co_engagement.summing import counted


def packs(
    more: Mapping[int, Iterable[int]], fewer: Mapping[int, Iterable[int]] | None = None
) -> dict[int, bytes]:
    """The packs, by bucket, of the pairs that posts make with others, and of those taken away."""
    return dict(counted(_noted(more), _noted(fewer or {})))


def _noted(pairs: Mapping[int, Iterable[int]]) -> NotedPairs:
    noted = NotedPairs()
    for post, others in pairs.items():
        noted.note(post, list(others))
    return noted


def counts(bucket: int, pack: bytes) -> Counter[tuple[int, int]]:
    """How much each pair of a bucket's posts counts, by the post and the other one."""
    return Counter(
        {
            (post, other): both
            for post in range(*posts_of(bucket))
            for other, both in of_post(pack, post)
        }
    )
