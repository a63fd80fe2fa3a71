"""Inputs: code that reads what a client gives as the arguments that resolvers take.

graphql-core coerces a variable by the schema and strawberry then converts it by its own types,
field by field and name by name, for every use. Here both are written out as one function for each
type.
"""

from math import isfinite
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional
from strawberry.types.lazy_type import LazyType
from strawberry.types.maybe import Some

from graph.compiled.inputs.conversions import (
    Conversions,
    InputField,
    Unwritten,
    expect_class,
    expect_leaf,
    inner,
    takes_one,
)
from graph.compiled.script import Lines, Script
from graph.compiled.values import ABSENT, Unsuited, coerced

#: The test for values that a scalar does not take as they are.
_DIFFERS = {
    GraphQLString: "type(value) is not str",
    GraphQLID: "type(value) is not str",
    GraphQLBoolean: "type(value) is not bool",
    GraphQLInt: "type(value) is not int or not SMALLEST <= value <= LARGEST",
    GraphQLFloat: "type(value) is not float or not isfinite(value)",
}


class Inputs:
    """The functions of a script that read input types."""

    def __init__(self, script: Script, conversions: Conversions) -> None:
        self._script = script
        self._conversions = conversions
        self._written = dict[tuple[Any, Any], str]()
        self._open = set[Any]()
        script.names |= {"ABSENT": ABSENT, "Some": Some, "Unsuited": Unsuited}
        script.names |= {"coerced": coerced, "isfinite": isfinite}
        script.names |= {"SMALLEST": GRAPHQL_MIN_INT, "LARGEST": GRAPHQL_MAX_INT}

    def reader(self, type: Any, python: Any) -> str:
        """The name of a function that reads a value of a type.

        Raises:
            Unwritten: graphql-core and strawberry have to read it themselves.
        """
        key = (type, python)
        if key not in self._written:
            name, out = self._script.new_name(f"read_{_plain(type)}"), Lines()
            with out.block(f"def {name}(value):"):
                out.add(f'"""{type}"""')
                self._read(out, type, python)
                out.add("return value")
            self._script.add(out)
            self._written[key] = name
        return self._written[key]

    def _read(self, out: Lines, type: Any, python: Any) -> None:
        """Code that turns `value` into what is read, or raises Unsuited."""
        if isinstance(python, LazyType):
            python = python.resolve_type()
        if isinstance(python, StrawberryMaybe):
            if not isinstance(python.of_type, StrawberryOptional):
                _refuse_null(out)
            self._read(out, type, python.of_type)
            out.add("value = Some(value)")
        elif isinstance(type, GraphQLNonNull):
            _refuse_null(out)
            self._read_given(out, type.of_type, inner(python))
        else:
            with out.block("if value is not None:"):
                self._read_given(out, type, inner(python))

    def _read_given(self, out: Lines, type: Any, python: Any) -> None:
        """Code that reads what is not null."""
        match type:
            case GraphQLList():
                self._read_list(out, type, python)
            case GraphQLInputObjectType():
                out.add(f"value = {self._object_reader(type, python)}(value)")
            case GraphQLEnumType():
                expect_leaf(python)
                members = self._script.name(f"members_of_{type.name}", _members_of(type))
                known = self._script.name(f"type_{type.name}", type)
                out.add(f"found = {members}.get(value) if type(value) is str else None")
                out.add(f"value = coerced({known}, value) if found is None else found")
            case GraphQLScalarType():
                expect_leaf(python)
                known = self._script.name(f"type_{type.name}", type)
                if type in _DIFFERS:
                    with out.block(f"if {_DIFFERS[type]}:"):
                        out.add(f"value = coerced({known}, value)")
                else:
                    out.add(f"value = coerced({known}, value)")

    def _read_list(self, out: Lines, type: GraphQLList[Any], python: Any) -> None:
        if not isinstance(python, StrawberryList) or isinstance(python.of_type, StrawberryMaybe):
            raise Unwritten
        item = self.reader(type.of_type, python.of_type)
        with out.block("if type(value) is list:"):
            out.add(f"value = [{item}(each) for each in value]")
        with out.block("elif type(value) in (str, int, float, bool, dict):"):
            out.add(f"value = [{item}(value)]")
        with out.block("else:"):
            out.add("raise Unsuited")

    def _object_reader(self, type: GraphQLInputObjectType, python: Any) -> str:
        expect_class(type, python)
        key = (type, None)
        if key not in self._written:
            if type in self._open:
                raise Unwritten  # within itself: graphql-core knows how deep it may be
            self._open.add(type)
            try:
                self._written[key] = self._write_object(type)
            finally:
                self._open.discard(type)
        return self._written[key]

    def _write_object(self, type: GraphQLInputObjectType) -> str:
        origin, fields = self._conversions.fields(type)
        script, out, parts = self._script, Lines(), list[str]()
        name = script.new_name(f"read_{type.name}")
        known = script.name(f"fields_of_{type.name}", frozenset(type.fields))
        with out.block(f"def {name}(given):"):
            out.add(f'"""{type.name}"""')
            with out.block(f"if type(given) is not dict or not {known}.issuperset(given):"):
                out.add("raise Unsuited")
            if takes_one(type):
                with out.block("if len(given) != 1 or None in given.values():"):
                    out.add("raise Unsuited")
            for number, field in enumerate(fields):
                variable = f"{field.own.python_name}_{number}"
                parts.append(f"{field.own.python_name}={variable},")
                self._read_field(out, field)
                out.add(f"{variable} = value")
            out.add(f"return {script.name(origin.__name__, origin)}(")
            out.add(*(f"    {part}" for part in parts), ")")
        script.add(out)
        return name

    def _read_field(self, out: Lines, field: InputField) -> None:
        """Code that sets `value` to a field of `given`, or to its default."""
        absent, type = self._conversions.absent(field), field.field.type
        if absent is None or (absent == "None" and not isinstance(field.python, StrawberryMaybe)):
            out.add(f"value = given.get({field.name!r})")
            self._read(out, type, field.python)
        else:
            with out.block(f"if {field.name!r} in given:"):
                out.add(f"value = given[{field.name!r}]")
                self._read(out, type, field.python)
            with out.block("else:"):
                out.add(f"value = {absent}")


def _refuse_null(out: Lines) -> None:
    with out.block("if value is None:"):
        out.add("raise Unsuited")


def _members_of(type: GraphQLEnumType) -> dict[str, Any]:
    """What an enum's names stand for."""
    try:
        return {name: type.coerce_input_value(name) for name in type.values}
    except Exception:
        raise Unwritten from None


def _plain(type: Any) -> str:
    return str(type).replace("[", "list_of_").replace("]", "").replace("!", "")
