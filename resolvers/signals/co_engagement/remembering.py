"""Remembering: the nearest of each post of a bucket, which are kept with a new base."""

from collections.abc import Iterator
from itertools import pairwise

import numpy
from numpy.typing import NDArray

from resolvers.signals.co_engagement.nearest import Divisors, Near
from resolvers.signals.co_engagement.pairs import LOCAL, posts_of
from resolvers.signals.co_engagement.summing import Numbers, counts_of, others_of, packed, unpacked

_KEPT = 400
_SHOWN = 120
"""How many of a post are remembered, and how many of them looked up: counts move meanwhile."""


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
    scores = both * both / (both + 2) / _of(divisors, others[several])
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


def _of(divisors: Divisors, posts: Numbers) -> NDArray[numpy.float64]:
    """The divisors of some posts."""
    values = numpy.frombuffer(divisors.values)
    if not posts.size or posts.max() < values.size:
        return values[posts]
    return numpy.where(posts < values.size, values[numpy.minimum(posts, values.size - 1)], 1.0)


def _highest(scores: NDArray[numpy.float64], most: int) -> NDArray[numpy.intp]:
    """The places of the highest scores, those first, ties in their order; so many at most."""
    if scores.size <= most:
        return numpy.argsort(-scores, kind="stable")
    least = numpy.partition(scores, scores.size - most)[scores.size - most]
    among = numpy.flatnonzero(scores >= least)
    return among[numpy.argsort(-scores[among], kind="stable")[:most]]
