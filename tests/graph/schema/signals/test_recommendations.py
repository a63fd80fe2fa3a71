"""Recommendations over GraphQL: strangers get what trends, others what they have not seen."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import choose
from tests.support.signals.recommended import PAGE, recommended

TREND = """{ trendingPosts(first: 100) { post { postId } score reasons } }"""


async def fill(caller: Caller, posts: int = 12) -> list[str]:
    """Posts that trend, each by one more user than the next, and none by the same; best first."""
    ids = [f"p{number:02}" for number in range(posts)]
    inputs = [
        {"userId": f"fan {fan} of {id}", "action": "FAVORITE", "postId": id}
        for number, id in enumerate(ids)
        for fan in range(posts - number)
    ]
    await caller.outcomes(*inputs)
    return ids


async def test_a_stranger_gets_what_trends(caller: Caller) -> None:
    """In trending's own order and with its scores; the reason says that it is popular."""
    ids = await fill(caller)

    page = await recommended(caller, "someone")

    trending = (await caller.data(TREND))["trendingPosts"]
    assert [each["post"]["postId"] for each in page["posts"]] == ids[:10]
    assert [each["score"] for each in page["posts"]] == [each["score"] for each in trending[:10]]
    assert {tuple(each["reasons"]) for each in page["posts"]} == {("popular right now",)}
    for each in page["posts"]:
        (reason,) = each["contributions"]
        assert reason == {"kind": "POPULAR", "contribution": each["score"], "subject": None}


async def test_strangers_get_the_same_to_the_byte(caller: Caller) -> None:
    """One who never came, one at LIMITED and one at NONE: lists, ids, cursors, page after page."""
    await fill(caller)
    for user, level in (("limited", "LIMITED"), ("none", "NONE")):
        await choose(caller, userId=user, level=level)
        await caller.record(userId=user, action="HIDE", postId="p00")

    users = ("stranger", "limited", "none")
    first = [await recommended(caller, user, first=5) for user in users]
    second = [
        await recommended(caller, user, first=5, after=page["endCursor"])
        for user, page in zip(users, reversed(first), strict=True)
    ]

    assert first[0] == first[1] == first[2]
    assert second[0] == second[1] == second[2]


async def test_who_undid_everything_is_a_stranger_again(caller: Caller) -> None:
    """What was undone tells nothing."""
    await fill(caller)
    stranger = await recommended(caller, "someone")
    await caller.record(userId="ann", action="FAVORITE", postId="p00")
    assert await recommended(caller, "ann") != stranger

    await caller.record(userId="ann", action="FAVORITE", postId="p00", undo=True)

    assert await recommended(caller, "ann") == await recommended(caller, "someone")


async def test_the_answer_has_an_id_to_send_back(caller: Caller) -> None:
    """It names the variant before a colon, and is another one for another answer."""
    await fill(caller)
    await caller.record(userId="ann", action="VIEW", postId="p00")

    ids = [(await recommended(caller, user))["recommendationId"] for user in ("ann", "bob")]

    assert {id.partition(":")[0] for id in ids} == {"trailmark"}
    assert ids[0] != ids[1]
    sent = {"recommended": True, "recommendationId": ids[0]}
    payload = await caller.record(userId="ann", action="CLICK", postId="p01", context=sent)
    assert payload["interaction"]["context"]["recommendationId"] == ids[0]


@pytest.mark.parametrize("user", ["someone", "x"])
async def test_pages_go_on_without_a_repeat(caller: Caller, user: str) -> None:
    """Also where what trends changes meanwhile; the cursor of a post goes on behind it."""
    await fill(caller)
    views = ({"userId": "x", "action": "VIEW", "postId": f"n{n}"} for n in range(9))
    await caller.outcomes(*views)

    pages = [await recommended(caller, user, first=4, excludeSeen=False)]
    await caller.record(userId="late", action="REBLOG", postId="p11")
    while pages[-1]["endCursor"]:
        after = pages[-1]["endCursor"]
        pages.append(await recommended(caller, user, first=4, after=after, excludeSeen=False))

    shown = [each["post"]["postId"] for page in pages for each in page["posts"]]
    assert len(shown) == len(set(shown))
    assert set(shown) >= {f"p{number:02}" for number in range(12)}
    middle = pages[0]["posts"][1]["cursor"]
    page = await recommended(caller, user, first=4, after=middle, excludeSeen=False)
    assert not {each["post"]["postId"] for each in page["posts"]} & set(shown[:2])


async def test_what_is_excluded_is_not_there(caller: Caller) -> None:
    """Posts that the page has already, for a stranger as for others."""
    ids = await fill(caller)

    page = await recommended(caller, "someone", first=3, exclude=[ids[0], ids[2]])

    assert [each["post"]["postId"] for each in page["posts"]] == [ids[1], ids[3], ids[4]]


async def test_what_was_seen_comes_back_only_where_it_is_asked_for(caller: Caller) -> None:
    """Any interaction counts as seeing; what was turned away or published never comes back."""
    ids = await fill(caller, 8)
    turned_away = ("HIDE", "REPORT", "LESS_LIKE_THIS", "POST_CREATE")
    for action, post in zip(("VIEW", *turned_away), ids, strict=False):
        await caller.record(userId="ann", action=action, postId=post)

    unseen = await recommended(caller, "ann")
    everything = await recommended(caller, "ann", excludeSeen=False)

    assert {each["post"]["postId"] for each in unseen["posts"]} == set(ids[5:])
    assert {each["post"]["postId"] for each in everything["posts"]} == {ids[0], *ids[5:]}


async def test_a_page_of_none_is_empty_and_ends(caller: Caller) -> None:
    """As is that of somebody who has seen everything."""
    await fill(caller, 2)
    for post in ("p00", "p01"):
        await caller.record(userId="ann", action="VIEW", postId=post)

    for user, first in (("someone", 0), ("ann", 10)):
        page = await recommended(caller, user, first=first)
        assert (page["posts"], page["endCursor"]) == ([], None)


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("first", -1, "got -1; allowed are 0 to 100"),
        ("first", 101, "got 101; allowed are 0 to 100"),
        ("after", "x", "got 'x'; allowed is a cursor that the server gave to this user"),
        ("exclude", ["p"] * 101, "got 101 items; allowed are at most 100"),
        ("exclude", [""], "got ''; allowed are 1 to 255 characters without control characters"),
    ],
)
async def test_a_wrong_argument_is_named(
    caller: Caller, argument: str, value: Any, message: str
) -> None:
    """BAD_USER_INPUT, with what is allowed."""
    (error,) = await caller.errors(PAGE, id="ann", **{argument: value})

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert error["message"] == f"{argument}: {message}"


async def test_a_cursor_is_its_user_s_alone(caller: Caller) -> None:
    """Another's is refused as one that was made up; a stranger's is anybody's."""
    await fill(caller)
    for user in ("ann", "bob"):
        await caller.record(userId=user, action="VIEW", postId="p11")
    own = (await recommended(caller, "ann", first=2))["endCursor"]
    anybody_s = (await recommended(caller, "someone", first=2))["endCursor"]

    (error,) = await caller.errors(PAGE, id="bob", after=own)
    page = await recommended(caller, "bob", after=anybody_s)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}
    assert not {each["post"]["postId"] for each in page["posts"]} & {"p00", "p01"}
