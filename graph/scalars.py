"""The schema's own scalars: instants, long whole numbers and JSON."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from models.records import Micros

Instant = NewType("Instant", int)
"""Microseconds since 1970 UTC; `DateTime` in the schema."""

Long = NewType("Long", int)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)
_LONG_LIMIT = 2**53


def format_instant(at: Micros) -> str:
    """An instant in RFC 3339: UTC, six decimals, `Z`."""
    moment = _EPOCH + timedelta(microseconds=at)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}Z".rjust(27, "0")


def parse_instant(value: Any) -> Instant:
    """An instant from RFC 3339, to the microsecond; finer digits are cut off.

    Raises:
        GraphQLError: the value is no such text, has no offset, or names no possible instant.
    """
    match = _RFC_3339.match(value) if isinstance(value, str) else None
    if match is not None:
        date, time, fraction, offset = match.groups()
        digits = (fraction or "")[:6].ljust(6, "0")
        zone = "+00:00" if offset in "Zz" else offset
        try:
            moment = datetime.fromisoformat(f"{date}T{time}.{digits}{zone}")
            return Instant((moment - _EPOCH) // _MICROSECOND)
        except (ValueError, OverflowError):
            pass
    got = repr(value if not isinstance(value, str) else value[:64])
    raise GraphQLError(
        f"DateTime cannot represent {got[:80]}; "
        "allowed is RFC 3339 with an offset, such as 2026-11-20T09:30:00.000000Z"
    )


def _long(value: Any) -> Long:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LONG_LIMIT:
        return Long(value)
    raise GraphQLError(
        f"Long cannot represent {str(value)[:64]}; allowed are whole numbers to 2^53"
    )


SCALARS: dict[object, ScalarDefinition] = {
    Instant: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant in RFC 3339. Input needs an offset and is kept to the microsecond; "
            "output is UTC with six decimals and `Z`."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=format_instant,
        parse_value=parse_instant,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number up to 2^53, sent as a JSON number: every count and total.",
        serialize=_long,
        parse_value=_long,
    ),
}

__all__ = ["JSON", "SCALARS", "Instant", "Long", "format_instant", "parse_instant"]
