"""The schema's scalars that are texts or numbers in Python."""

from typing import TYPE_CHECKING, Any, NewType, TypeAlias

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from graph.compiled.values import shows_column, shows_whole_to
from resolvers.errors import Unreadable
from resolvers.instants import format_instant, format_instants, parse_instant

if TYPE_CHECKING:  # they are what they are made of, so nothing is called to make one
    ID: TypeAlias = str
    Instant: TypeAlias = int
    Long: TypeAlias = int
else:
    from strawberry import ID

    Instant = NewType("Instant", int)
    """Microseconds since 1970 UTC; `DateTime` in the schema."""

    Long = NewType("Long", int)

_LONG_LIMIT = 2**53


def _instant(value: Any) -> Instant | Unreadable:
    if isinstance(value, Unreadable):  # in an input that is judged by itself
        return value
    try:
        return parse_instant(value)
    except ValueError as error:
        raise GraphQLError(f"DateTime cannot represent {error}") from None


@shows_whole_to(_LONG_LIMIT)
def _long(value: Any) -> Long:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LONG_LIMIT:
        return value
    raise GraphQLError(
        f"Long cannot represent {str(value)[:64]}; allowed are whole numbers to 2^53"
    )


SCALARS: dict[object, ScalarDefinition] = {
    Instant: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant in RFC 3339. Input needs an offset and is kept to the microsecond; a leap "
            "second is the next second. Output is UTC with six decimals and `Z`. In inputs of "
            "recording, one that cannot be read has that input rejected, and no other."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=shows_column(format_instants)(format_instant),
        parse_value=_instant,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number up to 2^53, sent as a JSON number: every count and total.",
        serialize=_long,
        parse_value=_long,
    ),
}

__all__ = ["ID", "JSON", "SCALARS", "Instant", "Long"]
