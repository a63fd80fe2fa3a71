"""What trends, over GraphQL: pages, filters, and what is left out."""

from typing import Any

import pytest

from tests.support.client import Caller

TRENDING = """
query Trending($first: Int, $after: String, $filter: PostFilter) {
  trendingPosts(first: $first, after: $after, filter: $filter) {
    post { postId }
    score
    reasons
    contributions { kind text contribution subject }
    cursor
  }
}
"""
DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { message } }
}
"""


async def trending(caller: Caller, **arguments: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.data(TRENDING, **arguments))["trendingPosts"]
    return found


async def ids(caller: Caller, **arguments: Any) -> list[str]:
    return [each["post"]["postId"] for each in await trending(caller, **arguments)]


async def describe(caller: Caller, *inputs: dict[str, Any]) -> None:
    data = await caller.data(DESCRIBE, inputs=list(inputs))
    assert data["describePosts"]["errors"] == []


async def favorites(caller: Caller, **counts: int) -> None:
    """As many favorites of each post."""
    await caller.outcomes(
        *(
            {"userId": f"user {number}", "action": "FAVORITE", "postId": post_id}
            for post_id, count in counts.items()
            for number in range(count)
        )
    )


async def test_a_post_s_one_contribution_is_its_score(caller: Caller) -> None:
    """It is popular, and the sentence says so."""
    await favorites(caller, p=2)
    caller.clock.advance(24 * 3600)

    (found,) = await trending(caller)

    assert found["score"] == pytest.approx(4.0, rel=1e-9)
    assert found["reasons"] == ["popular right now"]
    assert found["contributions"] == [
        {
            "kind": "POPULAR",
            "text": "popular right now",
            "contribution": found["score"],
            "subject": None,
        }
    ]


async def test_pages_go_on_behind_a_cursor(caller: Caller) -> None:
    """Ties are by post id, and no post is on two pages."""
    await favorites(caller, d=1, b=2, c=1, a=1, e=3)

    first = await trending(caller, first=2)
    second = await trending(caller, first=2, after=first[-1]["cursor"])
    third = await trending(caller, first=2, after=second[-1]["cursor"])

    assert [each["post"]["postId"] for each in first + second + third] == ["e", "b", "a", "c", "d"]
    assert await trending(caller, after=third[-1]["cursor"]) == []


async def test_cursors_stay_right_while_scores_decay(caller: Caller) -> None:
    """The order changes only when something is recorded; what rises is not shown again."""
    await favorites(caller, a=3, b=2, c=1)
    cursor = (await trending(caller, first=1))[0]["cursor"]

    caller.clock.advance(40 * 24 * 3600)
    later = await ids(caller, after=cursor)
    await favorites(caller, c=9)

    assert later == ["b", "c"]
    assert await ids(caller, after=cursor) == ["b"]
    assert await ids(caller) == ["c", "a", "b"]


@pytest.mark.parametrize("after", ["", "x", "AAAA", "f_gAAAAAAABw", "////////", "wAAAAAAAAAA="])
@pytest.mark.either_database
async def test_a_broken_cursor_is_told(caller: Caller, after: str) -> None:
    """By the name of its argument."""
    (error,) = await caller.errors(TRENDING, after=after)

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith("after: got ")


async def test_deleted_posts_trend_no_more_until_that_is_taken_back(caller: Caller) -> None:
    """Their totals stay, and so do their scores."""
    await favorites(caller, a=2, b=1)

    await describe(caller, {"postId": "a", "deleted": True})
    without = await ids(caller)
    await favorites(caller, a=3)
    still_without = await ids(caller)
    counts = await caller.counts("a")
    await describe(caller, {"postId": "a", "deleted": None})

    assert without == still_without == ["b"]
    assert counts == {"FAVORITE": 3}
    assert await ids(caller) == ["a", "b"]


async def test_a_filter_takes_any_of_a_list_and_all_lists_together(caller: Caller) -> None:
    """Hashtags in any form; places by kind and id; authors by id and alias."""
    await favorites(caller, a=5, b=4, c=3, d=2, e=1)
    group, community = {"kind": "GROUP", "id": "g"}, {"kind": "COMMUNITY", "id": "g"}
    ann, bob = "ann", "bob"
    await describe(
        caller,
        {"postId": "a", "hashtags": ["cats", "dogs"], "contentType": "video", "authorId": ann},
        {"postId": "b", "hashtags": ["dogs"], "contentType": "text", "places": [group]},
        {"postId": "c", "hashtags": ["cats"], "contentType": "text", "authorId": bob},
        {"postId": "d", "places": [community], "createdAt": "2026-11-19T00:00:00Z"},
    )

    async def by(**filter: Any) -> list[str]:
        return await ids(caller, filter=filter)

    assert await by() == ["a", "b", "c", "d", "e"]
    assert await by(hashtags=["#Cats"]) == ["a", "c"]
    assert await by(hashtags=["cats", "dogs"]) == ["a", "b", "c"]
    assert await by(hashtags=["cats"], contentTypes=["text", "image"]) == ["c"]
    assert await by(authorIds=[ann, bob]) == ["a", "c"]
    assert await by(places=[group]) == ["b"]
    assert await by(places=[group, community]) == ["b", "d"]
    assert await by(createdSince="2026-11-19T00:00:00Z") == ["d"]
    assert await by(createdSince="2026-11-19T00:00:01Z") == []
    assert await by(hashtags=["birds"]) == []


async def test_an_author_in_a_filter_may_be_an_alias(caller: Caller) -> None:
    """Of authors by ids and by aliases, those that are in both lists pass."""
    await favorites(caller, a=2, b=1)
    await describe(caller, {"postId": "a", "authorId": "ann"}, {"postId": "b", "authorId": "bob"})
    data = await caller.data('{ post(id: "a") { authorAlias } }')
    alias = data["post"]["authorAlias"]

    assert await ids(caller, filter={"authorAliases": [alias]}) == ["a"]
    assert await ids(caller, filter={"authorIds": [alias, "bob"]}) == ["a", "b"]
    assert await ids(caller, filter={"authorAliases": [alias], "authorIds": ["bob"]}) == []
    assert await ids(caller, filter={"authorAliases": [alias], "authorIds": ["ann"]}) == ["a"]


@pytest.mark.parametrize(
    "name", ["hashtags", "contentTypes", "authorIds", "authorAliases", "places"]
)
async def test_an_empty_list_passes_nothing(caller: Caller, name: str) -> None:
    """Whatever else the filter has."""
    await favorites(caller, a=1)
    await describe(caller, {"postId": "a", "hashtags": ["x"]})

    assert await ids(caller, filter={"hashtags": ["x"]}) == ["a"]
    assert await ids(caller, filter={"hashtags": ["x"], name: []}) == []


async def test_a_filtered_list_has_pages_too(caller: Caller) -> None:
    """What it does not take is passed over; what is deleted as well."""
    await favorites(caller, a=5, b=4, c=3, d=2, e=1)
    tagged = [{"postId": each, "hashtags": ["x"]} for each in "acde"]
    await describe(caller, *tagged, {"postId": "d", "deleted": True})
    filter = {"hashtags": ["x"]}

    first = await trending(caller, first=1, filter=filter)
    rest = await ids(caller, first=5, filter=filter, after=first[0]["cursor"])

    assert [each["post"]["postId"] for each in first] == ["a"]
    assert rest == ["c", "e"]


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ({"hashtags": 101 * ["x"]}, "filter.hashtags: got 101 items; allowed are at most 100"),
        ({"contentTypes": [65 * "x"]}, "filter.contentTypes: got "),
        ({"authorIds": [""]}, "filter.authorIds: got 0 characters; "),
        ({"authorAliases": ["ann"]}, "filter.authorAliases: got 3 characters; "),
        ({"places": [{"kind": "POST", "id": "p"}]}, "filter.places: got a POST; "),
        ({"places": [{"kind": "GROUP", "id": ""}]}, "filter.places: got ''; "),
    ],
)
@pytest.mark.either_database
async def test_a_malformed_filter_is_told(
    caller: Caller, filter: dict[str, Any], message: str
) -> None:
    """By the name of its list."""
    (error,) = await caller.errors(TRENDING, filter=filter)

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message)


async def test_what_is_dated_ahead_of_the_clock_pages_as_of_now(caller: Caller) -> None:
    """It counts as now, on each page."""
    caller.clock.advance(10 * 24 * 3600)
    await favorites(caller, ahead=2)
    caller.clock.advance(-10 * 24 * 3600)
    await favorites(caller, a=3, b=1)

    first = await trending(caller, first=1)
    second = await trending(caller, first=1, after=first[0]["cursor"])
    third = await trending(caller, first=1, after=second[0]["cursor"])

    found = [(each["post"]["postId"], round(each["score"], 6)) for each in first + second + third]
    assert found == [("a", 12.0), ("ahead", 8.0), ("b", 4.0)]
