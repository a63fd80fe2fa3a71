"""Columns: lists of objects of which only what they hold is selected, completed all at once.

Most lists are as they should be. So the values of each field are taken from all items and tested
together, in a few calls that are no Python. Where anything is not as usual, nothing of it is used,
and the list is completed item by item. What is read twice then is an attribute that the class only
stores, or a resolver that is marked as pure.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from types import MemberDescriptorType, NoneType
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
)
from graphql.execution.collect_fields import GroupedFieldSet
from strawberry.types.field import StrawberryField

from graph.compiled.outputs.leaves import PLAIN, as_it_is, shown_members
from graph.compiled.outputs.resolvers import CAST, Kind, known_class, resolver_of
from graph.compiled.positions import ResponsePosition
from graph.compiled.purity import is_pure
from graph.compiled.script import Lines, Script

#: Items of a list that is tried: fewer are completed as fast one by one, and more take too long
#: for one slice of the event loop.
LEAST, MOST = 4, 500

#: Classes of what a scalar cannot show a value as.
NOTHING = frozenset({NoneType, type(Undefined)})
_NAME = attrgetter("_name_")


class Unusual(Exception):
    """The selection takes more than attributes that are known."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Writes the functions; `within` gives the fields that are selected of a type at a position."""

    script: Script
    schema: GraphQLSchema
    within: Callable[[GraphQLObjectType, ResponsePosition], GroupedFieldSet]

    def __post_init__(self) -> None:
        self.script.names |= {"NoneType": NoneType, "NOTHING": NOTHING, "PLAIN": PLAIN}

    def write(self, items: ResponsePosition, name_hint: str) -> str | None:
        """The name of a function that completes a list, or gives None where it cannot.

        None if no such function can be written.
        """
        type = items.nullable
        if not isinstance(type, GraphQLObjectType):
            return None
        table = _Table(self)
        try:
            shown = table.objects(type, items, "values", name_hint)
        except Unusual:
            return None
        name, out = self.script.new_name(name_hint), Lines()
        with out.block(f"def {name}(values):"):
            out.add(f'"""[{items.type}], column by column; None where anything is not as usual"""')
            with out.block("try:"):
                out.add(*table.lines)
                out.add(f"return [{shown} for {table.row}]")
            with out.block("except Exception:"):
                out.add("return None")
        self.script.add(out)
        return name


class _Table:
    """The columns of one list: code that takes and tests them, and what they are called."""

    def __init__(self, writer: Columns) -> None:
        self.lines = list[str]()
        self._script = writer.script
        self._schema = writer.schema
        self._within = writer.within
        self._columns = list[str]()

    @property
    def row(self) -> str:
        """How the comprehension takes the cells of a row."""
        if not self._columns:
            return "value in values"
        cells = [f"cell_{each}" for each in range(len(self._columns))]
        if len(cells) == 1:
            return f"{cells[0]} in {self._columns[0]}"
        return f"{', '.join(cells)} in zip({', '.join(self._columns)})"

    def objects(
        self, type: GraphQLObjectType, position: ResponsePosition, values: str, name_hint: str
    ) -> str:
        """Take what is selected of a column of objects; the expression for one of them.

        Raises:
            Unusual: something else than known attributes is selected.
        """
        known = known_class(type)
        if known is None:
            raise Unusual
        self._unless(f"{{*map(type, {values})}} == {{{self._script.name(known.__name__, known)}}}")
        if type.is_type_of:
            other = f"getattr(value, {CAST!r}, None)"
            self._unless(f"not [1 for value in {values} if {other} is not None]")
        members = list[str]()
        for details in self._within(type, position).values():
            name = details[0].node.name.value
            field = self._schema.get_field(type, name)
            if field is None:
                continue
            at = ResponsePosition.of(type, field, details)
            if name == "__typename":
                members.append(f"{at.key!r}: {type.name!r}")
                continue
            column = self._taken(known, at, values, f"{name_hint}_{at.key}")
            members.append(f"{at.key!r}: {self._shown(at, column, name_hint)}")
        return f"{{{', '.join(members)}}}"

    def _taken(self, known: type, at: ResponsePosition, values: str, name_hint: str) -> str:
        """Take a field's column; its name."""
        resolver = resolver_of(at.field)
        definition = resolver.definition
        if resolver.checks or definition is None:
            raise Unusual
        get: Any
        if resolver.kind is Kind.ATTRIBUTE and _is_stored(known, definition.python_name):
            get = attrgetter(definition.python_name)
        elif resolver.kind is Kind.FUNCTION and _only_computes(definition):
            get = resolver.function
        else:
            raise Unusual
        column = self._script.new_name(name_hint)
        self.lines.append(f"{column} = [*map({self._script.name(f'get_{at.key}', get)}, {values})]")
        return column

    def _shown(self, at: ResponsePosition, column: str, name_hint: str) -> str:
        """Test a column; the expression for what is shown of one of its values."""
        match at.nullable:
            case GraphQLObjectType() as type:
                return self.objects(type, at, column, f"{name_hint}_{at.key}")
            case GraphQLEnumType() as type:
                self._enum(type, column)
            case GraphQLScalarType() as type:
                self._scalar(type, column, is_required=at.is_required)
            case _:
                raise Unusual
        self._columns.append(column)
        return f"cell_{len(self._columns) - 1}"

    def _enum(self, type: GraphQLEnumType, column: str) -> None:
        known = shown_members(type)
        if known is None:
            raise Unusual
        member_class, shown = known
        member = self._script.name(type.name, member_class)
        self._unless(f"{{*map(type, {column})}} == {{{member}}}")
        get_name = self._script.name("get_name", _NAME)
        names = self._script.name(f"names_of_{type.name}", shown)
        self.lines.append(f"{column} = [*map({names}.__getitem__, map({get_name}, {column}))]")

    def _scalar(self, type: GraphQLScalarType, column: str, *, is_required: bool) -> None:
        usual = as_it_is(type)
        if usual is not None:
            is_usual = f"types == {{{usual.of}}}"
            if usual.column:
                is_usual = f"{is_usual} and {usual.column.format(column=column)}"
            elif not is_required:
                is_usual = f"types <= {{{usual.of}, NoneType}}"
            self.lines.append(f"types = {{*map(type, {column})}}")
            self._unless(is_usual)
            return
        self._unless(f"PLAIN.issuperset(map(type, {column}))")
        serialize = self._script.name(f"serialize_{type.name}", type.coerce_output_value)
        self.lines.append(f"{column} = [*map({serialize}, {column})]")
        self._unless(f"NOTHING.isdisjoint(map(type, {column}))")

    def _unless(self, is_usual: str) -> None:
        """Give up unless something holds."""
        self.lines += [f"if not ({is_usual}):", "    return None"]


def _only_computes(definition: StrawberryField) -> bool:
    """Whether a resolver takes its object alone, and is known to do nothing else."""
    base = definition.base_resolver
    if base is None or not base.self_parameter or definition.arguments or base.info_parameter:
        return False
    return is_pure(cast("Callable[..., Any]", base.wrapped_func))


def _is_stored(known: type, name: str) -> bool:
    """Whether an attribute of a class's instances is only stored: reading it does nothing."""
    found = inspect.getattr_static(known, name, None)
    return isinstance(found, MemberDescriptorType) or not hasattr(type(found), "__get__")
