"""Remembering: the nearest of each post of a bucket, which are kept with a new base."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy
from numpy.typing import NDArray

from resolvers.signals.co_engagement.pairs import LOCAL, posts_of
from resolvers.signals.co_engagement.summing import Numbers, counts_of, others_of, packed, unpacked

_KEPT = 400
_SHOWN = 120
"""How many of a post are remembered, and how many of them looked up: counts move meanwhile."""


@dataclass(frozen=True, slots=True)
class Near:
    """What is remembered of a post's neighbours: counts, packed, and the posts worth showing."""

    post: int
    entries: bytes
    nearest: str


class Divisors:
    """What similarity to each post is divided by, by its number, in the order of neighbours.

    Posts that nothing is noted of are taken as posts with one user.
    """

    def __init__(self) -> None:
        self._values = numpy.ones(1)

    def note(self, post: int, users: int) -> None:
        """Note how many users a post has by now."""
        size = self._values.size
        if post >= size:
            more = numpy.ones(post + 1 - size + size // 4)
            self._values = numpy.concatenate((self._values, more))
        self._values[post] = math.pow(max(users, 1), 0.6)

    def of(self, posts: Numbers) -> NDArray[numpy.float64]:
        """Those of some posts."""
        values = self._values
        if not posts.size or posts.max() < values.size:
            return values[posts]
        return numpy.where(posts < values.size, values[numpy.minimum(posts, values.size - 1)], 1.0)


def nearest_of(bucket: int, pack: bytes, divisors: Divisors) -> Iterator[Near]:
    """The nearest of each post of a bucket that others have users with, by all pairs there are.

    Those that several users have are ordered by similarity but for what all of a post's share. Of
    the others the newest are remembered: none of these can be shown before two more users have it,
    which new posts get soonest.
    """
    entries = unpacked(pack)
    counts, others = counts_of(entries), others_of(entries)
    single, several = numpy.flatnonzero(counts == 1), numpy.flatnonzero(counts > 1)
    both = counts[several].astype(numpy.float64)
    scores = both * both / (both + 2) / divisors.of(others[several])
    posts = range(*posts_of(bucket))
    bounds = numpy.searchsorted(entries >> LOCAL, numpy.arange(len(posts) + 1, dtype=numpy.uint64))
    of_single, of_several = (
        list(pairwise(numpy.searchsorted(places, bounds).tolist())) for places in (single, several)
    )
    for local, post in enumerate(posts):
        ones, more = single[slice(*of_single[local])], slice(*of_several[local])
        best = several[more][_highest(scores[more], _KEPT)]
        places = numpy.concatenate((best, ones[ones.size - min(ones.size, _KEPT - best.size) :]))
        if places.size:
            places.sort()
            kept = packed(entries[places] - (local << LOCAL))
            shown = others[best[:_SHOWN]].tolist()
            yield Near(post, kept, ",".join(map(str, shown)))


def _highest(scores: NDArray[numpy.float64], most: int) -> NDArray[numpy.intp]:
    """The places of the highest scores, those first, ties in their order; so many at most."""
    if scores.size <= most:
        return numpy.argsort(-scores, kind="stable")
    least = numpy.partition(scores, scores.size - most)[scores.size - most]
    among = numpy.flatnonzero(scores >= least)
    return among[numpy.argsort(-scores[among], kind="stable")[:most]]
