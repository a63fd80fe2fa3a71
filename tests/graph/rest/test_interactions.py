"""The recommender's interactions: recorded, counted and listed as its clients know them."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import choose, differences
from tests.support.rest import ANN, BOB, INTERACTIONS, NOON, get, record
from tests.support.sql import count

pytestmark = pytest.mark.either_database


async def test_an_interaction_is_answered_with_all_that_became_of_it(caller: Caller) -> None:
    """The answer names the alias, and the id is the one that GraphQL shows."""
    told = await record(caller, action_type="favorite", context={"source": "home"})

    data = await caller.data(
        """{ user(id: "ann") { interactions { nodes { interactionId action } } } }"""
    )
    (node,) = data["user"]["interactions"]["nodes"]
    assert node["action"] == "FAVORITE"
    assert told == {
        "status": "success",
        "interaction_id": node["interactionId"],
        "user_alias": ANN,
        "post_id": "p",
        "action_type": "favorite",
        "timestamp": NOON,
        "privacy_level": "pseudonymized",
    }


@pytest.mark.parametrize(
    ("level", "said", "views"), [("LIMITED", "aggregated", 1), ("NONE", "none", 0)]
)
async def test_a_level_decides_what_is_stored_and_said(
    caller: Caller, level: str, said: str, views: int
) -> None:
    """Where nothing is stored for the user there is no id, and the answer is a success all the
    same."""
    await choose(caller, userId="ann", level=level)

    told = await record(caller)

    assert (told["interaction_id"], told["privacy_level"]) == (None, said)
    assert (told["status"], told["timestamp"]) == ("success", NOON)
    assert await count(caller.url, "interactions") == 0
    assert sum((await caller.counts("p")).values()) == views


async def test_a_user_is_named_by_id_or_by_alias(caller: Caller) -> None:
    """Both lead to one history; what stands in `user_id` is an id even if it looks otherwise."""
    assert (await record(caller))["user_alias"] == ANN
    assert (await record(caller, user_alias=ANN))["user_alias"] == ANN
    assert (await record(caller, user_id=7))["user_alias"].startswith("u_")

    assert (await record(caller, user_alias=ANN, user_id=""))["user_alias"] == ANN
    assert (await record(caller, user_alias="", user_id="ann"))["user_alias"] == ANN

    assert (await record(caller, user_id=BOB))["user_alias"] != BOB
    assert await caller.history("ann") == ["VIEW p"] * 4


@pytest.mark.parametrize(
    ("name", "action"),
    [
        *((name, "favorite") for name in ("favorite", "favourite", "FAVORITE", "Favourited")),
        *((name, "favorite") for name in ("favorited", "like", "liked")),
        ("bookmarked", "bookmark"),
        ("reblogged", "reblog"),
    ],
)
async def test_a_state_goes_by_every_spelling(caller: Caller, name: str, action: str) -> None:
    """The answer has the one that is used throughout, and with `un` before it takes it back."""
    assert (await record(caller, action_type=name))["action_type"] == action
    assert await caller.counts("p") == {action.upper(): 1}

    assert (await record(caller, action_type=f"un{name}"))["action_type"] == f"un{action}"
    assert await caller.counts("p") == {}


@pytest.mark.parametrize("name", ["unfavorite", "unfavourited", "undo_favorite", "UNLIKE"])
async def test_what_begins_with_un_takes_a_state_back(caller: Caller, name: str) -> None:
    """The answer has the interaction's id; a view in between is left alone."""
    first = await record(caller, action_type="favorite")
    await record(caller)

    undone = await record(caller, action_type=name)

    assert undone["action_type"] == "unfavorite"
    assert undone["interaction_id"] == first["interaction_id"]
    assert await caller.counts("p") == {"VIEW": 1}


async def test_a_state_is_recorded_once_and_an_event_every_time(caller: Caller) -> None:
    """A repeat of a state is answered with the interaction that holds."""
    first = await record(caller, action_type="bookmark")
    again = await record(caller, action_type="bookmark")
    views = [await record(caller), await record(caller)]

    assert again == first
    assert len({told["interaction_id"] for told in views}) == 2
    assert await caller.counts("p") == {"BOOKMARK": 1, "VIEW": 2}
    assert await differences() == []


async def test_a_post_s_counts_are_those_of_the_document_s_example(caller: Caller) -> None:
    """(42 + 12 + 5 + 18) / 208 is 0.37; every action that occurred is listed, highest first."""
    example = {
        "FAVORITE": 42,
        "REBLOG": 12,
        "REPLY": 7,
        "BOOKMARK": 5,
        "MORE_LIKE_THIS": 3,
        "LESS_LIKE_THIS": 1,
        "CLICK": 18,
        "VIEW": 208,
        "SHARE": 2,
        "HIDE": 1,
    }
    inputs = [
        {"userId": f"{action} {number}", "action": action, "postId": "p"}
        for action, times in example.items()
        for number in range(times)
    ]
    await caller.outcomes(*inputs)

    told = await get(caller, f"{INTERACTIONS}/p")

    assert told == {
        "post_id": "p",
        "interaction_counts": {
            "favorites": 42,
            "reblogs": 12,
            "replies": 7,
            "bookmarks": 5,
            "more_like_this": 3,
            "less_like_this": 1,
            "clicks": 18,
            "views": 208,
        },
        "interactions": [
            {"action_type": name, "count": times}
            for name, times in (
                ("view", 208),
                ("favorite", 42),
                ("click", 18),
                ("reblog", 12),
                ("reply", 7),
                ("bookmark", 5),
                ("more_like_this", 3),
                ("share", 2),
                ("less_like_this", 1),
                ("hide", 1),
            )
        ],
        "engagement_rate": 0.37,
        "last_interaction": NOON,
    }


