"""What an operation could cost, known before it runs: the rows it could touch, page by page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    EnumValueNode,
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
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_introspection_type,
    is_leaf_type,
    value_from_ast_untyped,
)

from graph.compiled.fields import fragments_of
from graph.transport.documents.selections import Fragments, fields_of

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
    #: Rows that it touches beside, whatever its arguments say.
    fixed: int = 0
    #: Rows that a `totalCount` in its selection counts one by one, of however many histories.
    counted: int = 0
    #: Keys of its `filter` that each merge one history for each item.
    merged: frozenset[str] = frozenset()
    #: How many of them there must be for `totalCount` to be read off totals instead.
    subjects: int = 0
    #: Keys of its `filter` beside them under which it is.
    totalled: frozenset[str] = frozenset()
    #: Rows that each history passes over for those that its `filter` takes, at least.
    passed_over: int = 0
    #: Keys of its `filter` beside `merged` by which none is passed over.
    indexed: frozenset[str] = frozenset()
    #: Rows that are looked at for those that its `filter` takes, if one is given.
    looked_at: int = 0
    #: How many rows, by its own arguments and those of the field that it is selected on: each as
    #: it was sent, or Undefined where it is not known yet.
    sized: Callable[[Mapping[str, Any], Mapping[str, Any]], int] | None = None

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
        return reckoning.selections(self._operation.selection_set, root, None)


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
        self._found = dict[tuple[str, int], int]()
        self._sizing = dict[str, bool]()

    def selections(
        self,
        within: SelectionSetNode | None,
        type: GraphQLNamedType | None,
        of: FieldNode | None,
    ) -> int:
        """The rows touched for each object that the selections are made on.

        `of` is the field that gives it, where its arguments matter within.
        """
        if within is None or type is None:
            return 0
        rows = 0
        for selection in within.selections:
            if isinstance(selection, FieldNode):
                rows += self._field(selection, type, of)
            elif isinstance(selection, FragmentSpreadNode):
                rows += self._fragment(selection.name.value, of)
            elif isinstance(selection, InlineFragmentNode):
                named = selection.type_condition
                narrowed = self._schema.get_type(named.name.value) if named else type
                rows += self.selections(selection.selection_set, narrowed, of)
        return rows

    def _fragment(self, name: str, of: FieldNode | None) -> int:
        key = name, id(of)
        if key not in self._found:
            fragment = self._fragments[name]
            type = self._schema.get_type(fragment.type_condition.name.value)
            self._found[key] = self.selections(fragment.selection_set, type, of)
        return self._found[key]

    def _field(self, node: FieldNode, parent: GraphQLNamedType, of: FieldNode | None) -> int:
        field = self._schema.get_field(parent, node.name.value)  # type: ignore[arg-type]
        if field is None:
            return 0
        type = get_named_type(field.type)
        within = self.selections(node.selection_set, type, node if self._sizes(type) else None)
        if is_introspection_type(type) and not is_leaf_type(type):
            return self._listed(node.name.value) * (1 + within)
        declared = declared_rows(field)
        if declared is None:
            return within
        count, filtered = self._count(node, declared, of), self._filtered(node, declared)
        counted = 0 if filtered.is_totalled or not self._counts(node) else declared.counted
        passed_over = declared.passed_over * filtered.histories if filtered.passes_over else 0
        each = filtered.histories * declared.each + within
        has_filter = self._argument(node, "filter") is not None
        looked_at = declared.looked_at if has_filter else 0
        return declared.fixed + count * each + counted + passed_over + looked_at

    def _listed(self, name: str) -> int:
        return len(self._schema.type_map) if name == "types" else _LISTS.get(name, 1)

    def _sizes(self, type: GraphQLNamedType) -> bool:
        """Whether fields of a type are sized by arguments of the field that gives it."""
        if type.name not in self._sizing:
            found = map(declared_rows, getattr(type, "fields", {}).values())
            self._sizing[type.name] = any(rows and rows.sized for rows in found)
        return self._sizing[type.name]

    def _count(self, node: FieldNode, declared: Rows, of: FieldNode | None) -> int:
        if declared.sized:
            return declared.sized(self._arguments(node), self._arguments(of))
        given = [self._argument(node, name) for name in declared.by]
        sizes = [_size(each, declared.most) for each in given if each is not None]
        return max(sizes, default=declared.default)

    def _filtered(self, node: FieldNode, declared: Rows) -> "_Filtered":
        chosen = self._argument(node, "filter") if declared.counted else None
        if chosen is None:
            return _Filtered(is_totalled=not declared.subjects)
        if not isinstance(chosen, Mapping):
            return _Filtered(HISTORIES if declared.merged else 1, passes_over=True)
        given = {key for key, value in chosen.items() if value is not None}
        merging = given & declared.merged
        others = given - merging
        return _Filtered(
            max((_size(chosen[key], HISTORIES) for key in merging), default=1),
            is_totalled=len(merging) == declared.subjects and others <= declared.totalled,
            passes_over=len(merging) > 1 or not others <= declared.indexed,
        )

    def _counts(self, node: FieldNode) -> bool:
        """Whether `totalCount` is selected in a field."""
        fields = fields_of(node.selection_set, self._fragments) if node.selection_set else ()
        return any(each.name.value == "totalCount" for each in fields)

    def _arguments(self, node: FieldNode | None) -> dict[str, Any]:
        given = node.arguments or () if node else ()
        return {each.name.value: self._value(each.value) for each in given}

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
            case StringValueNode() | EnumValueNode():
                return node.value
            case ListValueNode():
                return node.values
            case ObjectValueNode():
                return {each.name.value: self._value(each.value) for each in node.fields}
        return node


class _Filtered(NamedTuple):
    """What a `filter` makes of a field: how many histories it merges, whether totals hold its
    `totalCount`, and whether the histories have rows that it may pass over."""

    histories: int = 1
    is_totalled: bool = False
    passes_over: bool = False


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
