"""Reading about many users at once, as back ends do that rank for them."""

import pytest

from tests.support.client import Caller
from tests.support.pasts import alias

USERS = """query ($ids: [ID!], $aliases: [ID!]) {
  users(ids: $ids, aliases: $aliases) { alias counts { action count } } }"""
STATES = """{ posts(ids: ["p", "q"]) {
  ann: statesOf(userId: "ann") bob: statesOf(userAlias: "%s") } }"""


@pytest.mark.parametrize("by", ["ids", "aliases"])
async def test_users_come_in_the_order_asked_for(caller: Caller, by: str) -> None:
    """By ids or by aliases; one that is unknown is there with nothing, one asked twice twice."""
    await caller.record(userId="ann", action="FAVORITE", postId="p")
    asked = ["zoe", "ann", "zoe"]

    named = asked if by == "ids" else [alias(user) for user in asked]
    data = await caller.data(USERS, **{by: named})

    nobody = {"alias": alias("zoe"), "counts": []}
    ann = {"alias": alias("ann"), "counts": [{"action": "FAVORITE", "count": 1}]}
    assert data["users"] == [nobody, ann, nobody]


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({}, "ids"),
        ({"ids": ["ann"], "aliases": [alias("ann")]}, "ids"),
        ({"ids": ["ann"] * 101}, "ids"),
        ({"aliases": [alias("ann")] * 101}, "aliases"),
        ({"ids": [""]}, "ids"),
        ({"aliases": ["ann"]}, "aliases"),
    ],
)
async def test_users_are_named_in_one_way_and_at_most_100(
    caller: Caller, given: dict[str, list[str]], argument: str
) -> None:
    """Anything else is a mistake of the caller's, in the argument that is named."""
    (error,) = await caller.errors(USERS, **given)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


@pytest.mark.either_database
async def test_of_an_id_that_is_none_its_length_is_told(caller: Caller) -> None:
    """Once, and not the id: it is a user's."""
    (error,) = await caller.errors(USERS, ids=["a" * 256])

    allowed = "allowed are 1 to 255 characters without control characters"
    assert error["message"] == f"ids: got 256 characters; {allowed}"


async def test_no_users_are_an_empty_list(caller: Caller) -> None:
    """An empty list names one of the two, and nobody."""
    assert await caller.data(USERS, ids=[]) == {"users": []}


async def test_the_states_of_several_users_are_read_beside_each_other(caller: Caller) -> None:
    """Each user's own, in the vocabulary's order; what was undone holds no more."""
    await caller.outcomes(
        {"userId": "ann", "action": "BOOKMARK", "postId": "p"},
        {"userId": "ann", "action": "FAVORITE", "postId": "p"},
        {"userId": "ann", "action": "VIEW", "postId": "p"},
        {"userId": "bob", "action": "HIDE", "postId": "q"},
        {"userId": "bob", "action": "FAVORITE", "postId": "p"},
        {"userId": "bob", "action": "FAVORITE", "postId": "p", "undo": True},
    )

    data = await caller.data(STATES % alias("bob"))

    assert data["posts"] == [
        {"ann": ["FAVORITE", "BOOKMARK"], "bob": []},
        {"ann": [], "bob": ["HIDE"]},
    ]


async def test_the_states_of_forty_users_on_a_hundred_posts_are_read(caller: Caller) -> None:
    """More keys than one statement takes: they are asked for in parts."""
    await caller.record(userId="user 39", action="FAVORITE", postId="post 99")
    fields = " ".join(f's{number}: statesOf(userId: "user {number}")' for number in range(40))

    data = await caller.data(
        f"query ($ids: [ID!]!) {{ posts(ids: $ids) {{ {fields} }} }}",
        ids=[f"post {number}" for number in range(100)],
    )

    held = {name for post in data["posts"] for name, states in post.items() if states}
    assert held == {"s39"}
    assert data["posts"][99]["s39"] == ["FAVORITE"]


@pytest.mark.parametrize("given", ["", f'userId: "ann", userAlias: "{alias("ann")}"'])
async def test_states_are_of_one_user(caller: Caller, given: str) -> None:
    """Both or neither of the two ways to name one is a mistake of the caller's."""
    field = f"statesOf({given})" if given else "statesOf"

    (error,) = await caller.errors(f'{{ post(id: "p") {{ {field} }} }}')

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "userId"}
