"""The nearest of a post: which others are remembered of it, and which are shown."""

import pytest

from resolvers.signals.co_engagement.nearest import Divisors, Near
from resolvers.signals.co_engagement.pairs import of_post
from resolvers.signals.co_engagement.remembering import nearest_of
from resolvers.signals.co_engagement.summing import added_up
from tests.support.signals.co_engagement import packs

BUCKET, POST = 2, 35  # the third bucket has the posts 32 to 47


def near(counts: dict[int, int], users: dict[int, int]) -> Near:
    """What is remembered of the post, which so many users have together with others."""
    divisors = Divisors()
    for post in range(5_000):
        divisors.note(post, users.get(post, 10))
    noted = [other for other, both in counts.items() for _ in range(both)]
    (found,) = nearest_of(BUCKET, packs({POST: noted})[BUCKET], divisors)
    return found


def test_the_nearest_come_first_and_those_of_one_user_are_not_shown() -> None:
    """Of two that as many users have, the one that fewer users have in all is nearer."""
    found = near({7: 2, 8: 2, 9: 1, 4_000: 300}, {8: 3, 4_000: 3})

    assert found.post == POST
    assert found.nearest == "4000,8,7"
    assert of_post(found.entries, 0) == [(7, 2), (8, 2), (9, 1), (4_000, 300)]


def test_the_newest_of_those_of_one_user_are_remembered_beside_the_others() -> None:
    """Of 600 others 400 are remembered: all that several users have, and the latest of the rest."""
    found = near({other: 2 if other % 3 == 0 else 1 for other in range(300, 900)}, {})

    remembered = dict(of_post(found.entries, 0))
    assert len(remembered) == 400
    assert [other for other, both in remembered.items() if both == 2] == list(range(300, 900, 3))
    assert min(other for other, both in remembered.items() if both == 1) == 601
    assert len(found.nearest.split(",")) == 120


def test_the_nearest_are_remembered_of_more_than_there_is_room_for() -> None:
    """Of 600 others that several users have, the 400 that fewest users have in all."""
    found = near(dict.fromkeys(range(100, 700), 3), {each: 1_000 - each for each in range(700)})

    assert [other for other, _ in of_post(found.entries, 0)] == list(range(300, 700))
    assert found.nearest.startswith("699,698,697,")


@pytest.mark.parametrize("both", [1, 255, 256, 65_536, 1 << 24])
def test_a_pair_counts_however_many_users_have_it(both: int) -> None:
    """One user is as good as sixteen million."""
    once = packs({POST: [7]})[BUCKET]
    entries = once
    for _ in range(both.bit_length() - 1):
        (entries,) = added_up([[entries, entries]])
    if both == 255:
        (entries,) = added_up([[entries, *[once] * (both - 128)]])

    (found,) = nearest_of(BUCKET, entries, Divisors())

    assert of_post(found.entries, 0) == [(7, both)]
    assert found.nearest == ("7" if both > 1 else "")


def test_what_counts_nothing_any_more_or_less_is_not_remembered() -> None:
    """A pair that was taken away, and one whose counterpart is in a part that comes later."""
    more, fewer = packs({POST: [7, 8]})[BUCKET], packs({}, {POST: [7, 9]})[BUCKET]
    (entries,) = added_up([[more, fewer]])

    (found,) = nearest_of(BUCKET, entries, Divisors())

    assert of_post(found.entries, 0) == [(8, 1)]
