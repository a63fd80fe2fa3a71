"""The tracker's activities and stats, as its clients know them."""

import time
from typing import Any

import pytest

from models.vocabulary import ACTIONS, TargetKind
from tests.support.client import Caller
from tests.support.compiled.turns import turns
from tests.support.pasts import choose, differences
from tests.support.rest import ANN, BOB, NOON, act, get, record
from tests.support.sql import count, run

pytestmark = pytest.mark.either_database


async def test_an_activity_is_answered_as_lists_show_it(caller: Caller) -> None:
    """201 with the activity, its user under the alias."""
    told = await act(caller, metadata={"mood": "good"})

    assert told.pop("id").startswith("int_")
    assert told == {
        "user": ANN,
        "activity_type": "vibe",
        "target": "p",
        "metadata": {"mood": "good"},
        "created_at": NOON,
    }
    (listed,) = (await get(caller, "/activities/"))["results"]
    listed.pop("id")
    assert listed == told


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: str(action.type))
async def test_every_action_goes_by_its_name_in_lower_case(caller: Caller, action: Any) -> None:
    """The target is an id of the kind that the action is done to, as it is stored."""
    targets = {TargetKind.PROFILE: BOB, TargetKind.CIRCLE: "inner", TargetKind.HASHTAG: "cats"}
    target = targets.get(action.target_kind, "x")
    sent = {TargetKind.PROFILE: "bob", TargetKind.HASHTAG: "#Cats"}.get(action.target_kind, target)

    told = await act(caller, activity_type=action.type.lower(), target=sent)

    assert (told["activity_type"], told["target"]) == (action.type.lower(), target)
    assert told == (await get(caller, "/activities/"))["results"][0]
    assert await differences() == []


async def test_a_state_can_be_taken_back(caller: Caller) -> None:
    """It leaves the list; the answer has the id of what was taken back."""
    first = await act(caller)

    undone = await act(caller, activity_type="unvibe")

    assert undone == {**first, "activity_type": "unvibe"}
    assert (await get(caller, "/activities/"))["results"] == []


async def test_a_user_may_be_an_alias_or_a_number(caller: Caller) -> None:
    """What has the form of an alias is one; primary keys are ids like any other."""
    assert (await act(caller, user=ANN))["user"] == ANN
    assert (await act(caller, user=7))["user"] == (await act(caller, user="7"))["user"]


@pytest.mark.parametrize("level", ["LIMITED", "NONE"])
async def test_where_nothing_is_stored_there_is_no_id(caller: Caller, level: str) -> None:
    """The answer tells what was sent, but never a raw user id."""
    await choose(caller, userId="ann", level=level)

    told = await act(caller, activity_type="profile_visit", target="bob", metadata=[1])

    assert told == {
        "id": None,
        "user": ANN,
        "activity_type": "profile_visit",
        "target": BOB,
        "metadata": [1],
        "created_at": NOON,
    }
    assert await count(caller.url, "interactions") == 0


async def test_lists_come_in_numbered_pages(caller: Caller) -> None:
    """Newest first, 20 to a page unless asked otherwise, with the addresses around it."""
    for number in range(45):
        await act(caller, activity_type="view", target=str(number))
        caller.clock.advance(1)
    host = "http://127.0.0.1/activities/"

    first = await get(caller, "/activities/")
    second = await get(caller, "/activities/", page=2)
    third = await get(caller, "/activities/", page=3)
    beyond = await get(caller, "/activities/", page=4)

    assert {page["count"] for page in (first, second, third, beyond)} == {45}
    seen = [each["target"] for page in (first, second, third) for each in page["results"]]
    assert seen == [str(number) for number in range(44, -1, -1)]
    assert [len(page["results"]) for page in (first, second, third, beyond)] == [20, 20, 5, 0]
    assert (first["next"], first["previous"]) == (f"{host}?page=2", None)
    assert (second["next"], second["previous"]) == (f"{host}?page=3", host)
    assert (third["next"], third["previous"]) == (None, f"{host}?page=2")
    assert (beyond["next"], beyond["previous"]) == (None, f"{host}?page=3")


async def test_pages_keep_the_filter_and_their_size(caller: Caller) -> None:
    """`next` is followed to the end, whoever else did something."""
    for number in range(5):
        await act(caller, activity_type="view", target=str(number))
        await act(caller, user="bob", activity_type="view", target=str(number))
        await act(caller, activity_type="vibe", target=str(number))
        caller.clock.advance(1)

    seen, path = [], "/activities/?user=ann&activity_type=view&page_size=2"
    while path:
        page = await get(caller, path.removeprefix("http://127.0.0.1"))
        assert page["count"] == 5
        seen += [(each["user"], each["activity_type"], each["target"]) for each in page["results"]]
        path = page["next"]

    assert seen == [(ANN, "view", str(number)) for number in range(4, -1, -1)]


async def test_recent_activities_have_the_same_shape(caller: Caller) -> None:
    """The same list, filters and pages, at the other address."""
    for user in ("ann", "bob"):
        await act(caller, user=user)

    params = {"user": BOB, "page_size": 1}
    recent = await get(caller, "/activities/recent/", **params)

    assert recent == await get(caller, "/activities/", **params)
    assert [each["user"] for each in recent["results"]] == [BOB]


async def test_a_user_without_activities_has_an_empty_list(caller: Caller) -> None:
    """It is no error."""
    await act(caller)

    empty: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}
    assert await get(caller, "/activities/", user="nobody") == empty
    assert await get(caller, "/activities/recent/", user="u_0123456789abcdef") == empty


