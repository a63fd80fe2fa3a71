"""How much candidates are like posts that were liked, or turned away: plain numbers."""

import pytest

from resolvers.signals.descriptions import PostDescription
from resolvers.signals.weighing.aversion import aversion_to
from resolvers.signals.weighing.likeness import are_described_alike, fading, likeness

NEAR = {"a": [("x", 0.4), ("y", 0.1)], "b": [("x", 0.2)]}


def test_likeness_is_the_mean_similarity_squashed() -> None:
    """x / (x + 0.1), where x is the weighted mean over all posts; the largest part is named."""
    found = likeness({"a": 1.0, "b": 0.5, "unknown": 0.5}, NEAR)

    mean = (0.4 + 0.5 * 0.2) / 2
    assert found["x"].value == pytest.approx(mean / (mean + 0.1), abs=1e-12)
    assert found["x"].post_id == "a"
    assert found["y"].value == pytest.approx(0.05 / 0.15, abs=1e-12)
    assert set(found) == {"x", "y"}


def test_nothing_is_like_nothing() -> None:
    """Of a user who liked nothing, nothing is known to be alike."""
    assert likeness({}, {}) == {}


def test_a_post_weighs_half_once_four_came_after() -> None:
    """The method's fading of a profile."""
    assert [fading(rank) for rank in (0, 4, 8)] == [1.0, 0.5, 0.25]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("dan", "a b"), ("dan", "a"), True),
        (("dan", ""), ("dan", ""), True),
        (("dan", "a b c"), ("dan", "a"), False),
        (("dan", ""), ("dan", "a"), False),
        (("dan", "a"), ("eve", "a"), False),
        ((None, "a"), (None, "a"), False),
    ],
)
def test_posts_are_described_alike(
    one: tuple[str | None, str], other: tuple[str | None, str], alike: bool
) -> None:
    """By one author who is known, with half of all their hashtags in common."""
    posts = [
        PostDescription("p", author_alias=author, hashtags=tuple(tags.split()))
        for author, tags in (one, other)
    ]

    assert are_described_alike(*posts) is alike
    assert are_described_alike(*reversed(posts)) is alike


def test_a_candidate_sinks_by_how_much_it_is_like_what_was_turned_away() -> None:
    """By co-engagement and by description together; to how many posts it is close is counted."""
    descriptions = {
        post_id: PostDescription(post_id, author_alias="dan", hashtags=("t",))
        for post_id in ("b", "x")
    }
    aversion = aversion_to(["a", "b"], NEAR, descriptions)

    mean = (0.4 + fading(1) * 0.2) / (1 + fading(1))
    x, y = aversion.sinking("x", descriptions["x"]), aversion.sinking("y", None)
    assert x.amount == pytest.approx(mean / (mean + 0.1) + 0.25, abs=1e-12)
    assert (x.post_id, x.close, x.suppresses) == ("a", 2, True)
    assert (y.post_id, y.close, y.suppresses) == ("a", 1, False)
    assert aversion.sinking("z", None).taking == []
