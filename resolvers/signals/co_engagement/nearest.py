"""The nearest: how similar two posts are, and those that are nearest to each of a bucket."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from resolvers.signals.co_engagement.pairs import PostPairs, by_post

LEAST_USERS = 3
"""How many users a pair rests on at least, so that it tells of no one of them."""

NEAREST = 100
"""How many posts are shown as near to a post at most."""

_KEPT = 400
_SHOWN = 120
"""How many of a post are remembered, and how many of them looked up: counts move meanwhile."""


Others = Mapping[int, tuple[str, float]]
"""Posts by their numbers: the id, and what similarity to it is divided by."""


def others(known: Mapping[int, tuple[str, int]]) -> Others:
    """Posts with their users, by their numbers, as many posts are compared with them."""
    return {number: (post_id, math.pow(users, 0.6)) for number, (post_id, users) in known.items()}


def similarities(counts: Mapping[int, int], users: int, others: Others) -> list[tuple[str, float]]:
    """How similar a post with so many users is to others, by the users of both.

    n_ij / (n_i^.75 n_j^.6) n_ij / (n_ij + 2), measured on held-out ratings of a public set. Those
    with fewer than 3 users of both are left out.
    """
    own = math.pow(users, 0.75)
    return [
        (other[0], both * both / ((both + 2) * own * other[1]))
        for number, both in counts.items()
        if both >= LEAST_USERS and (other := others.get(number)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Near:
    """What is remembered of a post's neighbours: counts, packed, and the posts worth showing."""

    post: int
    entries: bytes
    nearest: str


def divisor(users: int) -> float:
    """What similarity to a post with so many users is divided by, in the order of neighbours."""
    return math.pow(max(users, 1), 0.6)


def nearest_of(bucket: int, entries: bytes, divisors: Sequence[float]) -> list[Near]:
    """The nearest of each post of a bucket, by all pairs there are of it, packed.

    `divisors` has that of each post at its number; others are taken as posts with one user.
    """
    return [_nearest(each, _covering(divisors, each.highest)) for each in by_post(bucket, entries)]


def _covering(divisors: Sequence[float], highest: int) -> Sequence[float]:
    """The same with a divisor for each post up to a number."""
    lacking = highest + 1 - len(divisors)
    return [*divisors, *repeat(divisor(1), lacking)] if lacking > 0 else divisors


def _nearest(pairs: PostPairs, divisors: Sequence[float]) -> Near:
    """The nearest of a post: those that several users have, and of the others the newest.

    None of the others can be shown before two more users have it, which new posts get soonest.
    They are ordered by similarity but for what all of a post's share.
    """
    scores = pairs.scores(_GAINS, divisors)
    order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
    best = [pairs.several[each] for each in order[:_KEPT]]
    more = _KEPT - len(best)
    places = sorted(best + pairs.single[-more:] if more else best)
    shown = ",".join(map(str, pairs.others(best[:_SHOWN])))
    return Near(pairs.post, pairs.packed(places), shown)


_GAINS = [both * both / (both + 2) for both in range(1_000)]
"""What a pair gains by how many users have both, while they are few."""


def shown_nearest(counts: Mapping[int, int], users: int, others: Others) -> list[tuple[str, float]]:
    """The nearest to a post with so many users, best first, ties by id.

    `counts` are by the others' numbers.
    """
    scored = similarities(counts, users, others)
    return sorted(scored, key=lambda each: (-each[1], each[0]))[:NEAREST]
