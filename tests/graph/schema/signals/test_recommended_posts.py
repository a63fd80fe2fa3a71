"""What is recommended to a user of whom something is known, and what never is."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import choose
from tests.support.recording.co_engagement import catch_up
from tests.support.rest import get, record
from tests.support.signals.asking import did, engaged, ids
from tests.support.signals.recommended import described, flood, recommended

REST = "/api/v1/recommendations"


async def shown(caller: Caller, user: str, **arguments: Any) -> list[str]:
    """The posts on a page."""
    return ids((await recommended(caller, user, **arguments))["posts"])


async def by_rest(caller: Caller, user: str) -> list[str]:
    """The same over REST."""
    told = await get(caller, REST, user_id=user, limit=10)
    return [each["id"] for each in told["recommendations"]]


async def pets(caller: Caller) -> list[str]:
    """Ten posts that trend alike, five about cats and five about dogs, of ten authors."""
    posts = [f"{kind}{n}" for n in range(5) for kind in ("cat", "dog")]
    tags = {post: [post[:3] + "s"] for post in posts}
    await described(
        caller, *({"postId": p, "authorId": f"of {p}", "hashtags": tags[p]} for p in posts)
    )
    for post in posts:  # each by people of its own, so that nothing else makes them alike
        await did(caller, "FAVORITE", post, *(f"fan {n} of {post}" for n in range(3)))
    await catch_up(caller.url)
    return posts


async def test_the_next_answer_knows_the_last_tap(caller: Caller) -> None:
    """A favorite and "more like this" move what is like it up, a hide is gone: in both APIs."""
    await pets(caller)
    before = await by_rest(caller, "ann")

    await record(caller, user_id="ann", post_id="cat0", action_type="favorite")
    favored = await by_rest(caller, "ann")
    await record(caller, user_id="ann", post_id="dog0", action_type="more_like_this")
    more = await by_rest(caller, "ann")
    await caller.record(userId="ann", action="HIDE", postId=more[0])
    hidden = await by_rest(caller, "ann")

    assert len(before) == 10
    assert {post[:3] for post in favored[:4]} == {"cat"}
    assert "cat0" not in favored
    assert {post[:3] for post in more[:4]} == {"dog"}
    assert set(hidden) == {*more} - {more[0]}
    assert set(hidden) == set(await shown(caller, "ann"))


async def test_reasons_say_what_a_post_is_there_for(caller: Caller) -> None:
    """A sentence for each part of the score, the largest first; they add up to it."""
    await pets(caller)
    await caller.record(userId="ann", action="MORE_LIKE_THIS", postId="cat0")
    await catch_up(caller.url)

    page = await recommended(caller, "ann")
    told = await get(caller, REST, user_id="ann")

    best = page["posts"][0]
    assert best["contributions"][0]["kind"] == "HASHTAG"
    assert best["contributions"][0]["subject"] == "cats"
    for each in page["posts"]:
        parts = [part["contribution"] for part in each["contributions"]]
        assert sum(parts) == pytest.approx(each["score"], abs=1e-9)
        assert [abs(part) for part in parts] == sorted(map(abs, parts), reverse=True)
    assert told["recommendations"][0] == {
        "id": best["post"]["postId"],
        "ranking_score": best["score"],
        "recommendation_reason": best["reasons"][0],
    }


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("action", ["HIDE", "REPORT", "LESS_LIKE_THIS"])
async def test_what_was_turned_away_never_comes_back(
    caller: Caller, action: str, *, seen: bool
) -> None:
    """Not even where posts come back that were seen; once it is undone, it may."""
    await pets(caller)
    await caller.record(userId="ann", action="VIEW", postId="dog1")
    assert "cat1" in await shown(caller, "ann", excludeSeen=seen)

    await caller.record(userId="ann", action=action, postId="cat1")
    assert "cat1" not in await shown(caller, "ann", excludeSeen=seen)

    await caller.record(userId="ann", action=action, postId="cat1", undo=True)
    assert "cat1" in await shown(caller, "ann", excludeSeen=seen)


async def test_what_was_deleted_is_recommended_to_nobody(caller: Caller) -> None:
    """Neither to who is known nor to a stranger; taken back, it comes again."""
    await pets(caller)
    await caller.record(userId="ann", action="VIEW", postId="dog1")

    for deleted in (True, False):
        await described(caller, {"postId": "cat1", "deleted": deleted})
        for user in ("ann", "stranger"):
            assert ("cat1" in await shown(caller, user, excludeSeen=False)) is not deleted


async def test_a_user_s_own_posts_are_for_others(caller: Caller) -> None:
    """Those that the user published, and those that are described as the user's."""
    await pets(caller)
    await described(caller, {"postId": "cat1", "authorId": "ann"})
    await caller.record(userId="ann", action="POST_CREATE", postId="cat2")

    own = await shown(caller, "ann", excludeSeen=False)

    assert {"cat1", "cat2"}.isdisjoint(own)
    assert {"cat1", "cat2"} < set(await shown(caller, "bob", excludeSeen=False))


