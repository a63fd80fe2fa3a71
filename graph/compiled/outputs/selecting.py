"""Selecting: code for the fields that are selected of an object, and for their resolvers."""

from dataclasses import dataclass
from types import CoroutineType
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, is_composite_type, is_list_type
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from graph.compiled.fields import Fields
from graph.compiled.inputs.arguments import Arguments
from graph.compiled.inputs.conversions import Unwritten
from graph.compiled.outputs.columns import Columns
from graph.compiled.outputs.completing import Completing, CompletionContext
from graph.compiled.outputs.infos import LazyInfo
from graph.compiled.outputs.resolvers import Kind, Resolver, resolver_of
from graph.compiled.positions import ResponsePosition
from graph.compiled.script import Lines, Script

_FAILED = "except Exception as error:"


@dataclass(frozen=True, slots=True)
class Names:
    """What generated code calls an object, its fields' values, those that wait, and its path."""

    #: What the functions for the object's fields are named after.
    name_hint: str = ""
    #: Whether the fields are those of a mutation's root, which come one after another.
    is_serial: bool = False
    source: str = "source"
    data: str = "data"
    waiting: str = "waiting"
    steps: str = "steps"

    @property
    def gathered(self) -> str:
        """The expression for the values, once those that wait are there."""
        return f"gathered({self.data}, {self.waiting}) if {self.waiting} else {self.data}"

    def hint_for(self, key: str) -> str:
        """What the functions for what is within a field are named after."""
        return f"{self.name_hint}_{key}" if self.name_hint else key


