"""Values: how what a client gives is read where that takes more than a type check."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.values import get_variable_values

#: Stands for a variable that was not given and has no default.
ABSENT = object()


class Unsuited(Exception):
    """What was given is not what the plan reads; graphql-core shall say what is wrong with it."""


def coerced(type: GraphQLScalarType | GraphQLEnumType, value: Any) -> Any:
    """A value as its scalar or enum takes it."""
    try:
        found = type.coerce_input_value(value)
    except Exception:
        raise Unsuited from None
    if found is Undefined:
        raise Unsuited
    return found


def checked(schema: GraphQLSchema, node: VariableDefinitionNode, given: dict[str, Any]) -> None:
    """See that a variable which no plan reads is one that graphql-core will take."""
    if isinstance(get_variable_values(schema, [node], given), list):
        raise Unsuited
