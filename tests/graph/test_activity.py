"""Activity over GraphQL: totals, users and series of a period."""

from typing import Any

import pytest

from tests.client import Caller

ACTIVITY = """
query Activity($since: DateTime, $until: DateTime, $interval: Interval! = HOUR) {
  activityStats(since: $since, until: $until) {
    since until total uniqueUsers counts { action count }
    series(interval: $interval) { start total counts { action count } }
  }
}
"""


async def activity(caller: Caller, **arguments: Any) -> dict[str, Any]:
    data = await caller.data(ACTIVITY, **arguments)
    found: dict[str, Any] = data["activityStats"]
    return found


async def record(caller: Caller, *whens: str, action: str = "VIEW", user: str = "ann") -> None:
    for when in whens:
        outcome = await caller.outcome(
            userId=user, action=action, postId="p", occurredAt=f"2026-11-{when}Z"
        )
        assert outcome == "CREATED"


async def test_the_default_is_the_last_24_hours_up_to_the_running_minute(caller: Caller) -> None:
    """What was recorded just now is there, in 24 hourly buckets without gaps."""
    await record(caller, "20T11:59:59", "20T12:00:00", "19T12:01:00", "19T12:00:59")
    await caller.record(userId="bob", action="FAVORITE", postId="p")

    found = await activity(caller)

    assert found["since"] == "2026-11-19T12:01:00.000000Z"
    assert found["until"] == "2026-11-20T12:01:00.000000Z"
    assert found["total"] == 4
    assert found["uniqueUsers"] == 2
    assert found["counts"] == [{"action": "VIEW", "count": 3}, {"action": "FAVORITE", "count": 1}]
    assert [bucket["total"] for bucket in found["series"]] == [1] + [0] * 22 + [3]
    assert found["series"][1] == {
        "start": "2026-11-19T13:01:00.000000Z",
        "total": 0,
        "counts": [],
    }


async def test_undone_states_are_left_out_where_they_held(caller: Caller) -> None:
    """An undo takes a state out of the minute it occurred in."""
    await record(caller, "18T10:00:30", action="SAVE")
    period = {"since": "2026-11-18T10:00:00Z", "until": "2026-11-18T10:01:00Z"}
    assert (await activity(caller, **period))["total"] == 1

    await caller.record(userId="ann", action="SAVE", postId="p", undo=True)

    assert (await activity(caller, **period))["total"] == 0
    assert (await activity(caller, **period))["uniqueUsers"] == 0


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-10-01T00:00:00Z", "2026-11-20T00:00:00Z"),
        ("2026-10-01T07:13:59Z", "2026-11-19T23:59:00Z"),
        ("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z"),
        ("2026-11-10T10:00:00Z", "2026-11-10T11:01:00Z"),
        ("2026-11-10T10:30:00Z", "2026-11-10T10:30:59Z"),
    ],
)
@pytest.mark.parametrize("interval", ["HOUR", "DAY"])
async def test_any_period_is_the_sum_of_its_minutes(
    caller: Caller, since: str, until: str, interval: str
) -> None:
    """Whatever rows of minutes, hours and days make it up, totals and series agree with history."""
    await record(caller, "01T00:00:00", "09T23:59:59", "10T00:00:00", "10T10:29:59")
    await record(caller, "10T10:30:00", "10T10:59:59", "10T11:00:30", "11T12:00:00")
    await record(caller, "19T23:58:59", "19T23:59:00", "20T00:00:00")
    minute = slice(0, 16)
    data = await caller.data(
        """query ($since: DateTime, $until: DateTime) {
             interactions(filter: {since: $since, until: $until}) { totalCount } }""",
        since=since[minute] + ":00Z",
        until=until[minute] + ":00Z",
    )

    found = await activity(caller, since=since, until=until, interval=interval)

    assert found["total"] == data["interactions"]["totalCount"]
    assert sum(bucket["total"] for bucket in found["series"]) == found["total"]
    assert len({bucket["start"] for bucket in found["series"]}) == len(found["series"])


async def test_users_are_not_counted_where_rows_may_have_gone(caller: Caller) -> None:
    """`uniqueUsers` is null where `since` lies before the retention."""
    assert (await activity(caller, since="2026-08-22T12:00:00Z", interval="DAY"))[
        "uniqueUsers"
    ] == 0
    assert (await activity(caller, since="2026-08-22T11:59:00Z", interval="DAY"))[
        "uniqueUsers"
    ] is None


async def test_a_series_has_at_most_1500_buckets(caller: Caller) -> None:
    """1500 minutes are fine; one more names the interval."""
    until = "2026-11-20T01:00:00Z"
    fits = await activity(caller, since="2026-11-19T00:00:00Z", until=until, interval="MINUTE")
    assert len(fits["series"]) == 1500

    (error,) = await caller.errors(
        ACTIVITY, since="2026-11-18T23:59:00Z", until=until, interval="MINUTE"
    )
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "interval"}


@pytest.mark.parametrize("until", ["2026-11-18T00:00:00Z", "2026-11-19T00:00:30Z"])
async def test_a_period_must_not_end_before_it_starts(caller: Caller, until: str) -> None:
    """`since` after `until` is BAD_USER_INPUT, also within a minute."""
    (error,) = await caller.errors(ACTIVITY, since="2026-11-19T00:00:31Z", until=until)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "since"}
