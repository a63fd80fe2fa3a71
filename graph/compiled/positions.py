"""Response positions, as GraphQL's specification calls them: fields, and the items of lists."""

import dataclasses
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path

#: A path as a plan makes it, which costs a fifth of a `Path`: what lies before, a key, a type.
Steps = tuple[Any, str | int, str | None]


@dataclass(frozen=True, slots=True, eq=False)
class ResponsePosition:
    """Where in the response a value is completed: a field, or the items of a list."""

    parent: GraphQLObjectType
    field: GraphQLField
    details: FieldDetailsList
    type: GraphQLOutputType
    nodes: list[FieldNode]
    #: What resolvers found out here about what is selected, for the next time.
    remembered: dict[Any, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls, parent: GraphQLObjectType, field: GraphQLField, details: FieldDetailsList
    ) -> "ResponsePosition":
        """The position of a field; `details` are its nodes as graphql-core collected them."""
        nodes = [each.node for each in details]
        return cls(parent=parent, field=field, details=details, type=field.type, nodes=nodes)

    @property
    def key(self) -> str:
        """The name that the field has in the answer."""
        node = self.nodes[0]
        return node.alias.value if node.alias else node.name.value

    @property
    def is_required(self) -> bool:
        """Whether a null here makes its parent null."""
        return isinstance(self.type, GraphQLNonNull)

    @property
    def nullable(self) -> GraphQLOutputType:
        """The type without its `!`."""
        return self.type.of_type if isinstance(self.type, GraphQLNonNull) else self.type

    @property
    def items(self) -> "ResponsePosition":
        """The position of the items of a list."""
        list_type = self.nullable
        assert isinstance(list_type, GraphQLList)  # noqa: S101 (tells mypy)
        return replace(self, type=list_type.of_type)


def path_of(steps: Steps) -> Path:
    """The path that graphql-core would have made."""
    before, key, type = steps
    return Path(None if before is None else path_of(before), key, type)


def field_path(steps: Steps) -> Path:
    """The path of the field that an item belongs to; that of a field itself."""
    while isinstance(steps[1], int):
        steps = steps[0]
    return path_of(steps)


def keys_of(steps: Steps) -> list[str | int]:
    """The keys of a path, from the root."""
    keys, rest = list[str | int](), steps
    while rest is not None:
        keys.append(rest[1])
        rest = rest[0]
    return keys[::-1]