async def test_floods_of_three_authors_keep_the_third(caller: Caller) -> None:
    """Of twenty, no author has more than six, on the next page neither, where others are there."""
    for author in ("a", "b", "c"):
        await flood(caller, author, 40, fans=4)
    for author in ("d", "e", "f"):
        await flood(caller, author, 5, fans=1)
    await caller.record(userId="ann", action="FAVORITE", postId="a00")

    first = await recommended(caller, "ann", first=20)
    second = await recommended(caller, "ann", first=20, after=first["endCursor"])

    for page in (first, second):
        authors = [each[0] for each in ids(page["posts"])]
        assert len(authors) == 20
        assert max(map(authors.count, "abcdef")) <= 6
    assert not set(ids(first["posts"])) & set(ids(second["posts"]))


async def test_some_of_a_page_explores(caller: Caller) -> None:
    """One in ten has few views, says so, and stands in the order of scores; strangers get none."""
    for n in range(30):
        await did(caller, "FAVORITE", f"known{n:02}", "x", "y", "z")
        await did(caller, "VIEW", f"known{n:02}", *(f"u{m}" for m in range(101)))
    await engaged(caller, "known29", 104)
    await described(caller, *({"postId": f"new{n}", "authorId": f"by {n}"} for n in range(3)))
    await caller.record(userId="ann", action="FAVORITE", postId="known00")

    page = await recommended(caller, "ann", first=20)
    strangers = await recommended(caller, "stranger", first=20)

    explored = [
        each
        for each in page["posts"]
        if "EXPLORATION" in [part["kind"] for part in each["contributions"]]
    ]
    assert len(explored) == 2
    assert {each["post"]["postId"][:3] for each in explored} == {"new"}
    scores = [each["score"] for each in page["posts"]]
    assert scores == sorted(scores, reverse=True)
    assert {tuple(each["reasons"]) for each in strangers["posts"]} == {("popular right now",)}


@pytest.mark.parametrize("user", ["ann", "stranger"])
@pytest.mark.parametrize(
    ("filter", "passing"),
    [
        ({"hashtags": ["#CATS"]}, {"cat1", "cat2", "cat3", "cat4"}),
        ({"hashtags": ["cats", "dogs"], "authorIds": ["of cat2", "of dog3"]}, {"cat2", "dog3"}),
        ({"contentTypes": ["video"]}, {"dog4"}),
        ({"places": [{"kind": "GROUP", "id": "g"}]}, {"dog4"}),
        ({"createdSince": "2026-11-20T00:00:00Z"}, {"dog4"}),
        ({"hashtags": []}, set()),
    ],
)
async def test_a_filter_holds_for_all(
    caller: Caller, user: str, filter: dict[str, Any], passing: set[str]
) -> None:
    """Any within a list, all lists together; an empty list passes nothing."""
    await pets(caller)
    more = {"contentType": "video", "places": [{"kind": "GROUP", "id": "g"}]}
    at = "2026-11-20T10:00:00Z"
    await described(caller, {"postId": "dog4", "createdAt": at, **more})
    await caller.record(userId="ann", action="VIEW", postId="cat0")

    page = await shown(caller, user, filter=filter, exclude=["cat0"])

    assert set(page) == passing


