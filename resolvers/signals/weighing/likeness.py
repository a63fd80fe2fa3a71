"""Likeness: how much a candidate is like posts that the user liked, or like those turned away.

Two posts are alike as far as the same people engage with both: s_ij of
resolvers/signals/similarity.py. Or they are described alike.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from resolvers.signals.descriptions import PostDescription

HALF = 0.1
"""The mean s_ij that makes a likeness of a half."""

CLOSE = 0.1
"""From this s_ij on, two posts are close."""

Near = Mapping[str, Sequence[tuple[str, float]]]
"""For each post those that are like it, with their s_ij."""


class Likeness(NamedTuple):
    """How much a candidate is like some posts, from 0 to 1, and the one that says so most."""

    value: float
    post_id: str


def fading(rank: int) -> float:
    """What a post weighs that so many others came after: half with every fourth."""
    return math.exp2(-rank / 4)


def likeness(weights: Mapping[str, float], near: Near) -> dict[str, Likeness]:
    """How much candidates are like posts of some weights: x / (x + 0.1), where x is the mean s_ij.

    The mean is over all of the posts, also those that nothing is known to be like.
    """
    sums: dict[str, float] = {}
    most: dict[str, tuple[float, str]] = {}
    for post_id, weight in weights.items():
        for candidate, similarity in near.get(post_id, ()):
            part = weight * similarity
            sums[candidate] = sums.get(candidate, 0.0) + part
            if part > most.get(candidate, (0.0, ""))[0]:
                most[candidate] = part, post_id
    total = sum(weights.values()) or 1.0
    return {
        candidate: Likeness(_squashed(each / total), most[candidate][1])
        for candidate, each in sums.items()
        if each > 0
    }


def close_to(posts: Iterable[str], near: Near) -> dict[str, set[str]]:
    """For each candidate those of some posts that it is close to."""
    found: dict[str, set[str]] = {}
    for post_id in posts:
        for candidate, similarity in near.get(post_id, ()):
            if similarity >= CLOSE:
                found.setdefault(candidate, set()).add(post_id)
    return found


def are_described_alike(one: PostDescription, other: PostDescription) -> bool:
    """Whether two posts are by one author and share half of their hashtags, or neither has any."""
    if one.author_alias is None or one.author_alias != other.author_alias:
        return False
    all_tags = {*one.hashtags, *other.hashtags}
    return 2 * len({*one.hashtags} & {*other.hashtags}) >= len(all_tags)


def _squashed(mean: float) -> float:
    return mean / (mean + HALF)
