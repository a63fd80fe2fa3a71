"""The fields that an operation selects, as graphql-core collects them under its conditions.

A variable in @skip or @include changes the order of fields and which of them are merged. So there
is a plan for every outcome that is met, and none has conditions in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

#: Fields of an operation, its fragments expanded for every type. Each takes some 0.4 ms to
#: compile and 4 KiB to keep; what is larger would have to come very often to save that.
MOST = 200


class Unsupported(Exception):
    """The operation uses what plans do not support; graphql-core executes it."""


class Fields:
    """The fields of an operation, for one outcome of its @skip and @include."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        outcome: Mapping[str, bool],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            name: FragmentDetails(each) for name, each in fragments_of(document).items()
        }
        self._values = VariableValues({}, dict(outcome))
        self._count = 0

    def root(self, type: GraphQLObjectType) -> GroupedFieldSet:
        """The fields of the operation itself, in order, those of one name merged."""
        return self._counted(
            collect_fields(self._schema, self._fragments, self._values, type, self._operation)
        )

    def within(self, type: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """The fields that are selected of a type at a field."""
        return self._counted(
            collect_subfields(
                self._schema, self._fragments, self._values, self._operation, type, details
            )
        )

    def _counted(self, collected: CollectedFields) -> GroupedFieldSet:
        fields = collected.grouped_field_set
        self._count += len(fields)
        if self._count > MOST:
            raise Unsupported(f"it selects more than {MOST} fields, its fragments expanded")
        if any(each[0].node.name.value in ("__schema", "__type") for each in fields.values()):
            raise Unsupported("it asks for the schema")
        return fields


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document, by name."""
    found = (each for each in document.definitions if isinstance(each, FragmentDefinitionNode))
    return {each.name.value: each for each in found}


def conditions_of(document: DocumentNode, operation: OperationDefinitionNode) -> dict[str, Any]:
    """The variables that fields depend on, and their defaults.

    Raises:
        Unsupported: a directive does more than skip and include.
    """
    defaults = {each.variable.name.value: each for each in operation.variable_definitions or ()}
    found = dict[str, Any]()
    for directive in _directives([operation, *fragments_of(document).values()]):
        if directive.name.value not in ("skip", "include"):
            raise Unsupported(f"plans do not know @{directive.name.value}")
        for argument in directive.arguments or ():
            # Other operations of the document may use fragments with variables of their own.
            if isinstance(argument.value, VariableNode) and argument.value.name.value in defaults:
                name = argument.value.name.value
                default = defaults[name].default_value
                found[name] = default.value if isinstance(default, BooleanValueNode) else None
    return found


def outcome_of(conditions: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, bool] | None:
    """The conditions' values under the given variables; None if any is neither true nor false."""
    outcome = {name: given.get(name, default) for name, default in conditions.items()}
    return outcome if all(type(value) is bool for value in outcome.values()) else None


def _directives(nodes: list[Node]) -> Iterator[DirectiveNode]:
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        if isinstance(node, DirectiveNode):
            yield node
        if isinstance(node, FragmentDefinitionNode) and node.variable_definitions:
            raise Unsupported("a fragment has variables of its own")
        for key in node.keys:
            value = getattr(node, key, None)
            within = value if isinstance(value, (list, tuple)) else (value,)
            waiting.extend(each for each in within if isinstance(each, Node))
