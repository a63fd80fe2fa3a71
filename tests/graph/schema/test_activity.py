"""Activity over GraphQL: totals, users and series of a period."""

from collections.abc import Sequence
from typing import Any

import pytest

from models.reading import activity as reading
from models.replicas.fetching import fetch_current
from models.vocabulary import ACTIONS
from resolvers.history import activity as activities
from tests.support.client import Caller
from tests.support.compiled.turns import turns
from tests.support.sql import run

pytestmark = pytest.mark.either_database

ACTIVITY = """
query Activity($since: DateTime, $until: DateTime, $interval: Interval! = HOUR, $zone: String) {
  activityStats(since: $since, until: $until) {
    since until total uniqueUsers counts { action count }
    series(interval: $interval, timeZone: $zone) { start total counts { action count } }
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
    """What was recorded just now is there, in hours on the clock without gaps, the ends cut."""
    await record(caller, "20T11:59:59", "20T12:00:00", "19T12:01:00", "19T12:00:59")
    await caller.record(userId="bob", action="FAVORITE", postId="p")

    found = await activity(caller)

    assert found["since"] == "2026-11-19T12:01:00.000000Z"
    assert found["until"] == "2026-11-20T12:01:00.000000Z"
    assert found["total"] == 4
    assert found["uniqueUsers"] == 2
    assert found["counts"] == [{"action": "VIEW", "count": 3}, {"action": "FAVORITE", "count": 1}]
    assert [bucket["total"] for bucket in found["series"]] == [1] + [0] * 22 + [1, 2]
    assert found["series"][0]["start"] == "2026-11-19T12:01:00.000000Z"
    assert found["series"][1] == {
        "start": "2026-11-19T13:00:00.000000Z",
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


async def starts(caller: Caller, since: str, until: str, interval: str, zone: str) -> list[str]:
    """Where buckets start, without what is the same in all."""
    found = await activity(caller, since=since, until=until, interval=interval, zone=zone)
    return [bucket["start"].removesuffix(":00.000000Z") for bucket in found["series"]]


async def test_days_stand_on_the_clock_and_the_ends_are_cut(caller: Caller) -> None:
    """From midnight to midnight of the zone, whatever the period begins and ends with."""
    period = ("2026-06-01T12:34:56Z", "2026-06-03T21:59:00Z")

    assert await starts(caller, *period, "DAY", "UTC") == [
        "2026-06-01T12:34",
        "2026-06-02T00:00",
        "2026-06-03T00:00",
    ]
    assert await starts(caller, *period, "DAY", "Europe/Berlin") == [
        "2026-06-01T12:34",
        "2026-06-01T22:00",
        "2026-06-02T22:00",
    ]


@pytest.mark.parametrize(
    ("zone", "since", "until", "expected"),
    [
        # 23 hours, then 25
        ("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", ["28T23:00", "29T22:00"]),
        ("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z", ["24T22:00", "25T23:00"]),
        ("Asia/Kolkata", "2026-03-01T18:30:00Z", "2026-03-03T18:30:00Z", ["01T18:30", "02T18:30"]),
        # a day of 23 and a half hours
        (
            "Australia/Lord_Howe",
            "2026-10-03T13:30:00Z",
            "2026-10-05T13:00:00Z",
            ["03T13:30", "04T13:00"],
        ),
        # clocks go forward at midnight, back an hour before it, and back over it
        ("Africa/Cairo", "2026-04-22T22:00:00Z", "2026-04-24T21:00:00Z", ["22T22:00", "23T22:00"]),
        (
            "America/Havana",
            "2026-11-01T04:00:00Z",
            "2026-11-02T06:00:00Z",
            ["01T04:00", "02T05:00"],
        ),
        (
            "America/Sao_Paulo",
            "2018-02-17T02:00:00Z",
            "2018-02-18T04:00:00Z",
            ["17T02:00", "18T03:00"],
        ),
    ],
)
async def test_days_are_as_long_as_the_clocks_make_them(
    caller: Caller, zone: str, since: str, until: str, expected: list[str]
) -> None:
    """Where clocks change, in either direction, a day still begins at its midnight."""
    found = await starts(caller, since, until, "DAY", zone)

    assert [start[8:] for start in found] == expected


@pytest.mark.parametrize(
    ("zone", "since", "until", "expected"),
    [
        (
            "Asia/Kolkata",
            "2026-03-01T10:00:00Z",
            "2026-03-01T12:00:00Z",
            ["10:00", "10:30", "11:30"],
        ),
        (
            "Asia/Kathmandu",
            "2026-03-01T10:00:00Z",
            "2026-03-01T11:30:00Z",
            ["10:00", "10:15", "11:15"],
        ),
        (
            "Europe/Berlin",
            "2026-10-25T00:00:00Z",
            "2026-10-25T03:00:00Z",
            ["00:00", "01:00", "02:00"],
        ),
        # 02:00 is 02:30: half an hour; then 02:00 is 01:30: one and a half
        (
            "Australia/Lord_Howe",
            "2026-10-03T14:30:00Z",
            "2026-10-03T17:00:00Z",
            ["14:30", "15:30", "16:00"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04T14:00:00Z",
            "2026-04-04T16:30:00Z",
            ["14:00", "15:30"],
        ),
    ],
)
async def test_hours_stand_on_the_clock_of_the_zone(
    caller: Caller, zone: str, since: str, until: str, expected: list[str]
) -> None:
    """At :00 there, also where that is half past in UTC, or the clocks change by half an hour."""
    found = await starts(caller, since, until, "HOUR", zone)

    assert [start[11:] for start in found] == expected


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu"])
@pytest.mark.parametrize("interval", ["HOUR", "DAY"])
async def test_each_interaction_is_in_the_bucket_of_its_minute(
    caller: Caller, zone: str, interval: str
) -> None:
    """Buckets hold what history has between their starts, whatever rows they are summed from."""
    whens = [
        "01T00:15:00",
        "01T18:29:59",
        "01T18:30:00",
        "01T22:59:00",
        "02T18:14:00",
        "03T07:00:00",
    ]
    await record(caller, *whens)
    period = {"since": "2026-11-01T00:10:00Z", "until": "2026-11-03T07:01:00Z"}

    found = await activity(caller, **period, interval=interval, zone=zone)

    series = found["series"]
    bounds = [bucket["start"] for bucket in series] + ["2026-11-03T07:01:00.000000Z"]
    exact = [f"2026-11-{when}.000000Z" for when in whens]
    for bucket, start, end in zip(series, bounds[:-1], bounds[1:], strict=True):
        assert bucket["total"] == sum(start <= when < end for when in exact), start
    assert sum(bucket["total"] for bucket in series) == 6


async def test_1500_days_of_a_zone_half_an_hour_off_are_read(caller: Caller) -> None:
    """They are summed from hours and minutes, a hundred days at a time."""
    await record(caller, "10T18:29:00", "10T18:30:00")

    found = await starts(
        caller, "2022-10-14T18:30:00Z", "2026-11-22T18:30:00Z", "DAY", "Asia/Kolkata"
    )

    assert len(found) == 1500


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "x" * 300, "\u0000"])
async def test_an_unknown_zone_is_named(caller: Caller, zone: str) -> None:
    """Only names of the IANA database are zones; an empty one is none."""
    (error,) = await caller.errors(ACTIVITY, zone=zone)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "timeZone"}


EVERY_MINUTE = """
INSERT INTO activity (span, start, action, count, folded)
WITH RECURSIVE minutes(m) AS (SELECT 29915280 UNION ALL SELECT m + 1 FROM minutes WHERE m < {}),
    actions(a) AS (VALUES {})
