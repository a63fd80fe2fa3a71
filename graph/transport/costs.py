"""What an operation could cost, told before it runs: the rows it could touch, page within page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_introspection_type,
    is_leaf_type,
    value_from_ast_untyped,
)

from graph.compiled.fields import fragments_of
from graph.transport.selections import Fragments, fields_of

HISTORIES = 100  # that a filter may name at most
_LISTS = {"fields": 10, "args": 2, "inputFields": 10, "enumValues": 10, "possibleTypes": 5}


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows a field of the schema touches for each object it is selected on."""

    #: Where no argument says.
    default: int = 1
    #: Arguments that say: a number of rows, or a list of which each item is one.
    by: tuple[str, ...] = ()
    #: Beyond which the resolver refuses.
    most: int = 1
    #: Rows for each of them, beside what its selection touches.
    each: int = 1
    #: Rows that a `totalCount` in its selection counts one by one, of however many histories.
    counted: int = 0
    #: Keys of its `filter` under which `totalCount` is read off totals instead.
    totalled: frozenset[str] = frozenset()
    #: Keys of its `filter` of which the first that is given makes it one history for each item.
    merged: tuple[str, ...] = ()

    @property
    def metadata(self) -> dict[str, "Rows"]:
        """What to declare a strawberry field with."""
        return {"rows": self}


class Costs:
    """The costs of one operation of a valid document."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments_of(document)
        self._defaults = {
            each.variable.name.value: value_from_ast_untyped(each.default_value)
            for each in operation.variable_definitions or ()
            if each.default_value is not None
        }
        #: The most rows that it can touch, whatever the variables.
        self.most = self._rows(None)

    def rows(self, variables: dict[str, Any]) -> int:
        """The rows that it could touch with variables as the client sent them."""
        return self._rows(self._defaults | variables)

    def _rows(self, variables: Mapping[str, Any] | None) -> int:
        reckoning = _Reckoning(self._schema, self._fragments, variables)
        root = self._schema.get_root_type(self._operation.operation)
        return reckoning.selections(self._operation.selection_set, root)


class _Reckoning:
    """The rows of selections under one set of variables; those of a fragment are found once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Fragments,
        variables: Mapping[str, Any] | None,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._found = dict[str, int]()

    def selections(self, within: SelectionSetNode | None, type: GraphQLNamedType | None) -> int:
        """The rows touched for each object that the selections are made on."""
        if within is None or type is None:
            return 0
        rows = 0
        for selection in within.selections:
            if isinstance(selection, FieldNode):
                rows += self._field(selection, type)
            elif isinstance(selection, FragmentSpreadNode):
                rows += self._fragment(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                named = selection.type_condition
                narrowed = self._schema.get_type(named.name.value) if named else type
                rows += self.selections(selection.selection_set, narrowed)
        return rows

    def _fragment(self, name: str) -> int:
        if name not in self._found:
            fragment = self._fragments[name]
            type = self._schema.get_type(fragment.type_condition.name.value)
            self._found[name] = self.selections(fragment.selection_set, type)
        return self._found[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> int:
        field = self._schema.get_field(parent, node.name.value)  # type: ignore[arg-type]
        if field is None:
            return 0
        type = get_named_type(field.type)
        within = self.selections(node.selection_set, type)
        if is_introspection_type(type) and not is_leaf_type(type):
            return self._listed(node.name.value) * (1 + within)
        declared = declared_rows(field)
        if declared is None:
            return within
        count, (histories, told) = self._count(node, declared), self._merged(node, declared)
        counted = 0 if told or not self._counts(node) else declared.counted
        return count * (histories * declared.each + within) + counted

    def _listed(self, name: str) -> int:
        return len(self._schema.type_map) if name == "types" else _LISTS.get(name, 1)

    def _count(self, node: FieldNode, declared: Rows) -> int:
        given = [self._argument(node, name) for name in declared.by]
        sizes = [_size(each, declared.most) for each in given if each is not None]
        return max(sizes, default=declared.default)

    def _merged(self, node: FieldNode, declared: Rows) -> tuple[int, bool]:
        """How many histories a field merges, and whether totals tell how much they hold."""
        chosen = self._argument(node, "filter") if declared.counted else None
        if chosen is None:
            return 1, not declared.merged
        if not isinstance(chosen, Mapping):
            return HISTORIES if declared.merged else 1, False
        given = {key: value for key, value in chosen.items() if value is not None}
        merging = next((key for key in declared.merged if key in given), None)
        told = declared.totalled.issuperset(given.keys() - {merging})
        if merging is None:
            return 1, told and not declared.merged
        return _size(given[merging], HISTORIES), told

    def _counts(self, node: FieldNode) -> bool:
        """Whether `totalCount` is selected in a field."""
        fields = fields_of(node.selection_set, self._fragments) if node.selection_set else ()
        return any(each.name.value == "totalCount" for each in fields)

    def _argument(self, node: FieldNode, name: str) -> Any:
        """An argument's value; None if it is not given, Undefined if it is not known yet."""
        for argument in node.arguments or ():
            if argument.name.value == name:
                return self._value(argument.value)
        return None

    def _value(self, node: ValueNode) -> Any:
        match node:
            case VariableNode():
                if self._variables is None:
                    return Undefined
                return self._variables.get(node.name.value)
            case NullValueNode():
                return None
            case IntValueNode():
                return int(node.value[:10])
            case ListValueNode():
                return node.values
            case ObjectValueNode():
                return {each.name.value: self._value(each.value) for each in node.fields}
        return node


def declared_rows(field: GraphQLField) -> Rows | None:
    """The rows that a field was declared with."""
    rows = metadata_of(field).get("rows")
    return rows if isinstance(rows, Rows) else None


def metadata_of(field: GraphQLField) -> Mapping[Any, Any]:
    """What a strawberry field was declared with; nothing for another."""
    definition = field.extensions.get("strawberry-definition")
    found: Mapping[Any, Any] = getattr(definition, "metadata", {})
    return found


def _size(value: Any, most: int) -> int:
    if value is Undefined:
        return most
    if isinstance(value, (list, tuple)):
        return min(len(value), most)
    # As GraphQL does, take 100.0 for 100; what is no number at all will be refused.
    return int(min(max(value, 1), most)) if isinstance(value, (int, float)) else 1
