"""Activity: how much happened in a period, in all and bucket by bucket."""

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from functools import partial
from itertools import pairwise
from math import gcd

from models.reading import activity
from models.reading.activity import Counted, TimeRange
from models.records import DAY_MINUTES, MINUTE, Micros
from models.vocabulary import ACTION_BY_CODE, ActionType
from resolvers.errors import BadUserInput
from resolvers.history.clock_buckets import bucket_starts
from resolvers.history.stats import ActionCount
from resolvers.recording.counter_changes import SPANS

BUCKET_LIMIT = 1_500
USERS_LIMIT = 100_000
"""Rows of a period among which users are counted."""

_FEW = 500  # counts that are put into buckets so quickly that the loop may wait for it
LAST_DAYS = 30
FIRST_MINUTE, LAST_MINUTE = -1_035_593_280, 4_223_371_679  # of the years 1 to 9999


class Interval(StrEnum):
    """How long a bucket is."""

    MINUTE = "MINUTE"
    HOUR = "HOUR"
    DAY = "DAY"


_MINUTES = {Interval.MINUTE: 1, Interval.HOUR: 60, Interval.DAY: DAY_MINUTES}


@dataclass(frozen=True, slots=True)
class Period:
    """A period in minutes since 1970: from the first on, before the last."""

    first: int
    last: int

    @property
    def since(self) -> Micros:
        return self.first * MINUTE

    @property
    def until(self) -> Micros:
        return self.last * MINUTE


@dataclass(frozen=True, slots=True)
class Bucket:
    """What happened in one interval; the counts highest first."""

    start: Micros
    counts: list[ActionCount]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


def period(since: Micros | None, until: Micros | None, now: Micros) -> Period:
    """The period between two instants, both floored to the minute.

    By default it ends where the running minute does, which counts, and is 24 hours long.

    Raises:
        BadUserInput: `since` lies after `until`.
    """
    last = now // MINUTE + 1 if until is None else until // MINUTE
    first = last - DAY_MINUTES if since is None else since // MINUTE
    first, last = max(first, FIRST_MINUTE), max(min(last, LAST_MINUTE), FIRST_MINUTE)
    if first > last or (since is not None and until is not None and since > until):
        raise BadUserInput("since", "lies after `until`; allowed is an instant up to it")
    return Period(first, last)


def most_buckets(period: Period, interval: Interval) -> int:
    """How many buckets a period may have, whatever the time zone; beyond the limit, the limit."""
    # The ends are cut, and where clocks change there may be one more.
    return min((period.last - period.first) // _MINUTES[interval] + 3, BUCKET_LIMIT)


def days(since: Micros | None, until: Micros | None, now: Micros) -> Period:
    """Whole days, UTC, from the one of `since` on; by default the last 30, today among them.

    Raises:
        BadUserInput: `since` lies after `until`, or more than 1500 days before it.
    """
    found = period(since, until, now)
    first = found.first if since is not None else found.last - LAST_DAYS * DAY_MINUTES
    first = max(first, FIRST_MINUTE) // DAY_MINUTES * DAY_MINUTES
    if found.last - first > BUCKET_LIMIT * DAY_MINUTES:
        message = f"lies too long before `until`; allowed are at most {BUCKET_LIMIT} days"
        raise BadUserInput("since", message)
    return Period(first, found.last)


def all_time(until: Micros | None, now: Micros) -> Period:
    """Everything before an instant."""
    return period(FIRST_MINUTE * MINUTE, until, now)


async def counts(period: Period) -> list[ActionCount]:
    """How often each action occurred in a period, highest count first; undone ones left out."""
    sums = await activity.summed(_cover(period.first, period.last, SPANS[::-1]))
    return _sorted(sums)


async def series(period: Period, interval: Interval, zone: tzinfo = UTC) -> list[Bucket]:
    """The period bucket by bucket, none left out, on the clock of a time zone.

    The first and the last are cut at the period's bounds. What takes long is done in threads.

    Raises:
        BadUserInput: there would be more than 1500 buckets.
    """
    minutes = _MINUTES[interval]
    starts = await _starts(period, minutes, zone)
    if len(starts) > BUCKET_LIMIT:
        message = f"got {interval}, which makes more buckets; allowed are at most {BUCKET_LIMIT}"
        raise BadUserInput("interval", message)
    found = await _counted(starts, period.last, minutes)
    if len(found) < _FEW:
        return _buckets(starts, found)
    return await asyncio.to_thread(_buckets, starts, found)


async def _starts(period: Period, minutes: int, zone: tzinfo) -> list[int]:
    """Where buckets start."""
    find = partial(bucket_starts, period.first, period.last, minutes, zone, limit=BUCKET_LIMIT)
    return find() if zone is UTC else await asyncio.to_thread(find)


async def _counted(starts: Sequence[int], last: int, minutes: int) -> Sequence[Counted]:
    """What counts in buckets: by where something starts, within the bucket or at its own start.

    Rows of a longer span serve where none of them reaches over the end of a bucket.
    """
    inner = gcd(*starts[1:])
    spans = [span for span in SPANS[::-1] if inner % span == 0]
    if spans[0] > 1 or minutes < DAY_MINUTES:
        ranges = _cover(starts[0], last, spans) if starts else []
        return await activity.counted(ranges, inner if spans == [1] else 1)
    # On a clock that is half an hour off, hours serve within each day, and minutes at its ends.
    days = pairwise([*starts, last])
    return await activity.summed_by_number(
        [(start, each) for start, end in days for each in _cover(start, end, SPANS[::-1])]
    )


def _buckets(starts: Sequence[int], found: Sequence[Counted]) -> list[Bucket]:
    buckets: list[Counter[int]] = [Counter() for _ in starts]
    for start, action, count in found:
        # What was summed may start before the first bucket, which is cut.
        buckets[max(bisect_right(starts, start) - 1, 0)][action] += count
    return [
        Bucket(start * MINUTE, _sorted(bucket))
        for start, bucket in zip(starts, buckets, strict=True)
    ]


async def unique_users(period: Period, retention: Micros | None, now: Micros) -> int | None:
    """How many users were active.

    None where rows of the period may have been pruned, or where it has more than 100 000.
    """
    if retention is not None and period.since < now - retention:
        return None
    return await activity.unique_users(period.since, period.until, limit=USERS_LIMIT)


def _cover(first: int, last: int, spans: Sequence[int]) -> list[TimeRange]:
    """The fewest time ranges that make up a period: long spans inside, short ones at its ends."""
    if first >= last:
        return []
    span, *shorter = spans
    start, end = -(-first // span) * span, last // span * span
    if start >= end:
        return _cover(first, last, shorter)
    inside = [TimeRange(span, start, end)]
    return _cover(first, start, shorter) + inside + _cover(end, last, shorter)


def _sorted(sums: dict[int, int]) -> list[ActionCount]:
    occurred: list[tuple[int, int]] = sorted((-count, code) for code, count in sums.items())
    return [(_type(code), -negative) for negative, code in occurred if negative]


def _type(code: int) -> ActionType:
    return ACTION_BY_CODE[code].type
