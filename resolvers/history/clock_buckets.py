"""Buckets on the clock of a time zone: where each of a period starts, in minutes since 1970."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MINUTES = 1_440

#: How far a clock is ahead of UTC at a minute, in minutes.
Offset = Callable[[int], int]


def bucket_starts(
    first: int, last: int, minutes: int, zone: tzinfo = UTC, *, limit: int
) -> list[int]:
    """Where buckets of so many minutes on a zone's clock start in a period; the first is cut.

    Where clocks change, a day is as long as it is there, and each time that a clock shows a full
    hour starts one. A bucket whose start the clocks skip begins where they do. No more than
    `limit` and one are found.
    """
    if first >= last:
        return []
    offset, starts, at = _offset_of(zone), [first], first
    while len(starts) <= limit:
        at, is_start = _next(at, minutes, offset)
        if at >= last:
            break
        if is_start:
            starts.append(at)
    return starts


def _next(at: int, minutes: int, offset: Offset) -> tuple[int, bool]:
    """The next full hour or day of a clock; or where it changes before, and whether that is one."""
    ahead = offset(at)
    found = at + minutes - (at + ahead) % minutes
    if offset(found) == ahead:
        return found, True
    change = _change(at, found, offset)
    shown, before = change + offset(change), change - 1 + ahead
    is_other = shown // minutes != before // minutes
    is_full = shown % minutes == 0 and minutes < _DAY_MINUTES  # a second midnight starts no day
    return change, is_other or is_full


def _change(low: int, high: int, offset: Offset) -> int:
    """The first minute up to `high` at which the clock differs from how it goes at `low`."""
    ahead = offset(low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset(middle) == ahead:
            low = middle
        else:
            high = middle
    return high


def _offset_of(zone: tzinfo) -> Offset:
    if zone is UTC:
        return lambda minute: 0

    def offset(minute: int) -> int:
        try:
            ahead = (_EPOCH + timedelta(minutes=minute)).astimezone(zone).utcoffset()
        except OverflowError:  # at the ends of the years 1 to 9999
            return 0
        return 0 if ahead is None else ahead // timedelta(minutes=1)

    return offset
