"""Literals of judged inputs, read again once GraphQL has refused a document."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.utilities import validate_input_literal

from graph.compiled.fields import fragments_of
from graph.transport.documents.selections import Fragments, nodes_of, operations_of
from graph.transport.judged.declared import (
    Judged,
    JudgedArgument,
    Path,
    Problems,
    judged_arguments,
    unreadable,
)

_KINDS: dict[type[ValueNode], str] = {
    BooleanValueNode: "a boolean",
    ObjectValueNode: "an object",
    ListValueNode: "a list",
    FloatValueNode: "a number with a fraction",
}


def read_literals_again(
    schema: GraphQLSchema,
    document: DocumentNode,
    errors: Sequence[GraphQLError],
    *,
    hide_suggestions: bool,
) -> DocumentNode | list[GraphQLError] | None:
    """A document that was refused, with `Unreadable` for what a judged field refuses itself.

    Errors where there is more that is wrong with judged inputs; None where they are not the cause.
    """
    fragments = fragments_of(document)
    arguments: dict[int, JudgedArgument] = {}
    defaults: dict[int, ValueNode] = {}
    for operation in operations_of(document):
        found = list(judged_arguments(schema, operation, fragments))
        arguments |= {id(argument.value): argument for argument in found}
        defaults |= _defaults(operation, fragments, found)
    walk = _Walk(Problems(hide_suggestions), defaults)
    for argument in arguments.values():
        walk.read_argument(argument)
    if walk.problems:
        read = [*(each.value for each in arguments.values()), *defaults.values()]
        within = {id(node) for each in read for node in nodes_of(each)}
        others = [error for error in errors if error.nodes and not _all_in(error, within)]
        values = [argument.value for argument in arguments.values()]
        return [walk.problems.error(values), *others]
    return visit(document, _Replacing(walk.unread)) if walk.unread else None


def _defaults(
    operation: OperationDefinitionNode, fragments: Fragments, arguments: Sequence[JudgedArgument]
) -> dict[int, ValueNode]:
    """The defaults of variables that stand in judged arguments alone, by the nodes they stand for.

    What is unread may reach no other field.
    """
    everywhere = Counter(
        node.name.value
        for each in (operation.selection_set, *(operation.directives or ()), *fragments.values())
        for node in nodes_of(each)
        if isinstance(node, VariableNode)
    )
    uses = [
        node
        for argument in arguments
        for node in nodes_of(argument.value)
        if isinstance(node, VariableNode)
    ]
    judged = Counter(node.name.value for node in uses)
    given = {
        each.variable.name.value: each.default_value
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
    return {
        id(node): given[name]
        for node in uses
        if (name := node.name.value) in given and judged[name] == everywhere[name]
    }


def _all_in(error: GraphQLError, nodes: set[int]) -> bool:
    return all(id(node) in nodes for node in error.nodes or ())


class _Replacing(Visitor):
    """Puts other nodes in place of some."""

    def __init__(self, nodes: dict[int, ValueNode]) -> None:
        super().__init__()
        self._nodes = nodes

    def enter(self, node: Any, *_: Any) -> Any:
        return self._nodes.get(id(node))


class _Walk:
    """Reads literals by their types, and notes what no judged field may get."""

    def __init__(self, problems: Problems, defaults: Mapping[int, ValueNode]) -> None:
        self.problems = problems
        self._defaults = defaults
        self.unread = dict[int, ValueNode]()
        self._judged = Judged("")

    def read_argument(self, argument: JudgedArgument) -> None:
        """Read the value of a judged argument."""
        self._judged, type = argument.judged, argument.type
        inner = type.of_type if isinstance(type, GraphQLNonNull) else type
        self._read(argument.value, type, () if isinstance(inner, GraphQLList) else (0,))

    def _read(self, node: ValueNode, type: Any, path: Path) -> None:
        if isinstance(node, VariableNode):
            if (default := self._defaults.get(id(node))) is not None:
                self._read(default, type, path)
            return
        if isinstance(type, GraphQLNonNull):
            if isinstance(node, NullValueNode):
                self.problems.tell_null(type, path)
            type = type.of_type
        if isinstance(node, NullValueNode):
            return
        match type:
            case GraphQLList() if isinstance(node, ListValueNode):
                for index, each in enumerate(node.values):
                    self._read(each, type.of_type, (*path, index))
            case GraphQLList():
                self._read(node, type.of_type, path or (0,))
            case GraphQLInputObjectType():
                self._object(node, type, path)
            case _:
                self._leaf(node, type, path)

    def _object(self, node: ValueNode, type: GraphQLInputObjectType, path: Path) -> None:
        if not isinstance(node, ObjectValueNode):
            self.problems.add(path, f"Expected value of type '{type}' to be an object")
            return
        given = {each.name.value: each.value for each in node.fields}
        self.problems.tell_fields(given, type, path)
        for name, value in given.items():
            if name in type.fields:
                self._read(value, type.fields[name].type, (*path, name))

    def _leaf(self, node: ValueNode, type: GraphQLScalarType | GraphQLEnumType, path: Path) -> None:
        found: list[GraphQLError] = []
        hides = self.problems.hide_suggestions
        validate_input_literal(
            node, type, lambda error, _: found.append(error), hide_suggestions=hides
        )
        if not found:
            return
        if isinstance(type, GraphQLScalarType) and type.name in self._judged.unread:
            kind = _KINDS.get(node.__class__, "a value of another type")
            value = unreadable(type, kind, found[0])
            self.unread[id(node)] = StringValueNode(value=value, loc=node.loc)
        else:
            self.problems.add(path, found[0].message)