async def test_a_post_that_nobody_touched_has_counts_of_zero(caller: Caller) -> None:
    """It is no error, and without views there is no rate."""
    told = await get(caller, f"{INTERACTIONS}/never%20seen")

    assert told["post_id"] == "never seen"
    assert set(told["interaction_counts"].values()) == {0}
    assert told["interactions"] == []
    assert (told["engagement_rate"], told["last_interaction"]) == (None, None)


@pytest.mark.parametrize("post_id", ["a/b", "user", "user/x", "é?#&%", " p ", "..", "a/"])
async def test_any_post_id_can_be_asked_for(caller: Caller, post_id: str) -> None:
    """Encoded in the path, it is taken as it is, slashes included."""
    await record(caller, post_id=post_id)
    encoded = "".join(f"%{byte:02X}" for byte in post_id.encode())

    told = await get(caller, f"{INTERACTIONS}/{encoded}")

    assert told["post_id"] == post_id
    assert told["interaction_counts"]["views"] == 1


async def test_a_history_lists_what_a_user_did_with_posts(caller: Caller) -> None:
    """Newest first; what was taken back is gone, and what was done to no post is left out."""
    first = await record(caller, action_type="favorite", context={"source": "home"})
    caller.clock.advance(1)
    await record(caller, action_type="hide", post_id="q")
    await record(caller, action_type="unhide", post_id="q")
    await caller.record(userId="ann", action="GROUP_JOIN", target={"kind": "GROUP", "id": "g"})
    second = await record(caller, post_id="q")

    told = await get(caller, f"{INTERACTIONS}/user/{ANN}")

    assert told == {
        "user_alias": ANN,
        "total_count": 2,
        "returned_count": 2,
        "interactions": [
            {
                "interaction_id": second["interaction_id"],
                "post_id": "q",
                "action_type": "view",
                "timestamp": "2026-11-20T12:00:01.000Z",
                "context": {},
            },
            {
                "interaction_id": first["interaction_id"],
                "post_id": "p",
                "action_type": "favorite",
                "timestamp": NOON,
                "context": {"source": "home"},
            },
        ],
    }


async def test_a_history_is_limited_and_filtered(caller: Caller) -> None:
    """20 unless asked otherwise; the total is of what the filter lets pass. Empty parameters are
    none."""
    for number in range(25):
        await record(caller, post_id=str(number))
        caller.clock.advance(60)
    await record(caller, action_type="favorite")
    path = f"{INTERACTIONS}/user/{ANN}"

    async def sizes(**params: Any) -> tuple[int, int]:
        told = await get(caller, path, **params)
        assert told["returned_count"] == len(told["interactions"])
        return told["total_count"], told["returned_count"]

    assert await sizes() == (26, 20)
    assert await sizes(limit="", action_type="", since="") == (26, 20)
    assert await sizes(limit=100) == (26, 26)
    assert await sizes(limit=1) == (26, 1)
    assert await sizes(action_type="favourite") == (1, 1)
    assert await sizes(action_type="reply") == (0, 0)
    assert await sizes(since="2026-11-20") == (26, 20)


@pytest.mark.parametrize(
    "since",
    [
        "2026-11-20T12:20:00Z",
        "2026-11-20t12:20:00z",
        "2026-11-20T12:20:00",
        "2026-11-20 12:20",
        "2026-11-20T13:20:00%2B01:00",
        "2026-11-20T13:20:00+01:00",
        "2026-11-20t132000.000+0100",
        "2026-11-20 13:20:00+01:00",
        "2026-11-20 13:20:00.000+01",
        "2026-11-20%2013:20+01:00",
        "1795177200",
        "1795177200000",
    ],
)
async def test_an_instant_may_be_written_loosely(caller: Caller, since: str) -> None:
    """In either case, with a space, without an offset for UTC, and with a plus that is not encoded,
    which arrives as a space."""
    await record(caller)
    caller.clock.advance(20 * 60)
    await record(caller)

    answer = await caller.http.get(f"{INTERACTIONS}/user/{ANN}?since={since}")

    assert answer.status_code == 200, answer.text
    assert answer.json()["total_count"] == 1


async def test_an_unknown_user_has_an_empty_history(caller: Caller) -> None:
    """It is no error."""
    told = await get(caller, f"{INTERACTIONS}/user/u_0123456789abcdef")

    assert told == {
        "user_alias": "u_0123456789abcdef",
        "total_count": 0,
        "returned_count": 0,
        "interactions": [],
    }
