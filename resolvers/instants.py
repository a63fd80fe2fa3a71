"""Instants as text: RFC 3339 in, RFC 3339 out, to the microsecond."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from models.records import MINUTE, Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HUNDRED_SECONDS: Micros = 100_000_000
_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_MICROSECOND = timedelta(microseconds=1)
_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)


def format_instant(at: Micros) -> str:
    """An instant in RFC 3339: UTC, six decimals, `Z`."""
    minute, within = divmod(at, MINUTE)
    day, minute = divmod(minute, len(_MINUTES))
    digits = str(within + _HUNDRED_SECONDS)  # so that none is missing; formats take longer
    return f"{_date(day)}{_MINUTES[minute]}{digits[1:3]}.{digits[3:]}Z"


@lru_cache(4096)
def _date(day: int) -> str:
    """The date of a day, counted from 1970."""
    return (_EPOCH + timedelta(days=day)).date().isoformat()


def format_millis(at: Micros) -> str:
    """An instant as the REST face shows it: RFC 3339, UTC, three decimals, `Z`."""
    return format_instant(at)[:-4] + "Z"


def parse_loosely(text: str) -> Micros:
    """An instant as older clients and dumps have it: also a date, also without an offset for UTC.

    The T and the Z may be in lower case.

    Raises:
        ValueError: it is none.
    """
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment.astimezone(UTC)  # an offset must not lead out of the years 1 to 9999
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        got = repr(text[:64])
    raise ValueError(f"{got}; allowed is an instant such as 2026-11-20T09:30:00Z")


def parse_instant(value: Any) -> Micros:
    """An instant from RFC 3339; digits finer than a microsecond are cut off.

    Raises:
        ValueError: the value is no such text, has no offset, or names no possible instant.
    """
    match = _RFC_3339.match(value) if isinstance(value, str) else None
    if match is not None:
        date, time, fraction, offset = match.groups()
        digits = (fraction or "")[:6].ljust(6, "0")
        zone = "+00:00" if offset in "Zz" else offset
        try:
            moment = datetime.fromisoformat(f"{date}T{time}.{digits}{zone}")
            moment.astimezone(UTC)  # an offset must not lead out of the years 1 to 9999
            return (moment - _EPOCH) // _MICROSECOND
        except (ValueError, OverflowError):
            pass
    got = repr(value if not isinstance(value, str) else value[:64])
    raise ValueError(
        f"{got[:80]}; allowed is RFC 3339 with an offset, such as 2026-11-20T09:30:00.000000Z"
    )