class Selecting:
    """Writes the selections of an operation, each of them a function."""

    def __init__(
        self, script: Script, schema: GraphQLSchema, fields: Fields, arguments: Arguments
    ) -> None:
        self._script = script
        self._schema = schema
        self._fields = fields
        self._arguments = arguments
        self._completing = Completing(
            script,
            schema,
            columns=Columns(script, schema, self._within),
            select=self.select,
            select_leaves=self.select_leaves,
        )
        self._written = dict[tuple[str, int], str]()
        self._selected = dict[tuple[str, int], GroupedFieldSet]()
        script.names |= {"LazyInfo": LazyInfo, "CoroutineType": CoroutineType}

    def select(self, type: GraphQLObjectType, position: ResponsePosition, name_hint: str) -> str:
        """The name of a function for what is selected of a type at a position."""
        key = (type.name, id(position.details))
        if key not in self._written:
            self._written[key] = name = self._script.new_name(f"select_{name_hint}")
            self._write(name, type, self._within(type, position), name_hint)
        return self._written[key]

    def select_leaves(
        self,
        out: Lines,
        type: GraphQLObjectType,
        position: ResponsePosition,
        setting: CompletionContext,
    ) -> bool:
        """Add code that selects attributes of `value`; False if anything else is selected."""
        fields = self._within(type, position)
        if not all(self._is_leaf(type, details) for details in fields.values()):
            return False
        names = Names(
            setting.name_hint,
            source="inner",
            data="leaves",
            waiting="late",
            steps=setting.steps,
        )
        out.add(f"{names.source}, {names.data}, {names.waiting} = value, {{}}, ()")
        self._members(out, type, fields, names)
        out.add(f"value = {names.gathered}")
        return True

    def _within(self, type: GraphQLObjectType, position: ResponsePosition) -> GroupedFieldSet:
        """The fields that are selected of a type at a position, which count once."""
        key = (type.name, id(position.details))
        if key not in self._selected:
            self._selected[key] = self._fields.within(type, position.details)
        return self._selected[key]

    def _is_leaf(self, type: GraphQLObjectType, details: FieldDetailsList) -> bool:
        """Whether a field is an attribute that has nothing within it."""
        field = self._schema.get_field(type, details[0].node.name.value)
        if field is None or details[0].node.name.value == "__typename":
            return True
        is_simple = _is_simple(ResponsePosition.of(type, field, details))
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
        self, name: str, type: GraphQLObjectType, fields: GroupedFieldSet, name_hint: str
    ) -> None:
        out, names = Lines(), Names(name_hint)
        with out.block(f"def {name}(run, source, steps):"):
            out.add(f'"""{type} {{ {" ".join(fields)} }}"""')
            out.add("data, waiting = {}, ()")
            self._members(out, type, fields, names)
            out.add(f"return {names.gathered}")
        self._script.add(out)

    def _members(
        self, out: Lines, type: GraphQLObjectType, fields: GroupedFieldSet, names: Names
    ) -> None:
        """Add code for the fields of an object; at the first error, the rest is abandoned."""
        with out.block("try:"):
            for details in fields.values():
                self._member(out, type, details, names)
        with out.block("except Exception:"):
            out.add(f"run.abandon([{names.data}[key] for key in {names.waiting}])")
            out.add("raise")

    def _write_serial(self, name: str, type: GraphQLObjectType, fields: GroupedFieldSet) -> None:
        """A mutation's fields, one after another."""
        out, names = Lines(), Names(is_serial=True)
        with out.block(f"async def {name}(run, source, steps):"):
            out.add(f'"""{type} {{ {" ".join(fields)} }}, one after another"""')
            out.add("data = {}")
            for details in fields.values():
                self._member(out, type, details, names)
            out.add("return data")
        self._script.add(out)

    def _member(
        self, out: Lines, type: GraphQLObjectType, details: FieldDetailsList, names: Names
    ) -> None:
        """Add code that puts a field's value among the data."""
        name = details[0].node.name.value
        field = self._schema.get_field(type, name)
        if field is None:
            return
        position = ResponsePosition.of(type, field, details)
        if name == "__typename":
            out.add(f"{names.data}[{position.key!r}] = {type.name!r}")
        else:
            self._field(out, position, names)

    def _field(self, out: Lines, position: ResponsePosition, names: Names) -> None:
        name_hint = names.hint_for(position.key)
        resolver, call = self._resolved(position, name_hint, names.source)
        out.add(f"# {position.key}: {position.type}")
        at = steps = f"({names.steps}, {position.key!r}, {position.parent.name!r})"
        if not _is_simple(position) or resolver.kind not in (Kind.ATTRIBUTE, Kind.EVENT):
            at = "at"  # otherwise it is made only where something is wrong
            out.add(f"at = {steps}")
        with out.block("try:"):
            for check in resolver.checks:
                out.add(f"{self._script.name(f'check_{name_hint}', check)}(run.context)")
            if resolver.kind is Kind.COROUTINE and not names.is_serial:
                name = self._write_coroutine(position, call, name_hint)
                out.add(f"value = {name}(run, source, at)")
                out.add(f"{names.waiting} += ({position.key!r},)")
            else:
                is_coroutine = resolver.kind is Kind.COROUTINE
                out.add(f"value = {'await ' if is_coroutine else ''}{call}")
                waits = f"{names.waiting} += ({position.key!r},)"
                setting = CompletionContext(
                    name_hint,
                    at,
                    waits="value = await value" if names.is_serial else waits,
                    is_coroutine=names.is_serial,
                    is_awaited=is_coroutine,
                )
                self._complete(out, position, setting, resolver.kind)
        with out.block(_FAILED):
            named = self._completing.name_of(position, name_hint)
            out.add(f"value = run.failed({named}, error, {at})")
        out.add(f"{names.data}[{position.key!r}] = value")

    def _complete(
        self, out: Lines, position: ResponsePosition, setting: CompletionContext, kind: Kind
    ) -> None:
        """Add code that completes `value`, which may be a coroutine where a function is EITHER."""
        if kind is not Kind.EITHER or setting.is_coroutine:
            self._completing.write(out, position, setting)
            return
        with out.block("if type(value) is CoroutineType:"):
            name = self._write_coroutine(position, "source", setting.name_hint)
            out.add(f"value = {name}(run, value, at)")
            out.add(setting.waits)
        with out.block("else:"):
            self._completing.write(out, position, setting)

    def _resolved(
        self, position: ResponsePosition, name_hint: str, source: str
    ) -> tuple[Resolver, str]:
        """How a field is resolved, and the expression for it."""
        resolver = resolver_of(position.field)
        try:
            return resolver, self._call(position, resolver, name_hint, source)
        except Unwritten:
            resolver = Resolver(Kind.OTHER)
            return resolver, self._call(position, resolver, name_hint, source)

    def _write_coroutine(self, position: ResponsePosition, call: str, name_hint: str) -> str:
        """Add a coroutine function that resolves and completes a field."""
        name, out = self._script.new_name(f"await_{name_hint}"), Lines()
        with out.block(f"async def {name}(run, source, at):"):
            out.add(f'"""{position.parent}.{position.nodes[0].name.value}: {position.type}"""')
            with out.block("try:"):
                out.add(f"value = await {call}")
                setting = CompletionContext(
                    name_hint, "at", "value = await value", is_coroutine=True, is_awaited=True
                )
                self._completing.write(out, position, setting)
            with out.block(_FAILED):
                named = self._completing.name_of(position, name_hint)
                out.add(f"value = run.failed({named}, error, at)")
            out.add("return value")
        self._script.add(out)
        return name

    def _call(
        self, position: ResponsePosition, resolver: Resolver, name_hint: str, source: str
    ) -> str:
        """An expression for what a field's resolver gives."""
        definition = resolver.definition
        match resolver.kind:
            case Kind.EVENT if definition is not None:
                self._arguments.expressions(position, definition)  # which may not be as they should
                return "source"
            case Kind.ATTRIBUTE if definition is not None:
                name = definition.python_name
                is_plain = name.isidentifier()
                return f"{source}.{name}" if is_plain else f"getattr({source}, {name!r})"
            case Kind.FUNCTION | Kind.EITHER | Kind.COROUTINE if definition is not None:
                given = self._given(position, resolver, name_hint)
                given += self._arguments.expressions(position, definition)
                function = self._script.name(f"resolve_{name_hint}", resolver.function)
                return f"{function}({', '.join(given)})"
        return f"run.resolve({self._completing.name_of(position, name_hint)}, source, at)"

    def _given(self, position: ResponsePosition, resolver: Resolver, name_hint: str) -> list[str]:
        """What a resolver is given beside arguments, as it asks for by its parameters."""
        definition = resolver.definition
        base: Any = definition.base_resolver if definition else None
        given = ["source"] if base.self_parameter else []
        for parameter in (base.parent_parameter, base.root_parameter):
            if parameter and f"{parameter.name}=source" not in given:
                given.append(f"{parameter.name}=source")
        if base.info_parameter:
            field = self._script.name(f"field_{name_hint}", definition)
            at = self._completing.name_of(position, name_hint)
            given.append(f"{base.info_parameter.name}=LazyInfo(run, {at}, {field}, at)")
        return given


def _is_simple(position: ResponsePosition) -> bool:
    """Whether a value is a scalar or an enum, within which nothing needs a path."""
    return not is_list_type(position.nullable) and not is_composite_type(position.nullable)
