"""Values that need more than a check of their type to be read or shown."""

from collections.abc import Callable
from typing import Any, TypeVar

from graphql import (
    GraphQLEnumType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.values import get_variable_values

Serialize = TypeVar("Serialize", bound=Callable[[Any], Any])
_WHOLE_TO = "__shows_whole_numbers_to__"
_SHOWS_COLUMN = "__shows_column__"

#: Stands for a variable that was not given and has no default.
ABSENT = object()


class Unsuited(Exception):
    """A given value is wrong for the plan; graphql-core reports why."""


def coerced(type: GraphQLScalarType | GraphQLEnumType, value: Any) -> Any:
    """A value as its scalar or enum takes it."""
    try:
        found = type.coerce_input_value(value)
    except Exception:
        raise Unsuited from None
    if found is Undefined:
        raise Unsuited
    return found


def shows_whole_to(limit: int) -> Callable[[Serialize], Serialize]:
    """Mark a scalar's `serialize`: it shows every int from -limit to limit as it is.

    So plans need not call it for one.
    """

    def mark(serialize: Serialize) -> Serialize:
        setattr(serialize, _WHOLE_TO, limit)
        return serialize

    return mark


def shown_whole_to(type: GraphQLScalarType) -> int | None:
    """The limit up to which a scalar shows every int as it is; None if unknown."""
    limit: int | None = getattr(type.coerce_output_value, _WHOLE_TO, None)
    return limit


def shows_column(show: Callable[[Any], Any]) -> Callable[[Serialize], Serialize]:
    """Mark a scalar's `serialize`: this shows a whole column as it shows each value, and faster."""

    def mark(serialize: Serialize) -> Serialize:
        setattr(serialize, _SHOWS_COLUMN, show)
        return serialize

    return mark


def column_shown_by(serialize: Callable[[Any], Any]) -> Callable[[Any], Any] | None:
    """What shows a whole column as a scalar's `serialize` shows each value, if it is known."""
    return getattr(serialize, _SHOWS_COLUMN, None)


def checked(schema: GraphQLSchema, node: VariableDefinitionNode, given: dict[str, Any]) -> None:
    """See that a variable which no plan reads is one that graphql-core will take."""
    if isinstance(get_variable_values(schema, [node], given), list):
        raise Unsuited
