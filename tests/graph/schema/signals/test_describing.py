"""Describing posts over GraphQL."""

from typing import Any

import pytest

from resolvers.identity import Identity
from tests.support.client import Caller
from tests.support.serving import SECRET

DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) {
    posts { postId authorAlias contentType hashtags places { kind targetId } createdAt }
    errors { code field message }
  }
}
"""
POST = """
query Post($id: ID!) {
  post(id: $id) { authorAlias contentType hashtags places { kind targetId } createdAt }
}
"""
NOTHING: dict[str, Any] = {"authorAlias": None, "contentType": None, "hashtags": [], "places": []}
WHOLE = {
    "postId": "p",
    "authorId": "ann",
    "contentType": "video",
    "hashtags": ["#Cats", "cats", "ﬁne"],
    "places": [{"kind": "GROUP", "id": "g"}, {"kind": "COMMUNITY", "id": "g"}],
    "createdAt": "2026-11-19T12:00:00+01:00",
}
SHOWN = {
    "authorAlias": Identity(SECRET).alias("ann"),
    "contentType": "video",
    "hashtags": ["cats", "fine"],
    "places": [{"kind": "GROUP", "targetId": "g"}, {"kind": "COMMUNITY", "targetId": "g"}],
    "createdAt": "2026-11-19T11:00:00.000000Z",
}


async def describe(caller: Caller, *inputs: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = (await caller.data(DESCRIBE, inputs=list(inputs)))["describePosts"]
    return payload


async def errors(caller: Caller, **input: Any) -> list[tuple[str, list[str], str]]:
    """What is wrong with an input about the post `p`."""
    payload = await describe(caller, {"postId": "p", **input})
    assert (payload["posts"] == []) == bool(payload["errors"])
    return [(each["code"], each["field"], each["message"]) for each in payload["errors"]]


async def shown(caller: Caller, post_id: str = "p") -> dict[str, Any]:
    found: dict[str, Any] = (await caller.data(POST, id=post_id))["post"]
    return found


async def test_a_description_is_shown_in_its_one_form(caller: Caller) -> None:
    """The author by alias, hashtags folded and each once, the instant in UTC."""
    payload = await describe(caller, WHOLE)

    assert payload == {"posts": [{"postId": "p", **SHOWN}], "errors": []}
    assert await shown(caller) == SHOWN


async def test_a_post_that_nobody_described_has_nothing(caller: Caller) -> None:
    """Nulls and empty lists, also of one that somebody touched."""
    await caller.record(userId="ann", action="FAVORITE", postId="p")

    assert await shown(caller) == {**NOTHING, "createdAt": None}


async def test_what_is_left_out_stays_and_null_takes_away(caller: Caller) -> None:
    """A field at a time; an empty list takes away as null does."""
    await describe(caller, WHOLE)

    await describe(caller, {"postId": "p"})
    untouched = await shown(caller)
    await describe(caller, {"postId": "p", "contentType": None, "hashtags": []})
    less = await shown(caller)
    await describe(caller, {"postId": "p", "authorAlias": None, "places": None, "createdAt": None})

    assert untouched == SHOWN
    assert less == {**SHOWN, "contentType": None, "hashtags": []}
    assert await shown(caller) == {**NOTHING, "createdAt": None}


async def test_an_author_may_be_named_by_alias(caller: Caller) -> None:
    """An alias is taken as it is, in either field; a null beside it says nothing."""
    alias = Identity(SECRET).alias("bob")

    await describe(caller, {"postId": "p", "authorAlias": alias, "authorId": None})
    await describe(caller, {"postId": "q", "authorId": alias})

    assert (await shown(caller))["authorAlias"] == alias
    assert (await shown(caller, "q"))["authorAlias"] == alias


async def test_a_raw_author_id_is_never_stored(caller: Caller) -> None:
    """Nor is it in a message about what is wrong with it."""
    long = "secret-" * 40

    ((code, field, message),) = await errors(caller, authorId=long)

    assert (code, field) == ("TOO_LONG", ["0", "authorId"])
    assert "secret" not in message


@pytest.mark.parametrize(
    ("input", "code", "field"),
    [
        ({"authorAlias": "ann"}, "INVALID", ["0", "authorAlias"]),
        ({"authorId": "ann", "authorAlias": "u_" + 32 * "0"}, "INVALID", ["0", "authorAlias"]),
        ({"contentType": 65 * "x"}, "TOO_LONG", ["0", "contentType"]),
        ({"hashtags": 31 * ["x"]}, "TOO_MANY", ["0", "hashtags"]),
        ({"hashtags": ["x", 101 * "x"]}, "TOO_LONG", ["0", "hashtags", "1"]),
        ({"places": 31 * [{"kind": "GROUP", "id": "g"}]}, "TOO_MANY", ["0", "places"]),
        ({"places": [{"kind": "POST", "id": "q"}]}, "WRONG_TARGET", ["0", "places", "0", "kind"]),
        ({"places": [{"kind": "GROUP", "id": ""}]}, "INVALID", ["0", "places", "0", "id"]),
        ({"createdAt": "2026-11-19"}, "INVALID", ["0", "createdAt"]),
        ({"createdAt": "2026-02-30T00:00:00Z"}, "INVALID", ["0", "createdAt"]),
        ({"postId": ""}, "INVALID", ["0", "postId"]),
        ({"postId": 256 * "x"}, "TOO_LONG", ["0", "postId"]),
    ],
)
@pytest.mark.either_database
async def test_a_wrong_field_changes_nothing_of_its_post(
    caller: Caller, input: dict[str, Any], code: str, field: list[str]
) -> None:
    """Neither that field nor those beside it; the path begins with the input's index."""
    await describe(caller, WHOLE)

    ((found, path, message),) = await errors(caller, **{"hashtags": ["dogs"], **input})

    assert (found, path) == (code, field)
    assert "allowed" in message or "stands in" in message or "RFC 3339" in message
    assert await shown(caller) == SHOWN


