"""Selecting: code for the fields that are selected of an object, and for their resolvers."""

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


class Selecting:
    """Writes the selections of an operation, each of them a function."""

    def __init__(
        self, script: Script, schema: GraphQLSchema, fields: Fields, arguments: Arguments
    ) -> None:
        self._script = script
        self._schema = schema
        self._fields = fields
        self._arguments = arguments
        self._completing = Completing(script, schema, self.select)
        self._written = dict[tuple[str, int], str]()
        script.names |= {"LazyInfo": LazyInfo, "CoroutineType": CoroutineType}

    def select(self, type: GraphQLObjectType, place: Place, wish: str) -> str:
        """The name of a function for what is selected of a type at a place."""
        key = (type.name, id(place.details))
        if key not in self._written:
            self._written[key] = name = self._script.new_name(f"select_{wish}")
            self._write(name, type, self._fields.within(type, place.details), wish)
        return self._written[key]

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
            with out.block("try:"):
                for details in fields.values():
                    self._member(out, type, details, wish)
            with out.block("except Exception:"):
                out.add("run.abandon([data[key] for key in waiting])")
                out.add("raise")
            out.add("return gathered(data, waiting) if waiting else data")
        self._script.add(out)

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
    ) -> None:
        """Add code that puts a field's value into `data`; without a wish, of a mutation's root."""
        name = details[0].node.name.value
        field = self._schema.get_field(type, name)
        if field is None:
            return
        place = Place.of(type, field, details)
        if name == "__typename":
            out.add(f"data[{place.key!r}] = {type.name!r}")
        else:
            self._field(out, place, f"{wish}_{place.key}" if wish else place.key, wish is None)

    def _field(self, out: Lines, place: Place, wish: str, is_serial: bool) -> None:
        resolver, call = self._resolved(place, wish)
        out.add(f"# {place.key}: {place.type}")
        at = steps = f"(steps, {place.key!r}, {place.parent.name!r})"
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
                waits = "value = await value" if is_serial else f"waiting += ({place.key!r},)"
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
        out.add(f"data[{place.key!r}] = value")

    def _resolved(self, place: Place, wish: str) -> tuple[Resolver, str]:
        """How a field is resolved, and the expression for it."""
        resolver = resolver_of(place.field)
        try:
            return resolver, self._call(place, resolver, wish)
        except Unwritten:
            resolver = Resolver(Kind.OTHER)
            return resolver, self._call(place, resolver, wish)

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

    def _call(self, place: Place, resolver: Resolver, wish: str) -> str:
        """An expression for what a field's resolver gives."""
        definition = resolver.definition
        match resolver.kind:
            case Kind.EVENT if definition is not None:
                self._arguments.expressions(place, definition)  # which may not be as they should
                return "source"
            case Kind.ATTRIBUTE if definition is not None:
                name = definition.python_name
                return f"source.{name}" if name.isidentifier() else f"getattr(source, {name!r})"
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