async def test_a_filter_finds_what_does_not_trend(caller: Caller) -> None:
    """The newest posts that it names, for a user of whom something is known."""
    await pets(caller)
    await described(caller, *({"postId": f"bird{n}", "hashtags": ["birds"]} for n in range(3)))
    await caller.record(userId="ann", action="VIEW", postId="cat0")

    page = await shown(caller, "ann", filter={"hashtags": ["birds"]})

    assert set(page) == {"bird0", "bird1", "bird2"}


async def test_what_a_user_joined_brings_posts(caller: Caller) -> None:
    """Those that stand in the group, though nobody touched them."""
    await pets(caller)
    place = {"kind": "GROUP", "id": "climbers"}
    await described(caller, {"postId": "wall", "places": [place]})
    await caller.record(userId="ann", action="GROUP_JOIN", target=place)

    page = await recommended(caller, "ann")

    (wall,) = (each for each in page["posts"] if each["post"]["postId"] == "wall")
    assert "SOCIAL" in [part["kind"] for part in wall["contributions"]]


async def test_whom_a_user_is_after_brings_posts(caller: Caller) -> None:
    """Those of a person in a circle, and of one whose profile got a vibe; nobody touched them."""
    await pets(caller)
    for author in ("zoe", "yan"):
        inputs = ({"postId": f"{author}{n}", "authorId": author} for n in range(2))
        await described(caller, *inputs)
    await described(caller, *({"postId": f"new{n}", "authorId": "x"} for n in range(70)))
    circle = {"kind": "CIRCLE", "id": "inner"}
    about = {"authorId": "zoe"}
    await caller.record(userId="ann", action="CIRCLE_UPDATE", target=circle, context=about)
    profile = {"kind": "PROFILE", "id": "yan"}
    await caller.record(userId="ann", action="PROFILE_VIBE", target=profile)

    page = await shown(caller, "ann", first=20)

    assert {"zoe0", "zoe1", "yan0", "yan1"} < set(page)


async def test_strangers_get_the_same_over_rest(caller: Caller) -> None:
    """One who never came, one at LIMITED and one at NONE, after a hide of theirs as well."""
    await pets(caller)
    for user, level in (("limited", "LIMITED"), ("none", "NONE")):
        await choose(caller, userId=user, level=level)
        await caller.record(userId=user, action="HIDE", postId="cat0")

    lists = [(await get(caller, REST, user_id=user)) for user in ("new", "limited", "none")]

    assert [each.pop("user_id") for each in lists] == ["new", "limited", "none"]
    assert lists[0] == lists[1] == lists[2]
    assert len(lists[0]["recommendations"]) == 10
    assert lists[0]["recommendations"][0]["recommendation_reason"] == "popular right now"


async def test_every_post_has_a_reason(caller: Caller) -> None:
    """Also one that nothing speaks for yet: that it is new, or that few have seen it."""
    await caller.record(userId="ann", action="SEARCH", target={"kind": "QUERY", "id": "x"})
    new = {"postId": "new", "createdAt": "2026-11-19T12:00:00Z"}
    await described(caller, new, {"postId": "old", "createdAt": "2020-01-01T00:00:00Z"})

    page = await recommended(caller, "ann", first=2)

    assert {each["post"]["postId"]: each["reasons"] for each in page["posts"]} == {
        "new": ["posted recently"],
        "old": ["few people have seen this yet, and you may like it"],
    }
    parts = [part for each in page["posts"] for part in each["contributions"]]
    assert [part["contribution"] for part in parts] == [0.0, 0.0]