SELECT 1, m, a, 5, 0 FROM minutes CROSS JOIN actions
"""
MINUTES = (
    """{ activityStats(since: "2026-11-17T12:00:00Z", until: "2026-11-18T12:59:00Z") { %s } }"""
)
SERIES = "%s: series(interval: MINUTE) { start total counts { action count } }"


async def test_others_go_on_while_long_series_are_made(caller: Caller) -> None:
    """No turn of the loop takes a quarter of the work for the longest series that is allowed."""
    codes = ", ".join(f"({action.code})" for action in ACTIONS.values())
    await run(caller.url, EVERY_MINUTE.format(29915280 + 1499, codes))
    query = MINUTES % " ".join(SERIES % name for name in "abc")

    async with turns() as gaps:
        found = (await caller.data(query))["activityStats"]

    assert found["a"] == found["b"] == found["c"]
    assert [len(bucket["counts"]) for bucket in found["a"]] == [25] * 1499
    assert sum(bucket["total"] for bucket in found["a"]) == 1499 * 25 * 5
    assert max(gaps) < sum(gaps) / 4


async def test_more_series_than_can_be_shown_are_refused(caller: Caller) -> None:
    """The buckets and the counts in them are what an operation costs."""
    (error,) = await caller.errors(MINUTES % " ".join(SERIES % name for name in "abcd"))

    assert error["message"] == "the operation could touch 156001 rows; allowed are 120000"


async def test_what_is_asked_for_again_is_read_once(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The users, the counts and the series of a period, under however many names."""
    await record(caller, "18T10:00:00", "18T11:00:00")
    statements = list[str]()

    async def noted(
        statement: str, arguments: Sequence[Any], *, walks: bool = False
    ) -> Sequence[Any]:
        statements.append(statement)
        return await fetch_current(statement, arguments, walks=walks)

    monkeypatch.setattr(reading, "fetch_current", noted)
    field = 'activityStats(since: "2026-11-18T00:00:00Z") { %s }'
    shown = " ".join(f"{name}: uniqueUsers s{name}: series {{ total }}" for name in "ab")

    found = await caller.data(f"{{ x: {field % shown} y: {field % shown} }}")

    assert found["x"] == found["y"]
    assert found["x"]["a"] == found["x"]["b"] == 1
    assert [bucket["total"] for bucket in found["x"]["sb"]][10:12] == [1, 1]
    assert len(statements) == 3


async def test_users_are_counted_in_few_periods_of_an_operation(caller: Caller) -> None:
    """Four at most, each of which may read 100 000 rows; more are refused before any is read."""
    field = 'a%d: activityStats(since: "2026-11-1%dT00:00:00Z") { uniqueUsers }'

    fields = [field % (day, day) for day in range(5)]

    allowed = await caller.data(f"{{ {' '.join(fields[:4])} }}")
    (error,) = await caller.errors(f"{{ {' '.join(fields)} }}")

    assert [stats["uniqueUsers"] for stats in allowed.values()] == [0] * 4
    assert error["extensions"]["code"] == "TOO_COMPLEX"


async def test_users_are_not_counted_beyond_a_number_of_rows(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact up to it; with one row more null, be it undone: no more are read to tell."""
    await record(caller, "18T10:00:00", "18T11:00:00")
    await record(caller, "18T12:00:00", action="SAVE", user="bob")
    await caller.record(userId="bob", action="SAVE", postId="p", undo=True)
    period = {"since": "2026-11-18T00:00:00Z", "until": "2026-11-19T00:00:00Z"}

    for limit, users in ((3, 1), (2, None)):
        monkeypatch.setattr(activities, "USERS_LIMIT", limit)

        assert (await activity(caller, **period))["uniqueUsers"] == users
