"""Names that clients misspell: which of them are compared with the schema's, to suggest one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import GraphQLEnumType, GraphQLSchema

LENGTH = 255
"""Characters of a name that is compared; of millions it would take a second each time."""

FEW = 1_000
"""Names and values in variables that errors suggest names for."""


def suggest_for_short_names(schema: GraphQLSchema) -> None:
    """Have the enums of a schema compare no long texts.

    graphql-core makes suggestions wherever it reads one, also where it then throws them away.
    """
    for type in schema.type_map.values():
        if isinstance(type, GraphQLEnumType) and "coerce_input_value" not in vars(type):
            coerce = partial(_coerced, type.coerce_input_value)
            type.coerce_input_value = coerce  # type: ignore[method-assign]


def are_short(variables: dict[str, Any]) -> bool:
    """Whether variables are such as people write: few, and without a text that is not compared."""
    waiting: list[Any] = [variables]
    for _ in range(FEW):
        if not waiting:
            return True
        match waiting.pop():
            case str(text) if len(text) > LENGTH:
                return False
            case dict(fields):
                waiting += fields
                waiting += fields.values()
            case list(items):
                waiting += items
    return False


def _coerced(coerce: Callable[[str, bool], Any], value: Any, hide_suggestions: bool = False) -> Any:
    is_long = isinstance(value, str) and len(value) > LENGTH
    return coerce(value, hide_suggestions or is_long)