@pytest.mark.either_database
async def test_the_right_kinds_of_place_are_named(caller: Caller) -> None:
    """What a post cannot stand in is a wrong target."""
    ((_, _, message),) = await errors(caller, places=[{"kind": "CIRCLE", "id": "inner"}])

    assert message == "got a CIRCLE; a post stands in a GROUP or a COMMUNITY"


async def test_a_wrong_input_stops_no_other(caller: Caller) -> None:
    """Those beside it are stored; each error says whose it is."""
    payload = await describe(
        caller,
        {"postId": "a", "contentType": "text"},
        {"postId": "b", "contentType": 65 * "x", "createdAt": "soon"},
        {"postId": "c", "contentType": "image"},
    )

    assert [post["postId"] for post in payload["posts"]] == ["a", "c"]
    assert [each["field"] for each in payload["errors"]] == [
        ["1", "contentType"],
        ["1", "createdAt"],
    ]
    assert (await shown(caller, "b"))["contentType"] is None
    assert (await shown(caller, "c"))["contentType"] == "image"


async def test_inputs_about_one_post_follow_one_another(caller: Caller) -> None:
    """As if each had been sent by itself."""
    payload = await describe(
        caller,
        {"postId": "p", "contentType": "text", "hashtags": ["a", "b"]},
        {"postId": "p", "hashtags": ["c"]},
        {"postId": "p", "contentType": None, "authorId": "ann"},
    )

    assert [post["hashtags"] for post in payload["posts"]] == 3 * [["c"]]
    assert await shown(caller) == {
        **SHOWN,
        "contentType": None,
        "hashtags": ["c"],
        "places": [],
        "createdAt": None,
    }


async def test_at_most_a_hundred_posts_are_described_at_once(caller: Caller) -> None:
    """More are refused as a whole."""
    some = [{"postId": f"p{number}", "contentType": "text"} for number in range(101)]

    (error,) = await caller.errors(DESCRIBE, inputs=some)
    none = await shown(caller, "p0")
    payload = await describe(caller, *some[:100])

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == "inputs: got 101; allowed are at most 100"
    assert none["contentType"] is None
    assert len(payload["posts"]) == 100
    assert (await describe(caller)) == {"posts": [], "errors": []}


async def test_what_graphql_refuses_is_told_of_every_input(caller: Caller) -> None:
    """As it is of those that record."""
    inputs = [{"postId": "p", "places": [{"kind": "PLANET", "id": "x"}]}, {"hashtags": ["x"]}]

    (error,) = await caller.errors(DESCRIBE, inputs=inputs)

    assert [(each["index"], each["field"]) for each in error["extensions"]["inputs"]] == [
        (0, ["places", "0", "kind"]),
        (1, ["postId"]),
    ]


async def test_posts_in_lists_show_their_descriptions(caller: Caller) -> None:
    """Of posts, of interactions and of what was just recorded."""
    await describe(caller, WHOLE, {"postId": "q", "contentType": "text"})
    await caller.record(userId="ann", action="FAVORITE", postId="p")

    data = await caller.data(
        """{
          posts(ids: ["q", "p", "none"]) { contentType hashtags }
          interactions { nodes { post { authorAlias } } }
        }"""
    )

    assert data["posts"] == [
        {"contentType": "text", "hashtags": []},
        {"contentType": "video", "hashtags": ["cats", "fine"]},
        {"contentType": None, "hashtags": []},
    ]
    assert data["interactions"]["nodes"] == [{"post": {"authorAlias": SHOWN["authorAlias"]}}]
