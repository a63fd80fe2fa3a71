"""Measures: known values of lists that were made by hand."""

from math import log2, sqrt

import pytest

from bench.evaluating.baselines import lately_popular, popular
from bench.evaluating.events import Event
from bench.evaluating.measures import measure, ndcg, resampled
from bench.evaluating.splits import Split
from models.vocabulary import ActionType
from resolvers.scoring.weights import DAY

POSTS = [str(number) for number in range(20)]


def _event(user: str, post: str, at: int = 0, action: ActionType = ActionType.FAVORITE) -> Event:
    return Event(user, post, action, at, False, b"")


def test_a_hit_counts_less_the_further_down_it_is() -> None:
    """By the logarithm of its place, and not at all beyond the tenth."""
    assert ndcg(POSTS, frozenset("0")) == 1
    assert ndcg(POSTS, frozenset("2")) == 1 / log2(4)
    assert ndcg(POSTS, frozenset(("10",))) == 0
    assert ndcg(POSTS, frozenset(("0", "2"))) == (1 + 1 / 2) / (1 + 1 / log2(3))
    assert ndcg(POSTS, frozenset(POSTS)) == 1


def test_an_interval_by_resampling_is_the_same_each_time() -> None:
    """It lies around the mean."""
    found = resampled([0.0, 1.0] * 50)

    assert found == resampled([0.0, 1.0] * 50)
    assert found.value == 0.5
    assert 0.38 < found.low < 0.42
    assert 0.58 < found.high < 0.62


def test_lists_are_measured_over_all_who_are_asked_about() -> None:
    """A user without a list is a miss; posts in common are those that the same users know."""
    training = [_event("a", "1"), _event("a", "2"), _event("b", "2"), _event("b", "3")]
    split = Split("by hand", training, {"a": frozenset("3"), "b": frozenset("1")}, 1)

    found = measure({"a": ["3", "2"]}, split)

    assert (found.users, found.hit_rate.value, found.ndcg.value) == (2, 0.5, 0.5)
    assert found.coverage == 2 / 3
    assert found.diversity == pytest.approx(1 - 1 / sqrt(2))


def test_popularity_is_of_all_time_or_of_late() -> None:
    """Favorites count, views do not; nobody is told of what they know."""
    now = 28 * DAY
    training = [
        *(_event(user, "old") for user in "abc"),
        *(_event(user, "new", now) for user in "de"),
        _event("f", "viewed", now, ActionType.VIEW),
    ]
    split = Split("by hand", training, {"f": frozenset(), "a": frozenset()}, now)

    assert popular(split) == {"f": ["old", "new"], "a": ["new"]}
    assert lately_popular(split) == {"f": ["new", "old"], "a": ["new"]}
