"""Similarity and popularity: what the same people engage with, and what many like of late."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import erase
from tests.support.signals.asking import did, engaged, kinds, signal, signals

CROWD = tuple(f"user {number}" for number in range(4))


def similarity(users: int, one: int, other: int) -> Any:
    """The likeness of one post alone by n_ij, n_i and n_j, as the formula has it."""
    s = users / (one**0.75 * other**0.6) * users / (users + 2)
    return pytest.approx(s / (s + 0.1), abs=1e-12)


async def crowded(caller: Caller) -> None:
    """Four people favor `a` and `b`, two of them `c`, and one more likes `b` alone."""
    for user in CROWD:
        await did(caller, "FAVORITE", "a", user)
        await did(caller, "FAVORITE", "b", user)
    await did(caller, "FAVORITE", "c", *CROWD[:2])
    await did(caller, "FAVORITE", "b", "lone")
    for post, users in (("a", 4), ("b", 5), ("c", 2)):
        await engaged(caller, post, users)


async def test_popularity_is_in_parts_of_the_most_liked_post_s(caller: Caller) -> None:
    """Each like halves every 14 days; what others than candidates have counts as well."""
    await did(caller, "FAVORITE", "old", "bob", "cid", "dan", "eve")
    caller.clock.advance(14 * 86_400)
    await did(caller, "FAVORITE", "new", "bob", "cid", "dan")
    await did(caller, "VIEW", "seen", "bob", "cid", "dan", "eve")
    for post, users in (("old", 4), ("new", 3), ("seen", 4)):
        await engaged(caller, post, users)

    old, seen = await signals(caller, "zoe", "old", "seen")

    assert old["popularity"] == pytest.approx(2 / 3, abs=1e-9)
    assert old["score"] == pytest.approx(0.15 * 2 / 3, abs=1e-9)
    assert seen["popularity"] == 0.0


async def test_what_the_same_people_engage_with_is_similar(caller: Caller) -> None:
    """To the post that the user favored; its reason names that one."""
    await crowded(caller)
    await did(caller, "FAVORITE", "a", "ann")
    await engaged(caller, "a", 5)

    b, c = await signals(caller, "ann", "b", "c")

    assert b["similarity"] == similarity(4, 5, 5)
    (reason,) = [each for each in b["contributions"] if each["kind"] == "SIMILAR"]
    assert reason["text"] == "people who liked a post you favorited also liked this"
    assert (reason["subject"], reason["contribution"]) == ("a", b["similarity"])
    assert kinds(b)[0] == "SIMILAR"
    assert c["similarity"] == 0.0  # two people tell of nobody
    assert (await signal(caller, "zoe", "b"))["similarity"] == 0.0


async def test_the_next_request_knows_the_last_favorite(caller: Caller) -> None:
    """What the user does counts at once, and not once it is undone; others follow."""
    await crowded(caller)
    assert (await signal(caller, "ann", "b"))["similarity"] == 0.0

    await did(caller, "MORE_LIKE_THIS", "a", "ann")
    assert (await signal(caller, "ann", "b"))["similarity"] > 0.6

    await caller.record(userId="ann", action="MORE_LIKE_THIS", postId="a", undo=True)
    assert (await signal(caller, "ann", "b"))["similarity"] == 0.0


async def test_similarity_is_a_mean_over_what_the_user_was_after(caller: Caller) -> None:
    """A favorite weighs 1 and a view one half; each later post halves it a fifth more."""
    await crowded(caller)
    await did(caller, "FAVORITE", "a", "ann")
    caller.clock.advance(1)
    await did(caller, "VIEW", "other", "ann")
    await engaged(caller, "a", 5)

    found = await signal(caller, "ann", "b")

    s = 4 / (5**0.75 * 5**0.6) * 4 / 6
    weight = 2 ** (-1 / 4)
    mean = weight * s / (weight + 0.5)
    assert found["similarity"] == pytest.approx(mean / (mean + 0.1), abs=1e-12)


async def test_what_is_like_a_post_turned_away_sinks(caller: Caller) -> None:
    """By as much as it is similar; the sentence says why, and it is not suppressed by one."""
    await crowded(caller)
    await did(caller, "HIDE", "a", "ann")

    found = await signal(caller, "ann", "b")

    (reason,) = [each for each in found["contributions"] if each["kind"] == "TOO_SIMILAR"]
    assert reason["text"] == "much like a post you turned away"
    assert reason["subject"] == "a"
    assert -reason["contribution"] == similarity(4, 4, 5)
    assert (found["similarity"], found["suppressed"]) == (0.0, False)
    assert found["score"] < 0


async def test_what_is_close_to_two_posts_turned_away_is_suppressed(caller: Caller) -> None:
    """Unless it is as much like what the user liked."""
    await crowded(caller)
    await did(caller, "FAVORITE", "d", *CROWD[:3])
    await did(caller, "FAVORITE", "e", *CROWD)
    await engaged(caller, "d", 3)
    await engaged(caller, "e", 4)
    await did(caller, "HIDE", "a", "ann")
    await did(caller, "LESS_LIKE_THIS", "d", "ann")

    found = await signal(caller, "ann", "b")
    assert found["suppressed"]
    assert kinds(found)[0] == "TOO_SIMILAR"
    assert found["score"] == pytest.approx(-1.0, abs=1e-9)

    caller.clock.advance(1)
    await did(caller, "MORE_LIKE_THIS", "e", "ann")
    assert not (await signal(caller, "ann", "b"))["suppressed"]


async def test_an_erased_user_leaves_similarity(caller: Caller) -> None:
    """Of four who engaged with both two are erased: two tell of nobody."""
    await crowded(caller)
    await did(caller, "FAVORITE", "a", "ann")
    await engaged(caller, "a", 5)
    for user in CROWD[:2]:
        await erase(caller, userId=user, confirm=True)
    await engaged(caller, "b", 3)

    assert (await signal(caller, "ann", "b"))["similarity"] == 0.0
