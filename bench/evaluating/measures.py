"""What lists of recommendations are worth: measures over users, with 95% intervals."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2, sqrt
from statistics import fmean

from bench.evaluating.splits import Split
from resolvers.signals.outcomes import Rate, wilson

PLACES = 10
RESAMPLES = 1_000
_SEED = 20
_NOTHING = Rate(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the lists of one method are, on one split.

    Of a list's first ten posts, `hit_rate` is how often one of them was held out (Wilson's
    interval), `ndcg` how near the front those are, 1 at best (by resampling users). `coverage` is
    the share of all posts that are in somebody's list. `diversity` is how little two posts of a
    list have in common: 1 less the cosine of the sets of users who engaged with them, on average.
    """

    users: int
    hit_rate: Rate
    ndcg: Rate
    coverage: float
    diversity: float


Lists = Mapping[str, Sequence[str]]
"""What is recommended to each user, best first."""


def measure(lists: Lists, split: Split) -> Quality:
    """How well these lists guess what a split holds out; a user without a list is a miss."""
    gains = [ndcg(lists.get(user, ()), held) for user, held in split.held.items()]
    shown = {user: list(lists.get(user, ()))[:PLACES] for user in split.held}
    posts = {post for posts in shown.values() for post in posts}
    return Quality(
        len(gains),
        wilson(sum(gain > 0 for gain in gains), len(gains)) or _NOTHING,
        resampled(gains),
        len(posts) / len(split.catalog),
        _diversity(shown, split),
    )


def ndcg(posts: Sequence[str], held: frozenset[str]) -> float:
    """The gain of a list's first ten, each hit discounted by log2 of its place + 1, of the most."""
    gain = sum(1 / log2(place + 1) for place, post in enumerate(posts[:PLACES], 1) if post in held)
    most = sum(1 / log2(place + 1) for place in range(1, min(PLACES, len(held)) + 1))
    return gain / most


def resampled(values: Sequence[float]) -> Rate:
    """A mean and its interval, by resampling the values (the percentile bootstrap), seeded."""
    if not values:
        return _NOTHING
    chance = random.Random(_SEED)  # noqa: S311 (repeatable, not secret)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Rate(fmean(values), means[RESAMPLES // 40], means[-1 - RESAMPLES // 40])


def _diversity(shown: Lists, split: Split) -> float:
    """The mean over users of the mean over the pairs in their lists; 0 where there are none."""
    users: dict[str, set[str]] = {}
    for event in split.training:
        users.setdefault(event.post, set()).add(event.user)
    cosines: dict[tuple[str, str], float] = {}

    def cosine(first: str, second: str) -> float:
        pair = (first, second) if first < second else (second, first)
        if pair not in cosines:
            one, other = users.get(first, set()), users.get(second, set())
            cosines[pair] = len(one & other) / sqrt(max(1, len(one) * len(other)))
        return cosines[pair]

    means = [
        fmean(1 - cosine(first, second) for first, second in combinations(posts, 2))
        for posts in shown.values()
        if len(posts) > 1
    ]
    return fmean(means) if means else 0.0
