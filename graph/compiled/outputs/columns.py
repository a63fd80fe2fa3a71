"""Columns: lists of objects of which only what they hold is selected, completed all at once.

Most lists are as they should be. So the values of each field are taken from all items and tested
together, in a few calls that are no Python. Where anything is not as usual, nothing of it is used,
and the list is completed item by item. What is read twice then is an attribute that the class only
stores, or a resolver that is marked as pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import NoneType
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
)
from graphql.execution.collect_fields import GroupedFieldSet

from graph.compiled.outputs.columnar import Coded, Column, columnar_of
from graph.compiled.outputs.leaves import PLAIN, as_it_is, shown_members
from graph.compiled.outputs.resolvers import CAST, Kind, known_class, resolver_of
from graph.compiled.positions import ResponsePosition
from graph.compiled.purity import is_stored, only_computes
from graph.compiled.script import Lines, Script
from graph.compiled.values import column_shown_by

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
        return self._written(_Table(self), items, "values", name_hint)

    def write_columnar(
        self, items: ResponsePosition, name_hint: str
    ) -> tuple[str | None, str | None]:
        """The names of a columnar list's class and of a function that completes one, as `write`.

        No class if the items have no such list; no function if not only columns of it are selected.
        """
        type = items.nullable
        known = known_class(type) if isinstance(type, GraphQLObjectType) else None
        list_class = None if known is None else columnar_of(known)
        if list_class is None:
            return None, None
        table = _ColumnarTable(self, list_class.columns)
        class_name = self.script.name(list_class.__name__, list_class)
        return class_name, self._written(table, items, "", name_hint)

    def _written(
        self, table: "_Table", items: ResponsePosition, values: str, name_hint: str
    ) -> str | None:
        type = items.nullable
        if not isinstance(type, GraphQLObjectType):
            return None
        try:
            shown = table.objects(type, items, values, name_hint)
            row = table.row
        except Unusual:
            return None
        name, out = self.script.new_name(name_hint), Lines()
        with out.block(f"def {name}(run, values):"):
            out.add(f'"""[{items.type}], column by column; None where anything is not as usual"""')
            with out.block("try:"):
                out.add(*table.lines)
                out.add(f"return [{shown} for {row}]")
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
        self._test(type, known, values)
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

    def _test(self, type: GraphQLObjectType, known: type, values: str) -> None:
        """Test a column of objects."""
        self._unless(f"{{*map(type, {values})}} == {{{self._script.name(known.__name__, known)}}}")
        if type.is_type_of:
            other = f"getattr(value, {CAST!r}, None)"
            self._unless(f"not [1 for value in {values} if {other} is not None]")

    def _taken(self, known: type, at: ResponsePosition, values: str, name_hint: str) -> str:
        """Take a field's column; its name."""
        resolver = resolver_of(at.field)
        definition = resolver.definition
        if resolver.checks or definition is None:
            raise Unusual
        get: Any
        if resolver.kind is Kind.ATTRIBUTE and is_stored(known, definition.python_name):
            get = attrgetter(definition.python_name)
        elif resolver.kind is Kind.FUNCTION and only_computes(definition):
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
        """Test a column of a scalar's values, and show them; nulls, where allowed, stay so."""
        self.lines.append(f"types = {{*map(type, {column})}}")
        given = column
        if not is_required:
            given, present = "rest", f"[value for value in {column} if value is not None]"
            self.lines.append(f"rest = {present} if NoneType in types else {column}")
        usual = as_it_is(type)
        if usual is not None:
            is_usual = f"types == {{{usual.of}}}"
            if not is_required:
                is_usual = f"types <= {{{usual.of}, NoneType}}"
            if usual.column:
                is_usual += f" and (not {given} or {usual.column.format(column=given)})"
            self._unless(is_usual)
            return
        self._unless(f"PLAIN.issuperset(map(type, {given}))")
        show = column_shown_by(type.coerce_output_value)
        if show is None:
            serialize = self._script.name(f"serialize_{type.name}", type.coerce_output_value)
            self.lines.append(f"{given} = [*map({serialize}, {given})]")
        else:
            name = self._script.name(f"show_{type.name}_column", show)
            self.lines.append(f"{given} = {name}({given})")
        self._unless(f"NOTHING.isdisjoint(map(type, {given}))")
        if not is_required:
            filled = self._script.name("filled", _filled)
            self.lines.append(f"{column} = {filled}({column}, rest) if NoneType in types else rest")

    def _unless(self, is_usual: str) -> None:
        """Give up unless something holds."""
        self.lines += [f"if not ({is_usual}):", "    return None"]


class _ColumnarTable(_Table):
    """The columns of a columnar list; a column of objects is called by the way to them."""

    def __init__(self, writer: Columns, declared: Mapping[str, Column]) -> None:
        super().__init__(writer)
        self._declared = declared
        self.lines.append("values = values.source")

    @property
    def row(self) -> str:
        """How the comprehension takes the cells of a row.

        Raises:
            Unusual: no column is taken, so nothing tells how many rows there are.
        """
        if not self._columns:
            raise Unusual
        return super().row

    def _test(self, type: GraphQLObjectType, known: type, values: str) -> None:
        if not any(name.startswith(values) for name in self._declared):
            raise Unusual

    def _taken(self, known: type, at: ResponsePosition, values: str, name_hint: str) -> str:
        resolver = resolver_of(at.field)
        definition = resolver.definition
        if resolver.kind is Kind.OTHER or definition is None or definition.arguments:
            raise Unusual
        for check in resolver.checks:
            self.lines.append(f"{self._script.name(f'check_{name_hint}', check)}(run.context)")
        name = f"{values}{definition.python_name}"
        if isinstance(at.nullable, GraphQLObjectType):
            return f"{name}."
        column = self._script.new_name(name_hint)
        match self._declared.get(name):
            case Coded(read, meant):
                names = self._script.name(f"values_{name_hint}", self._meant(at, meant))
                read_name = self._script.name(f"get_{at.key}", read)
                self.lines.append(f"{column} = [*map({names}.__getitem__, {read_name}(values))]")
            case read if read is not None and not isinstance(at.nullable, GraphQLEnumType):
                read_name = self._script.name(f"get_{at.key}", read)
                self.lines.append(f"{column} = {read_name}(values)")
            case _:
                raise Unusual
        return column

    def _meant(self, at: ResponsePosition, values: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """What codes stand for; where that is an enum's member, as it is shown."""
        if not isinstance(at.nullable, GraphQLEnumType):
            return values
        known = shown_members(at.nullable)
        if known is None:
            raise Unusual
        member_class, shown = known
        return {
            code: shown[member._name_]
            for code, member in values.items()
            if type(member) is member_class and member._name_ in shown
        }

    def _enum(self, type: GraphQLEnumType, column: str) -> None:
        """Nothing to do: codes were turned into what is shown of what they stand for."""


def _filled(column: Sequence[Any], shown: Sequence[Any]) -> list[Any]:
    """A column with what is shown in place of what is not null."""
    rest = iter(shown)
    return [None if value is None else next(rest) for value in column]
