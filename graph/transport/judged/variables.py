"""Variables of judged inputs, read again once GraphQL has refused them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_variable_values,
    type_from_ast,
)

from graph.transport.documents.selections import Fragments, nodes_of
from graph.transport.judged.declared import (
    INPUTS,
    Judged,
    JudgedArgument,
    Path,
    Problems,
    judged_arguments,
    unreadable,
)

_ERRORS = 50
_KINDS = {bool: "a boolean", dict: "an object", list: "a list", float: "a number with a fraction"}


class _Use(NamedTuple):
    """Where a variable stands in a judged argument."""

    name: str
    path: Path
    judged: Judged


def read_again(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    given: dict[str, Any],
    *,
    hide_suggestions: bool,
) -> dict[str, Any] | list[GraphQLError] | None:
    """Variables that GraphQL has refused, with `Unreadable` for what a judged field refuses itself.

    Errors where there is more that is wrong; None where no judged input is given by a variable.
    """
    uses = [
        use
        for argument in judged_arguments(schema, operation, fragments)
        for use in _uses(argument)
        if use.name in given
    ]
    uses = _judged_alone(uses, operation, fragments)
    if not uses or any(_is_long(given[use.name]) for use in uses):
        return None
    problems, read = Problems(hide_suggestions), dict(given)
    nodes = {node.variable.name.value: node for node in operation.variable_definitions or ()}
    for use in uses:
        type = type_from_ast(schema, nodes[use.name].type)
        walk = _Walk(use.judged, problems)
        # Each use tells its places; what is read is the same for all.
        read[use.name] = walk.read(given[use.name], type, use.path)
    if not problems:
        return read
    judged = {use.name for use in uses}
    others = [node for name, node in nodes.items() if name not in judged]
    found = get_variable_values(schema, others, given, max_errors=_ERRORS)
    error = problems.error([nodes[name] for name in nodes if name in judged])
    return [error, *(found if isinstance(found, list) else ())]


def _uses(argument: JudgedArgument) -> Iterator[_Use]:
    """The variables within a judged argument."""
    start: Path = () if _is_list(argument.type) else (0,)
    waiting: list[tuple[ValueNode, Path]] = [(argument.value, start)]
    while waiting:
        node, path = waiting.pop()
        match node:
            case VariableNode():
                yield _Use(node.name.value, path, argument.judged)
            case ListValueNode():
                waiting += [(each, (*path, index)) for index, each in enumerate(node.values)]
            case ObjectValueNode():
                path = path or (0,)  # one that stands for a list of one
                waiting += [(each.value, (*path, each.name.value)) for each in node.fields]


def _judged_alone(
    uses: list[_Use], operation: OperationDefinitionNode, fragments: Fragments
) -> list[_Use]:
    """The uses of variables that stand nowhere else: what is unread may reach no other field."""
    within = [operation.selection_set, *(operation.directives or ()), *fragments.values()]
    everywhere = Counter(
        node.name.value
        for each in within
        for node in nodes_of(each)
        if isinstance(node, VariableNode)
    )
    judged = Counter(use.name for use in uses)
    return [use for use in uses if judged[use.name] == everywhere[use.name]]


def _is_list(type: Any) -> bool:
    return isinstance(type.of_type if isinstance(type, GraphQLNonNull) else type, GraphQLList)


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) > INPUTS


class _Walk:
    """Reads values by their types, and notes what no judged field may get."""

    def __init__(self, judged: Judged, problems: Problems) -> None:
        self._judged = judged
        self._problems = problems

    def read(self, value: Any, type: Any, path: Path) -> Any:
        """A value in the form in which it can be read; what cannot is noted and left as it is."""
        if isinstance(type, GraphQLNonNull):
            if value is None:
                self._problems.tell_null(type, path)
            type = type.of_type
        if value is None:
            return None
        match type:
            case GraphQLList() if isinstance(value, list):
                items = enumerate(value)
                return [self.read(each, type.of_type, (*path, index)) for index, each in items]
            case GraphQLList():
                return self.read(value, type.of_type, path or (0,))
            case GraphQLInputObjectType():
                return self._object(value, type, path)
        return self._leaf(value, type, path)

    def _object(self, value: Any, type: GraphQLInputObjectType, path: Path) -> Any:
        if not isinstance(value, dict):
            self._problems.add(path, f"Expected value of type '{type}' to be an object")
            return value
        self._problems.tell_fields(value, type, path)
        return {
            name: self.read(each, type.fields[name].type, (*path, name))
            for name, each in value.items()
            if name in type.fields
        }

    def _leaf(self, value: Any, type: GraphQLScalarType | GraphQLEnumType, path: Path) -> Any:
        try:
            if isinstance(type, GraphQLEnumType):
                type.coerce_input_value(value, not self._problems.suggests(value))
            else:
                type.coerce_input_value(value)
        except GraphQLError as error:
            if isinstance(type, GraphQLScalarType) and type.name in self._judged.unread:
                kind = _KINDS.get(value.__class__, "a value of another type")
                return unreadable(type, kind, error)
            self._problems.add(path, error.message)
        return value
