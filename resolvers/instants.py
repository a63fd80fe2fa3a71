"""Instants as text: RFC 3339 to the microsecond, and what older clients and dumps write."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from models.records import DAY_MINUTES, MINUTE, Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(DAY_MINUTES)]
_HOUR_S = 3_600
_WITHIN_HOUR = [f"{second // 60:02}:{second % 60:02}." for second in range(_HOUR_S)]
_HOUR: Micros = 60 * MINUTE
_CACHED = 4096
_SECONDS = [f"{second:02}." for second in range(60)]
_THOUSANDTHS = [f"{each:03}" for each in range(1_000)]
_MICROSECOND = timedelta(microseconds=1)
_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)
_LOOSE = re.compile(
    r"""(?P<year>\d{4})(?P<joint>[-/])(?P<month>\d\d?)(?P=joint)(?P<day>\d\d?)
    (?:(?:[Tt]|\ +)(?P<time>\d\d?:\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?
    \ ?(?P<offset>[Zz]|UTC|GMT|[+-]\d\d(?::?[0-5]\d)?)?)?\Z""",
    re.ASCII | re.VERBOSE,
)
_COMPACT_TIME = re.compile(r"(?<=\d)([Tt ])(\d\d)(\d\d)(\d\d)?(?![\d:])", re.ASCII)
_EPOCH_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?\Z", re.ASCII)
_EPOCH_UNITS = {9: 1_000_000, 10: 1_000_000, 12: 1_000, 13: 1_000, 15: 1, 16: 1}
"""Microseconds in one of what so many digits count: seconds, milliseconds, microseconds.

The instants lie from 1973 to 2286, so no number of these lengths can be taken for another.
"""

_NANOSECOND_DIGITS = (18, 19)
LENGTH = 255
"""Characters that may be an instant: a search of more would try each digit anew, for seconds."""

_ALLOWED = (
    "allowed is an instant such as 2026-11-20T09:30:00Z or 2026-11-20 09:30:00+00, or a number of "
    "seconds, milliseconds, microseconds or nanoseconds since 1970"
)


def format_instant(at: Micros) -> str:
    """An instant in RFC 3339: UTC, six decimals, `Z`."""
    minute, within = at // MINUTE, at % MINUTE  # faster than `divmod`, and texts than formats
    date, time = _date(minute // DAY_MINUTES), _MINUTES[minute % DAY_MINUTES]
    second, thousandth = _SECONDS[within // 1_000_000], _THOUSANDTHS[within // 1_000 % 1_000]
    return f"{date}{time}{second}{thousandth}{_THOUSANDTHS[within % 1_000]}Z"


def format_instants(column: Sequence[Micros]) -> list[str]:
    """Many instants as `format_instant` shows each, in four fifths of the time."""
    if not column or min(column) < MINUTE:  # later ones have six digits below the second
        return [*map(format_instant, column)]
    hours, within = _HOURS, _WITHIN_HOUR
    return [
        f"{hours[at // _HOUR]}{within[at // 1_000_000 % _HOUR_S]}{str(at)[-6:]}Z" for at in column
    ]


class _Hours(dict[int, str]):
    """Hours, counted from 1970, as texts start; as quick as a dict, and bounded as a cache is."""

    def __missing__(self, hour: int) -> str:
        if len(self) >= _CACHED:
            self.clear()
        shown = self[hour] = f"{_date(hour // 24)}T{hour % 24:02}:"
        return shown


_HOURS: Final = _Hours()


@lru_cache(_CACHED)
def _date(day: int) -> str:
    """The date of a day, counted from 1970."""
    return (_EPOCH + timedelta(days=day)).date().isoformat()


def format_millis(at: Micros) -> str:
    """An instant as the REST API shows it: RFC 3339, UTC, three decimals, `Z`."""
    return format_instant(at)[:-4] + "Z"


def parse_loosely(value: Any, zone: tzinfo | None = UTC) -> Micros:
    """An instant as older clients, psql, spreadsheets and pandas write it.

    That is a date, year first, perhaps with a time and an offset; or a number since 1970, whose
    length tells its unit. Without an offset it is of `zone`; a `zone` of None refuses it. A time
    that clocks show twice is the first of the two, and one that they skip is as much later as
    they skip. A leap second is the next second.

    Raises:
        ValueError: it is none, or could be several; says what is allowed.
    """
    text = str(value)[: LENGTH + 1].strip()
    is_told = isinstance(value, str | int | float) and not isinstance(value, bool)
    if is_told and (match := _EPOCH_NUMBER.match(text)) and (at := _since_epoch(match)) is not None:
        return at
    is_text = isinstance(value, str) and len(text) <= LENGTH
    match = _LOOSE.match(_COMPACT_TIME.sub(_with_colons, text)) if is_text else None
    if match is not None and zone is None and match["offset"] is None:
        raise ValueError(
            f"{text!r}, which has no offset; allowed are instants with one, such as "
            "2026-11-20T09:30:00Z"
        )
    try:
        if match is not None:
            return _loose_moment(match, zone or UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{text[:64]!r}; {_ALLOWED}")


def _since_epoch(match: re.Match[str]) -> Micros | None:
    """The instant of a number since 1970; None where its length tells no unit."""
    whole, fraction = match.groups()
    if len(whole) in _NANOSECOND_DIGITS:
        return int(whole) // 1_000
    unit = _EPOCH_UNITS.get(len(whole))
    if unit is None:
        return None
    return int(whole) * unit + int((fraction or "")[:6].ljust(6, "0")) * unit // 1_000_000


def _with_colons(time: re.Match[str]) -> str:
    joint, *parts = time.groups()
    return f"{joint}{':'.join(filter(None, parts))}"


def _loose_moment(match: re.Match[str], zone: tzinfo) -> Micros:
    date = f"{match['year']}-{match['month']:0>2}-{match['day']:0>2}"
    time, second = f"{match['time'] or '00:00':0>5}", match["second"] or "00"
    offset = match["offset"]
    if offset is not None:
        digits = offset[1:].replace(":", "")
        is_utc = not digits.isdigit()
        offset = "+00:00" if is_utc else f"{offset[0]}{digits[:2]}:{digits[2:] or '00'}"
    return _moment(f"{date}T{time}", second, match["fraction"], offset, zone=zone)


def _moment(
    start: str, second: str, fraction: str | None, offset: str | None, *, zone: tzinfo = UTC
) -> Micros:
    """The instant of a date and a time to the minute, then its second; 60 is the next one's 0."""
    leap = second == "60"
    digits = (fraction or "")[:6].ljust(6, "0")
    text = f"{start}:{'59' if leap else second}.{digits}{offset or ''}"
    moment = datetime.fromisoformat(text)
    moment = moment if offset else moment.replace(tzinfo=zone)
    moment.astimezone(UTC)  # an offset must not lead out of the years 1 to 9999
    return (moment - _EPOCH) // _MICROSECOND + (1_000_000 if leap else 0)


def parse_zone(name: str) -> tzinfo:
    """The time zone of an IANA name, such as Europe/Berlin.

    Raises:
        ValueError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError(
            f"{name[:64]!r}; allowed are names of the IANA database such as Europe/Berlin, and UTC"
        ) from None


def parse_instant(value: Any) -> Micros:
    """An instant from RFC 3339; digits finer than a microsecond are cut off.

    A leap second, :60, is the next second.

    Raises:
        ValueError: the value is no such text, has no offset, or names no possible instant.
    """
    is_text = isinstance(value, str) and len(value) <= LENGTH
    match = _RFC_3339.match(value) if is_text else None
    if match is not None:
        date, time, second, fraction, offset = match.groups()
        try:
            return _moment(f"{date}T{time}", second, fraction, _offset(offset))
        except (ValueError, OverflowError):
            pass
    got = repr(value if not isinstance(value, str) else value[:64])
    raise ValueError(
        f"{got[:80]}; allowed is RFC 3339 with an offset, such as 2026-11-20T09:30:00.000000Z"
    )


def _offset(text: str) -> str:
    return "+00:00" if text in "Zz" else text
