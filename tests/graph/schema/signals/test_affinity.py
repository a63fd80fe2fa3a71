"""Affinity: what draws a user to a candidate by its author, its hashtags and its content type."""

import math
from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import alias
from tests.support.signals.asking import describe, did, signal, signals

WEIGHT = 0.5


def draw(score: float) -> float:
    """How much a preference of some score draws, of 1 at most."""
    return score / (abs(score) + 8)


def of(kind: str, found: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """The reasons of one kind: the subject, the sentence and the contribution."""
    return [
        (each["subject"], each["text"], pytest.approx(each["contribution"], abs=1e-12))
        for each in found["contributions"]
        if each["kind"] == kind
    ]


async def test_a_new_post_gets_what_the_user_thinks_of_its_author(caller: Caller) -> None:
    """Three favorites of 4 make a preference of 12; the sentence says how many they were."""
    for post in ("p1", "p2", "p3"):
        await describe(caller, post, authorId="dan")
        await did(caller, "FAVORITE", post, "ann")
    await describe(caller, "new", authorId="dan")
    await describe(caller, "other", authorId="eve")

    new, other = await signals(caller, "ann", "new", "other")

    amount = draw(12) / (1 + draw(12))
    assert new["affinity"] == pytest.approx(amount, abs=1e-12)
    text = "because you favorited 3 posts by this author"
    assert of("AUTHOR", new) == [(alias("dan"), text, WEIGHT * amount)]
    assert new["score"] == pytest.approx(WEIGHT * amount, abs=1e-9)
    assert (other["affinity"], other["score"]) == (0.0, 0.0)
    assert (await signal(caller, "zoe", "new"))["affinity"] == 0.0


async def test_hashtags_draw_by_halves_and_a_content_type_by_a_quarter(caller: Caller) -> None:
    """The hashtag that draws most counts whole, the next one half and a third one a quarter."""
    for tag, action in (("cats", "REPLY"), ("dogs", "FAVORITE"), ("owls", "BOOKMARK")):
        context = {"hashtags": [tag]}
        await caller.record(userId="ann", action=action, postId=tag, context=context)
    both = {"hashtags": ["bees"], "contentType": "video"}
    await caller.record(userId="ann", action="CLICK", postId="bees", context=both)
    tags = ["owls", "bees", "cats", "dogs", "unknown"]
    await describe(caller, "new", hashtags=tags, contentType="video")

    found = await signal(caller, "ann", "new")

    parts = [draw(6), draw(4) / 2, draw(3) / 4, draw(1) / 4]
    size = 1 + math.fsum(parts)
    assert found["affinity"] == pytest.approx(math.fsum(parts) / size, abs=1e-12)
    cats, dogs, owls, video = (WEIGHT * part / size for part in parts)
    assert of("HASHTAG", found) == [
        ("cats", "because you replied to posts about #cats", cats),
        ("dogs", "because you favorited a post about #dogs", dogs),
        ("owls", "because you bookmarked a post about #owls", owls),
    ]
    text = "because you clicked on posts of the type video"
    assert of("CONTENT_TYPE", found) == [("video", text, video)]


async def test_what_was_turned_away_puts_the_user_off(caller: Caller) -> None:
    """Affinity is then 0, and the score below: the sentence says why."""
    await describe(caller, "p", authorId="dan")
    await describe(caller, "new", authorId="dan", hashtags=["new"])
    await describe(caller, "p", hashtags=["old"])
    await did(caller, "LESS_LIKE_THIS", "p", "ann")

    found = await signal(caller, "ann", "new")

    amount = draw(-6) / (1 - draw(-6))
    assert found["affinity"] == 0.0
    text = "because you asked for fewer like a post by this author"
    assert of("AUTHOR", found) == [(alias("dan"), text, WEIGHT * amount)]
    assert (found["suppressed"], found["score"]) == (False, pytest.approx(WEIGHT * amount))


async def test_what_draws_and_what_puts_off_are_weighed(caller: Caller) -> None:
    """Each is a reason of its own, by its size, and the contributions add up to the score."""
    await caller.record(
        userId="ann", action="MORE_LIKE_THIS", postId="a", context={"hashtags": ["cats"]}
    )
    await caller.record(userId="ann", action="HIDE", postId="b", context={"authorId": "dan"})
    await describe(caller, "new", authorId="dan", hashtags=["cats"])

    found = await signal(caller, "ann", "new")

    size = 1 + draw(8) - draw(-2)
    assert found["affinity"] == pytest.approx((draw(8) + draw(-2)) / size, abs=1e-12)
    assert found["reasons"] == [
        "because you asked for more like a post about #cats",
        "because you hid a post by this author",
    ]
    assert found["score"] == pytest.approx(WEIGHT * found["affinity"], abs=1e-9)


async def test_the_next_request_knows_the_last_tap(caller: Caller) -> None:
    """MORE_LIKE_THIS moves up what is described alike, and taken back it does not."""
    for post, tag in (("seen", "cats"), ("cats", "cats"), ("dogs", "dogs")):
        await describe(caller, post, hashtags=[tag])
    before = await signals(caller, "ann", "cats", "dogs")
    assert before[0]["score"] == before[1]["score"]

    await did(caller, "MORE_LIKE_THIS", "seen", "ann")
    cats, dogs = await signals(caller, "ann", "cats", "dogs")
    assert cats["score"] > dogs["score"] == 0.0

    await caller.record(userId="ann", action="MORE_LIKE_THIS", postId="seen", undo=True)
    assert await signals(caller, "ann", "cats", "dogs") == before


async def test_what_is_described_like_one_post_turned_away_sinks(caller: Caller) -> None:
    """Of the same author, with half of the hashtags in common; it is said, and still shown."""
    await describe(caller, "hidden", authorId="dan", hashtags=["a", "b"])
    await describe(caller, "alike", authorId="dan", hashtags=["b"])
    await describe(caller, "unlike", authorId="dan", hashtags=["b", "c", "d"])
    await did(caller, "HIDE", "hidden", "ann")

    alike, unlike = await signals(caller, "ann", "alike", "unlike")

    text = "much like a post you turned away"
    assert of("TOO_SIMILAR", alike) == [("hidden", text, -0.25)]
    assert of("TOO_SIMILAR", unlike) == []
    assert (alike["suppressed"], unlike["suppressed"]) == (False, False)
    assert alike["score"] < unlike["score"] < 0


async def test_what_is_like_two_posts_turned_away_is_suppressed(caller: Caller) -> None:
    """Unless the user is drawn to its author; then it sinks."""
    for post in ("one", "two", "three"):
        await describe(caller, post, authorId="dan", hashtags=["a"])
    await did(caller, "HIDE", "one", "ann")
    await did(caller, "REPORT", "two", "ann")

    found = await signal(caller, "ann", "three")
    assert found["suppressed"]
    assert found["score"] <= -1.0
    assert [subject for subject, *_ in of("TOO_SIMILAR", found)] == ["two"]

    for post in ("four", "five", "six", "seven"):
        await describe(caller, post, authorId="dan", hashtags=["z"])
        await did(caller, "REPLY", post, "ann")
    found = await signal(caller, "ann", "three")
    assert not found["suppressed"]
    assert len(of("TOO_SIMILAR", found)) == 1
