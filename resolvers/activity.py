"""Activity: how much happened in a period, in all and bucket by bucket."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models import activity
from models.activity import Stretch
from models.records import DAY_MINUTES, MINUTE, Micros
from models.vocabulary import ACTION_BY_CODE, ActionType
from resolvers.errors import BadUserInput
from resolvers.stats import ActionCount
from resolvers.tallying import SPANS

BUCKET_LIMIT = 1_500
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


async def series(period: Period, interval: Interval) -> list[Bucket]:
    """The period bucket by bucket from its start, none left out, the last one cut at its end.

    Raises:
        BadUserInput: there would be more than 1500 buckets.
    """
    length = _MINUTES[interval]
    size = -((period.first - period.last) // length)
    if size > BUCKET_LIMIT:
        message = f"got {interval}, which makes {size} buckets; allowed are at most {BUCKET_LIMIT}"
        raise BadUserInput("interval", message)
    # Rows of a longer span serve where none of them reaches over the end of a bucket.
    spans = [span for span in SPANS[::-1] if length % span == 0 and period.first % span == 0]
    buckets: list[Counter[int]] = [Counter() for _ in range(size)]
    for each in await activity.counted(_cover(period.first, period.last, spans)):
        buckets[(each.start - period.first) // length][each.action] += each.count
    return [
        Bucket((period.first + number * length) * MINUTE, _sorted(bucket))
        for number, bucket in enumerate(buckets)
    ]


async def unique_users(period: Period, retention: Micros | None, now: Micros) -> int | None:
    """How many users were active; None where rows of the period may have been pruned."""
    if retention is not None and period.since < now - retention:
        return None
    return await activity.unique_users(period.since, period.until)


def _cover(first: int, last: int, spans: Sequence[int]) -> list[Stretch]:
    """The fewest stretches that make up a period: long spans inside, short ones at its ends."""
    if first >= last:
        return []
    span, *shorter = spans
    start, end = -(-first // span) * span, last // span * span
    if start >= end:
        return _cover(first, last, shorter)
    inside = [Stretch(span, start, end)]
    return _cover(first, start, shorter) + inside + _cover(end, last, shorter)


def _sorted(sums: dict[int, int]) -> list[ActionCount]:
    occurred: list[tuple[int, int]] = sorted((-count, code) for code, count in sums.items())
    return [(_type(code), -negative) for negative, code in occurred if negative]


def _type(code: int) -> ActionType:
    return ACTION_BY_CODE[code].type