async def test_pages_end_where_they_would_cost_too_much(caller: Caller) -> None:
    """The last page that can be had ends at row 10 000; what lies beyond it is 400."""
    views = [{"userId": "ann", "action": "VIEW", "postId": "p"}] * 1000
    for _ in range(10):
        await caller.outcomes(*views)
    await act(caller, user="bob")

    for filter in ({}, {"user": "ann"}, {"activity_type": "view"}):
        last = await get(caller, "/activities/", page=500, **filter)
        answer = await caller.http.get("/activities/", params={"page": 501, **filter})

        assert (len(last["results"]), last["count"], last["next"]) == (20, 10_000, None)
        assert answer.status_code == 400
        assert answer.json() == {
            "error": "page: ends at row 10020; allowed are pages up to row 10000",
            "code": "BAD_USER_INPUT",
            "field": "page",
        }
    few = await get(caller, "/activities/", page=501, user="bob")
    assert (few["count"], few["results"]) == (1, [])


@pytest.mark.parametrize("page", [2, 500, 501, 9999, 999_999_999])
@pytest.mark.parametrize("filter", [{}, {"user": "ann"}, {"activity_type": "vibe"}])
async def test_pages_beyond_the_end_are_empty(
    caller: Caller, page: int, filter: dict[str, str]
) -> None:
    """Whichever is asked for, as long as there are not too many rows to say so."""
    await act(caller)

    beyond = await get(caller, "/activities/", page=page, **filter)

    assert (beyond["count"], beyond["next"], beyond["results"]) == (1, None, [])
    query = "".join(f"{name}={value}&" for name, value in filter.items())
    before = f"{query}page={page - 1}" if page > 2 else query.removesuffix("&")
    host = "http://127.0.0.1/activities/"
    assert beyond["previous"] == (f"{host}?{before}" if before else host)


async def test_stats_are_totals_per_activity_type_and_per_day(caller: Caller) -> None:
    """Of all time per type, of the last 30 days per day, without gaps; undone ones left out."""
    await act(caller)
    caller.clock.advance(24 * 60 * 60)
    await act(caller, user="bob")
    await record(caller)
    await act(caller, activity_type="hide")
    await act(caller, activity_type="unhide")

    told = await get(caller, "/stats/")

    vibes, view = {"activity_type": "vibe", "count": 2}, {"activity_type": "view", "count": 1}
    assert (told["since"], told["until"], told["total"]) == (None, "2026-11-21T12:01:00.000Z", 3)
    assert told["by_type"] == [vibes, view]
    *before, yesterday, today = told["by_day"]
    assert [day["count"] for day in before] == [0] * 29
    assert before[0] == {"date": "2026-10-22", "count": 0, "by_type": []}
    assert yesterday == {"date": "2026-11-20", "count": 1, "by_type": [{**vibes, "count": 1}]}
    assert (today["date"], today["count"]) == ("2026-11-21", 2)


async def test_stats_of_a_period_are_of_whole_days(caller: Caller) -> None:
    """From the day of `since` on, before `until`, types and days alike."""
    await act(caller)
    caller.clock.advance(24 * 60 * 60)
    await record(caller)

    first = await get(caller, "/stats/", since="2026-11-20", until="2026-11-21")
    second = await get(caller, "/stats/", since="2026-11-21T23:00:00Z", until="2026-11-23")

    assert [day["date"] for day in first["by_day"]] == ["2026-11-20"]
    assert first["by_type"] == [{"activity_type": "vibe", "count": 1}]
    assert second["since"] == "2026-11-21T00:00:00.000Z"
    assert [(day["date"], day["count"]) for day in second["by_day"]] == [
        ("2026-11-21", 1),
        ("2026-11-22", 0),
    ]
    assert second["total"] == 1


async def test_both_faces_show_what_the_other_recorded(caller: Caller) -> None:
    """One store: an interaction is an activity, and the other way round."""
    await record(caller, action_type="favorite", context={"source": "home", "position": 3})
    await act(caller, activity_type="save", metadata={"folder": "later"})

    activities = (await get(caller, "/activities/"))["results"]
    history = (await get(caller, f"/api/v1/interactions/user/{ANN}"))["interactions"]

    assert [each["metadata"] for each in activities] == [{"folder": "later"}, {"position": 3}]
    assert [each["context"] for each in history] == [
        {"folder": "later"},
        {"source": "home", "position": 3},
    ]
    assert [each["id"] for each in activities] == [each["interaction_id"] for each in history]


EVERY_DAY = """
INSERT INTO activity (span, start, action, count, folded)
WITH RECURSIVE days(d) AS (SELECT 19279 UNION ALL SELECT d + 1 FROM days WHERE d < 20777),
    actions(a) AS (VALUES {})
SELECT 1440, d * 1440, a, 5, 0 FROM days CROSS JOIN actions
"""


async def test_others_go_on_while_long_stats_are_made(caller: Caller) -> None:
    """Four years, day by day, with all actions: most of the work is not done in the loop."""
    codes = ", ".join(f"({action.code})" for action in ACTIONS.values())
    await run(caller.url, EVERY_DAY.format(codes))
    begun = time.process_time()

    async with turns() as gaps:
        told = await get(caller, "/stats/", since="2022-10-14", until="2026-11-20T00:00:00Z")

    assert [len(day["by_type"]) for day in told["by_day"]] == [25] * 1498
    assert told["total"] == 1498 * 25 * 5
    assert max(gaps) < (time.process_time() - begun) / 3
