"""Exploring: which posts that few people saw deserve to be shown, and how many on a page."""

import math
from collections.abc import Iterable

from resolvers.signals.weighing.evidence import RankedPost

FEW = 100
"""Views from which a post is known well enough."""


def slots(share: float, before: int, size: int) -> list[int]:
    """The places on a page that explore, counted from 0.

    Over all pages of a reader they are the share, whatever the sizes of the pages: of those that
    were shown `before` and the `size` of this page, rounded. With 0.1 it is the 5th, the 15th….
    """
    counted = (math.floor(share * place + 0.5) for place in range(before, before + size + 1))
    places = list(counted)
    return [place for place in range(size) if places[place + 1] > places[place]]


def most_promising(posts: Iterable[RankedPost]) -> list[RankedPost]:
    """The posts with few views, the one first that may be the best for all that is known.

    By UCB1 (Auer, Cesa-Bianchi and Fischer, 2002): the rate of favorites, and the confidence bound
    sqrt(2 ln N / n) of n views among N. Of those alike, the better ranked is first.
    """
    few = [post for post in posts if is_little_known(post)]
    everything = math.log(sum(_tries(post) + 1 for post in few)) if few else 0.0

    def bound(post: RankedPost) -> float:
        tries = _tries(post) + 1
        return post.favorites / tries + math.sqrt(2.0 * everything / tries)

    return sorted(few, key=lambda post: (-bound(post), -post.score))


def is_little_known(post: RankedPost) -> bool:
    """Whether few people have seen a post."""
    return _tries(post) < FEW


def _tries(post: RankedPost) -> float:
    """How often it was seen: who favored it saw it, even where views are not recorded."""
    return max(post.views, post.favorites)
