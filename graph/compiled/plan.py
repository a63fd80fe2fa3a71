"""A plan: an operation as a Python function, and the source that it was made from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation as two functions: one reads its variables, the other executes it."""

    schema: GraphQLSchema
    operation_name: str | None
    hide_suggestions: bool
    #: The generated code, for a person to read.
    source: str
    #: Reads the variables; raises Unsuited if any is wrong.
    read: Callable[[dict[str, Any]], dict[str, Any]]
    #: Executes a run over a root: the data, or an awaitable of it.
    function: Callable[..., Any]
