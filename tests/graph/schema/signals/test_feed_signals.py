"""Ranking one's own candidates: what `feedSignals` says of each, and to whom."""

import math

import pytest

from models.vocabulary import PrivacyLevel
from tests.support.client import Caller
from tests.support.levels import set_level
from tests.support.serving import SECRET
from tests.support.signals.asking import (
    SIGNALS,
    describe,
    did,
    engaged,
    ids,
    kinds,
    signal,
    signals,
)


async def test_candidates_come_in_the_order_asked_for(caller: Caller) -> None:
    """One asked twice is there twice, the same; unknown ones are there with nothing."""
    await did(caller, "FAVORITE", "liked", "ann", "bob")
    await engaged(caller, "liked", 2)

    found = await signals(caller, "zoe", "new", "liked", "new")

    assert ids(found) == ["new", "liked", "new"]
    assert found[0] == found[2]
    assert found[0] == {
        "post": {"postId": "new"},
        "score": 0.0,
        "popularity": 0.0,
        "affinity": 0.0,
        "similarity": 0.0,
        "social": 0.0,
        "seen": False,
        "suppressed": False,
        "reasons": [],
        "contributions": [],
    }
    assert (found[1]["popularity"], found[1]["score"]) == (1.0, 0.15)
    assert found[1]["reasons"] == ["popular right now"]


async def test_no_candidates_are_an_empty_list(caller: Caller) -> None:
    """Nothing is asked for, and nothing refused."""
    assert await signals(caller, "zoe") == []


@pytest.mark.parametrize("posts", [["p"] * 201, [""], ["a\nb"], ["x" * 256]])
async def test_candidates_are_at_most_200_post_ids(caller: Caller, posts: list[str]) -> None:
    """Anything else is a mistake of the caller's, in the argument that is named."""
    (error,) = await caller.errors(SIGNALS, id="ann", posts=posts)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "postIds"}


async def test_two_hundred_candidates_are_answered(caller: Caller) -> None:
    """With all that can be asked of each."""
    posts = [f"post {number}" for number in range(200)]

    assert ids(await signals(caller, "ann", *posts)) == posts


@pytest.mark.parametrize("action", ["VIEW", "FAVORITE", "HIDE", "CLICK", "POST_CREATE"])
async def test_a_post_is_seen_by_whatever_the_user_did_to_it(caller: Caller, action: str) -> None:
    """Whatever it was, and by nobody else."""
    assert not (await signal(caller, "ann", "p"))["seen"]

    await did(caller, action, "p", "ann")

    assert (await signal(caller, "ann", "p"))["seen"]
    assert not (await signal(caller, "bob", "p"))["seen"]


async def test_what_is_undone_was_not_seen(caller: Caller) -> None:
    """Nor does it suppress, from the very next request on."""
    await did(caller, "HIDE", "p", "ann")
    await caller.record(userId="ann", action="HIDE", postId="p", undo=True)

    found = await signal(caller, "ann", "p")

    assert (found["seen"], found["suppressed"]) == (False, False)


@pytest.mark.parametrize(
    ("action", "kind", "text"),
    [
        ("HIDE", "HIDDEN", "you hid this post"),
        ("REPORT", "REPORTED", "you reported this post"),
        ("LESS_LIKE_THIS", "DISLIKED", "you asked for fewer posts like this"),
    ],
)
async def test_what_was_turned_away_is_suppressed(
    caller: Caller, action: str, kind: str, text: str
) -> None:
    """It scores below 0, however popular, and the largest reason is why."""
    await did(caller, "FAVORITE", "p", "bob", "cid", "dan")
    await engaged(caller, "p", 3)
    await did(caller, action, "p", "ann")

    found = await signal(caller, "ann", "p")

    assert found["suppressed"]
    assert found["score"] == pytest.approx(-1.0, abs=1e-9)
    assert (kinds(found)[0], found["reasons"][0]) == (kind, text)
    assert not (await signal(caller, "bob", "p"))["suppressed"]


async def test_every_way_in_which_a_post_was_turned_away_is_told(caller: Caller) -> None:
    """Each takes 1 more; the contributions add up to the score."""
    await did(caller, "FAVORITE", "p", "bob")
    await engaged(caller, "p", 1)
    for action in ("HIDE", "REPORT", "LESS_LIKE_THIS"):
        await did(caller, action, "p", "ann")
    await describe(caller, "p", deleted=True)

    found = await signal(caller, "ann", "p")

    assert sorted(kinds(found)) == ["DELETED", "DISLIKED", "HIDDEN", "POPULAR", "REPORTED"]
    assert found["score"] == pytest.approx(-4.0, abs=1e-9)
    parts = math.fsum(each["contribution"] for each in found["contributions"])
    assert found["score"] == pytest.approx(parts, abs=1e-9)


@pytest.mark.parametrize("level", [PrivacyLevel.LIMITED, PrivacyLevel.NONE])
async def test_of_a_user_below_full_only_what_all_know_is_known(
    caller: Caller, level: PrivacyLevel
) -> None:
    """The answer is a stranger's, even before what was stored is gone."""
    await did(caller, "FAVORITE", "p", "bob")
    await did(caller, "HIDE", "p", "ann")
    await engaged(caller, "p", 1)
    await set_level(caller.url, SECRET, "ann", level)

    assert await signals(caller, "ann", "p", "q") == await signals(caller, "zoe", "p", "q")


async def test_what_older_clients_record_counts_in_the_next_request(caller: Caller) -> None:
    """Over REST "more like this" moves a post by the same author up, and hiding it suppresses."""

    async def record(action: str, post: str) -> None:
        body = {"user_id": "ann", "post_id": post, "action_type": action, "context": {}}
        answer = await caller.http.post("/api/v1/interactions", json=body)
        assert answer.status_code == 200

    for post in ("seen", "new"):
        await describe(caller, post, authorId="dan", hashtags=[post])
    await record("more_like_this", "seen")
    liked = await signal(caller, "ann", "new")
    assert (kinds(liked), liked["suppressed"]) == (["AUTHOR"], False)
    assert liked["score"] > 0

    await record("hide", "new")

    hidden = await signal(caller, "ann", "new")
    assert (kinds(hidden)[0], hidden["suppressed"]) == ("HIDDEN", True)
    assert hidden["score"] <= 0
