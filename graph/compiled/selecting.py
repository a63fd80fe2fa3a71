"""Selecting: code for the fields that are selected of an object, and for their resolvers."""

from dataclasses import dataclass
from types import CoroutineType
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, is_composite_type, is_list_type
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from graph.compiled.arguments import Arguments
from graph.compiled.completing import Completing, Setting
from graph.compiled.conversions import Unwritten
from graph.compiled.fields import Fields
from graph.compiled.infos import LazyInfo
from graph.compiled.places import Place
from graph.compiled.resolvers import Kind, Resolver, resolver_of
from graph.compiled.script import Lines, Script

_FAILED = "except Exception as error:"


@dataclass(frozen=True, slots=True)
class Names:
    """What generated code calls an object, its fields' values, those that wait, and its path."""

    source: str = "source"
    data: str = "data"
    waiting: str = "waiting"
    steps: str = "steps"

    @property
    def gathered(self) -> str:
        """The expression for the values, once those that wait are there."""
        return f"gathered({self.data}, {self.waiting}) if {self.waiting} else {self.data}"


_OWN = Names()  # of an object in a function of its own


class Selecting:
    """Writes the selections of an operation, each of them a function."""

    def __init__(
        self, script: Script, schema: GraphQLSchema, fields: Fields, arguments: Arguments
    ) -> None:
        self._script = script
        self._schema = schema
        self._fields = fields
        self._arguments = arguments
        self._completing = Completing(script, schema, self.select, self.select_leaves)
        self._written = dict[tuple[str, int], str]()
        self._selected = dict[tuple[str, int], GroupedFieldSet]()
        script.names |= {"LazyInfo": LazyInfo, "CoroutineType": CoroutineType}

    def select(self, type: GraphQLObjectType, place: Place, wish: str) -> str:
        """The name of a function for what is selected of a type at a place."""
        key = (type.name, id(place.details))
        if key not in self._written:
            self._written[key] = name = self._script.new_name(f"select_{wish}")
            self._write(name, type, self._within(type, place), wish)
        return self._written[key]

    def select_leaves(
        self, out: Lines, type: GraphQLObjectType, place: Place, setting: Setting
    ) -> bool:
        """Add code that selects of `value` what is there at once; False if not all of it is."""
        fields = self._within(type, place)
        if not all(self._is_leaf(type, details) for details in fields.values()):
            return False
        names = Names("inner", "leaves", "late", setting.steps)
        out.add(f"{names.source}, {names.data}, {names.waiting} = value, {{}}, ()")
        self._members(out, type, fields, setting.wish, names)
        out.add(f"value = {names.gathered}")
        return True

    def _within(self, type: GraphQLObjectType, place: Place) -> GroupedFieldSet:
        """The fields that are selected of a type at a place, which count once."""
        key = (type.name, id(place.details))
        if key not in self._selected:
            self._selected[key] = self._fields.within(type, place.details)
        return self._selected[key]

    def _is_leaf(self, type: GraphQLObjectType, details: FieldDetailsList) -> bool:
        """Whether a field is an attribute that has nothing within it."""
        field = self._schema.get_field(type, details[0].node.name.value)
        if field is None or details[0].node.name.value == "__typename":
            return True
        is_simple = _is_simple(Place.of(type, field, details))
        return is_simple and resolver_of(field).kind is Kind.ATTRIBUTE

    def root(self, type: GraphQLObjectType, is_serial: bool) -> str:
        """The name of the function for the operation itself."""
        name, fields = self._script.new_name("operation"), self._fields.root(type)
        if is_serial:
            self._write_serial(name, type, fields)
        else:
            self._write(name, type, fields, "")
        return name

    def _write(
        self, name: str, type: GraphQLObjectType, fields: GroupedFieldSet, wish: str
    ) -> None:
        out = Lines()
        with out.block(f"def {name}(run, source, steps):"):
            out.add(f'"""{type} {{ {" ".join(fields)} }}"""')
            out.add("data, waiting = {}, ()")
            self._members(out, type, fields, wish, _OWN)
            out.add(f"return {_OWN.gathered}")
        self._script.add(out)

    def _members(
        self,
        out: Lines,
        type: GraphQLObjectType,
        fields: GroupedFieldSet,
        wish: str,
        names: Names,
    ) -> None:
        """Add code for the fields of an object, at the first error of which nobody waits more."""
        with out.block("try:"):
            for details in fields.values():
                self._member(out, type, details, wish, names)
        with out.block("except Exception:"):
            out.add(f"run.abandon([{names.data}[key] for key in {names.waiting}])")
            out.add("raise")

    def _write_serial(self, name: str, type: GraphQLObjectType, fields: GroupedFieldSet) -> None:
        """A mutation's fields, one after another."""
        out = Lines()
        with out.block(f"async def {name}(run, source, steps):"):
            out.add(f'"""{type} {{ {" ".join(fields)} }}, one after another"""')
            out.add("data = {}")
            for details in fields.values():
                self._member(out, type, details)
            out.add("return data")
        self._script.add(out)

    def _member(
        self,
        out: Lines,
        type: GraphQLObjectType,
        details: FieldDetailsList,
        wish: str | None = None,
        names: Names = _OWN,
    ) -> None:
        """Add code that puts a field's value in place; without a wish, of a mutation's root."""
        name = details[0].node.name.value
        field = self._schema.get_field(type, name)
        if field is None:
            return
        place = Place.of(type, field, details)
        if name == "__typename":
            out.add(f"{names.data}[{place.key!r}] = {type.name!r}")
        else:
            wish_within = f"{wish}_{place.key}" if wish else place.key
            self._field(out, place, wish_within, wish is None, names)

    def _field(self, out: Lines, place: Place, wish: str, is_serial: bool, names: Names) -> None:
        resolver, call = self._resolved(place, wish, names.source)
        out.add(f"# {place.key}: {place.type}")
        at = steps = f"({names.steps}, {place.key!r}, {place.parent.name!r})"
        if not _is_simple(place) or resolver.kind not in (Kind.ATTRIBUTE, Kind.EVENT):
            at = "at"  # otherwise it is made only where something is wrong
            out.add(f"at = {steps}")
        with out.block("try:"):
            for check in resolver.checks:
                out.add(f"{self._script.name(f'check_{wish}', check)}(run.context)")
            if resolver.kind is Kind.COROUTINE and not is_serial:
                out.add(f"value = {self._write_coroutine(place, call, wish)}(run, source, at)")
                out.add(f"waiting += ({place.key!r},)")
            else:
                is_awaited = resolver.kind is Kind.COROUTINE
                waits = f"{names.waiting} += ({place.key!r},)"
                waits = "value = await value" if is_serial else waits
                out.add(f"value = {'await ' if is_awaited else ''}{call}")
                setting = Setting(wish, at, waits, is_serial, is_awaited)
                if resolver.kind is Kind.EITHER and not is_serial:
                    with out.block("if type(value) is CoroutineType:"):
                        name = self._write_coroutine(place, "source", wish)
                        out.add(f"value = {name}(run, value, at)")
                        out.add(waits)
                    with out.block("else:"):
                        self._completing.write(out, place, setting)
                else:
                    self._completing.write(out, place, setting)
        with out.block(_FAILED):
            out.add(f"value = run.failed({self._completing.place(place, wish)}, error, {at})")
        out.add(f"{names.data}[{place.key!r}] = value")

    def _resolved(self, place: Place, wish: str, source: str) -> tuple[Resolver, str]:
        """How a field is resolved, and the expression for it."""
        resolver = resolver_of(place.field)
        try:
            return resolver, self._call(place, resolver, wish, source)
        except Unwritten:
            resolver = Resolver(Kind.OTHER)
            return resolver, self._call(place, resolver, wish, source)

    def _write_coroutine(self, place: Place, call: str, wish: str) -> str:
        """Add a coroutine function that resolves and completes a field."""
        name, out = self._script.new_name(f"await_{wish}"), Lines()
        with out.block(f"async def {name}(run, source, at):"):
            out.add(f'"""{place.parent}.{place.nodes[0].name.value}: {place.type}"""')
            with out.block("try:"):
                out.add(f"value = await {call}")
                setting = Setting(wish, "at", "value = await value", True, is_awaited=True)
                self._completing.write(out, place, setting)
            with out.block(_FAILED):
                out.add(f"value = run.failed({self._completing.place(place, wish)}, error, at)")
            out.add("return value")
        self._script.add(out)
        return name

    def _call(self, place: Place, resolver: Resolver, wish: str, source: str) -> str:
        """An expression for what a field's resolver gives."""
        definition = resolver.definition
        match resolver.kind:
            case Kind.EVENT if definition is not None:
                self._arguments.expressions(place, definition)  # which may not be as they should
                return "source"
            case Kind.ATTRIBUTE if definition is not None:
                name = definition.python_name
                is_plain = name.isidentifier()
                return f"{source}.{name}" if is_plain else f"getattr({source}, {name!r})"
            case Kind.FUNCTION | Kind.EITHER | Kind.COROUTINE if definition is not None:
                given = self._given(place, resolver, wish)
                given += self._arguments.expressions(place, definition)
                function = self._script.name(f"resolve_{wish}", resolver.function)
                return f"{function}({', '.join(given)})"
        return f"run.resolve({self._completing.place(place, wish)}, source, at)"

    def _given(self, place: Place, resolver: Resolver, wish: str) -> list[str]:
        """What a resolver is given beside arguments, as it asks for by its parameters."""
        definition = resolver.definition
        base: Any = definition.base_resolver if definition else None
        given = ["source"] if base.self_parameter else []
        for parameter in (base.parent_parameter, base.root_parameter):
            if parameter and f"{parameter.name}=source" not in given:
                given.append(f"{parameter.name}=source")
        if base.info_parameter:
            field = self._script.name(f"field_{wish}", definition)
            at = self._completing.place(place, wish)
            given.append(f"{base.info_parameter.name}=LazyInfo(run, {at}, {field}, at)")
        return given


def _is_simple(place: Place) -> bool:
    """Whether a value has nothing within it that needs a path."""
    return not is_list_type(place.nullable) and not is_composite_type(place.nullable)
