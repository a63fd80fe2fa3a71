"""The recommender's privacy routes and recommendations."""

import json

import pytest

from tests.support.client import Caller
from tests.support.pasts import differences, traces
from tests.support.rest import ANN, BOB, NOON, PRIVACY, act, get, post, record
from tests.support.sql import count

pytestmark = pytest.mark.either_database


async def test_who_chose_no_level_has_the_default(caller: Caller) -> None:
    """Without instants, and under the name that was asked with."""
    unset = {"tracking_level": "full", "created_at": None, "updated_at": None}

    assert await get(caller, PRIVACY, user_id="ann") == {"user_id": "ann", **unset}
    assert await get(caller, PRIVACY, user_alias=ANN) == {"user_id": ANN, **unset}


@pytest.mark.parametrize("level", ["limited", "none", "full", "LIMITED"])
async def test_a_level_is_chosen_and_told(caller: Caller, level: str) -> None:
    """It holds from then on; the first instant stays when another level is chosen."""
    first = await post(caller, PRIVACY, user_id="ann", tracking_level=level)
    caller.clock.advance(60)
    second = await post(caller, PRIVACY, user_id="ann", tracking_level="none")

    assert first == {
        "user_id": "ann",
        "tracking_level": level.lower(),
        "created_at": NOON,
        "updated_at": NOON,
    }
    assert (second["created_at"], second["updated_at"]) == (NOON, "2026-11-20T12:01:00.000Z")
    assert await get(caller, PRIVACY, user_id="ann") == second


async def test_a_lower_level_works_backwards(caller: Caller) -> None:
    """When the answer comes, what it forbids to keep is gone."""
    await record(caller, action_type="favorite")
    await record(caller, user_id="bob", action_type="favorite")

    await post(caller, PRIVACY, user_id="ann", tracking_level="none")

    assert await count(caller.url, "interactions") == 1
    assert await caller.counts("p") == {"FAVORITE": 1}
    assert await differences() == []


async def test_an_export_is_all_that_is_stored(caller: Caller) -> None:
    """The same lines as at /export."""
    await record(caller, action_type="favorite")

    answers = [
        await caller.http.get(path, params={"user_id": "ann"})
        for path in (f"{PRIVACY}/export", "/export")
    ]

    assert answers[0].headers["content-type"] == "application/x-ndjson"
    assert answers[0].text == answers[1].text
    types = [json.loads(line)["type"] for line in answers[0].text.splitlines()]
    assert types == ["user", "interaction", "total", "score"]


async def test_erasing_says_what_was_there_and_leaves_nothing(caller: Caller) -> None:
    """Interactions that held or happened, and the setting."""
    await record(caller, action_type="favorite")
    await record(caller, action_type="hide")
    await record(caller, action_type="unhide")
    await post(caller, PRIVACY, user_id="ann", tracking_level="full")

    answer = await caller.http.delete(
        f"{PRIVACY}/data", params={"user_id": "ann", "confirm": "true"}
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "success",
        "deleted_items": {"interactions": 1, "settings": 1},
        "deletion_time": NOON,
    }
    assert await traces(caller.url, "ann") == []
    assert await differences() == []


@pytest.mark.parametrize("confirm", [{}, {"confirm": "false"}, {"confirm": ""}, {"confirm": "yes"}])
async def test_without_confirmation_nothing_is_erased(
    caller: Caller, confirm: dict[str, str]
) -> None:
    """400, and everything is there still."""
    await record(caller)

    answer = await caller.http.delete(f"{PRIVACY}/data", params={"user_id": "ann", **confirm})

    assert answer.status_code == 400
    assert answer.json()["field"] == "confirm"
    assert answer.json()["error"].startswith("confirm: got ")
    assert await caller.history("ann") == ["VIEW p"]


async def test_recommended_is_what_trends_and_the_reason_says_so(caller: Caller) -> None:
    """For someone unknown: the highest score first, at most as many as asked for."""
    await act(caller, activity_type="reblog", target="q")
    await act(caller, activity_type="view", target="nothing")
    await act(caller)

    told = await get(caller, "/api/v1/recommendations", user_id="someone")
    one = await get(caller, "/api/v1/recommendations", user_alias=BOB, limit=1)

    reason = "popular right now"
    assert told == {
        "user_id": "someone",
        "recommendations": [
            {"id": "q", "ranking_score": 5.0, "recommendation_reason": reason},
            {"id": "p", "ranking_score": 4.0, "recommendation_reason": reason},
        ],
    }
    assert one == {"user_id": BOB, "recommendations": told["recommendations"][:1]}


@pytest.mark.parametrize("action", ["view", "hide", "report", "less_like_this"])
async def test_what_a_user_saw_or_turned_away_is_not_recommended(
    caller: Caller, action: str
) -> None:
    """From the very next answer on."""
    for post_id in ("p", "q"):
        await record(caller, user_id="bob", post_id=post_id, action_type="favorite")

    await record(caller, post_id="p", action_type=action)

    told = await get(caller, "/api/v1/recommendations", user_id="ann")
    assert [each["id"] for each in told["recommendations"]] == ["q"]


async def test_what_nothing_speaks_for_is_recommended_with_a_reason(caller: Caller) -> None:
    """A post that is new and of which nobody did anything yet."""
    await record(caller, post_id="p", action_type="favorite")
    described = 'mutation { describePosts(inputs: [{postId: "new"}]) { errors { message } } }'
    assert await caller.data(described) == {"describePosts": {"errors": []}}

    told = await get(caller, "/api/v1/recommendations", user_id="ann")

    reason = "few people have seen this yet, and you may like it"
    assert told["recommendations"] == [
        {"id": "new", "ranking_score": 0.0, "recommendation_reason": reason}
    ]
