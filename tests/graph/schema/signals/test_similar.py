"""Posts similar to a post, over GraphQL: by people, then by facets, page by page."""

from itertools import pairwise
from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.recording.co_engagement import catch_up

SIMILAR = """
query Similar($id: ID!, $first: Int, $after: String) {
  post(id: $id) {
    similar(first: $first, after: $after) {
      post { postId } score reasons contributions { kind text contribution subject } cursor
    }
  }
}
"""
DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { message } }
}
"""


async def similar(caller: Caller, id: str, **arguments: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.data(SIMILAR, id=id, **arguments))["post"][
        "similar"
    ]
    return found


async def ids(caller: Caller, id: str, **arguments: Any) -> list[str]:
    return [each["post"]["postId"] for each in await similar(caller, id, **arguments)]


async def describe(caller: Caller, *inputs: dict[str, Any]) -> None:
    data = await caller.data(DESCRIBE, inputs=list(inputs))
    assert data["describePosts"]["errors"] == []


async def engage(caller: Caller, **users: int) -> None:
    """As many users favorite each post, the first ones all of them; then that is followed."""
    await caller.outcomes(
        *(
            {"userId": f"user {number}", "action": "FAVORITE", "postId": post_id}
            for number in range(max(users.values()))
            for post_id, count in users.items()
            if number < count
        )
    )
    await catch_up(caller.url)


async def test_posts_that_the_same_people_engaged_with_come_by_how_similar_they_are(
    caller: Caller,
) -> None:
    """The more of a post's people are another's, the nearer; two people tell nothing."""
    await engage(caller, a=6, b=5, c=3, d=2)

    found = await similar(caller, "a")

    assert [each["post"]["postId"] for each in found] == ["b", "c"]
    assert found[0]["score"] == pytest.approx(5 / (6**0.75 * 5**0.6) * 5 / 7)
    assert found[0]["reasons"] == ["people who liked that post also liked this"]
    (reason,) = found[0]["contributions"]
    assert (reason["kind"], reason["subject"]) == ("SIMILAR", "a")
    assert reason["contribution"] == found[0]["score"]


async def test_posts_with_the_same_facets_follow_them(caller: Caller) -> None:
    """Below all that people share, by how much the descriptions share, with each facet's part."""
    await engage(caller, a=3, b=3)
    video = {"contentType": "video"}
    await describe(
        caller,
        {"postId": "a", "authorId": "ann", "hashtags": ["cats", "art"], **video},
        {"postId": "by-ann", "authorId": "ann"},
        {"postId": "cats", "hashtags": ["cats"], **video},
        {"postId": "other", "authorId": "ben", "hashtags": ["dogs"], "contentType": "text"},
    )

    found = await similar(caller, "a")

    assert [each["post"]["postId"] for each in found] == ["b", "by-ann", "cats"]
    assert all(one["score"] > other["score"] for one, other in pairwise(found))
    assert [each["reasons"] for each in found[1:]] == [
        ["by the same author"],
        ["also about #cats", "also of the type video"],
    ]
    assert [each["kind"] for each in found[2]["contributions"]] == ["HASHTAG", "CONTENT_TYPE"]
    for each in found:
        parts = sum(part["contribution"] for part in each["contributions"])
        assert parts == pytest.approx(each["score"], abs=1e-9)


async def test_a_deleted_post_is_similar_to_none(caller: Caller) -> None:
    """Neither by people nor by facets; once it is taken back it is there again."""
    await engage(caller, a=3, b=3)
    await describe(
        caller,
        {"postId": "a", "hashtags": ["cats"]},
        {"postId": "b", "hashtags": ["cats"], "deleted": True},
        {"postId": "c", "hashtags": ["cats"], "deleted": True},
    )
    assert await ids(caller, "a") == []

    await describe(caller, {"postId": "b", "deleted": False}, {"postId": "c", "deleted": False})

    assert await ids(caller, "a") == ["b", "c"]


async def test_pages_go_on_behind_a_cursor(caller: Caller) -> None:
    """Through those by people and those by facets, none twice."""
    await engage(caller, a=6, b=5, c=4, d=3)
    tagged = [{"postId": post, "hashtags": ["cats"]} for post in ("a", "x", "y")]
    await describe(caller, *tagged)
    whole = await ids(caller, "a", first=100)

    pages, after = [], None
    while page := await similar(caller, "a", first=2, after=after):
        pages.append([each["post"]["postId"] for each in page])
        after = page[-1]["cursor"]

    assert whole == ["b", "c", "d", "x", "y"]
    assert pages == [["b", "c"], ["d", "x"], ["y"]]
    assert await ids(caller, "a", first=0) == []


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("arguments", "field"), [({"first": 101}, "first"), ({"after": "???"}, "after")]
)
async def test_what_cannot_be_asked_for_is_refused(
    caller: Caller, arguments: dict[str, Any], field: str
) -> None:
    """With the argument's name."""
    (error,) = await caller.errors(SIMILAR, id="a", **arguments)

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert field in error["message"]
