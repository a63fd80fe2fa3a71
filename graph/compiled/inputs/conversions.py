"""Conversions of coerced inputs to strawberry's classes, and which of them need strawberry.

What cannot be written out (a scalar that strawberry decodes, an input within itself, a class with
a constructor of its own) is `Unwritten`, and its field is left to both of them.
"""

import dataclasses
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
)
from strawberry.relay.types import GlobalID
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from graph.compiled.outputs.resolvers import DEFINITION
from graph.compiled.script import Script


class Unwritten(Exception):
    """No code can be written for this; graphql-core and strawberry do it."""


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of an input, as the schema and strawberry know it."""

    name: str
    field: GraphQLInputField
    own: StrawberryField
    python: Any


class Conversions:
    """Writes expressions for what strawberry takes where nothing is given."""

    def __init__(self, script: Script, converter: Any) -> None:
        self._script = script
        self._converter = converter

    def constant(self, value: Any) -> str:
        """An expression for a value that is the same for all."""
        if value is None or type(value) in (bool, int, str):
            return repr(value)
        return self._script.name("default", value)

    def default(self, value: Any, python: Any) -> str:
        """An expression for a default in the schema, made anew where it could be changed."""
        is_plain = not isinstance(python, StrawberryMaybe) and not _has_parts(inner(python))
        if is_constant(value) and (value is None or is_plain):
            return self.constant(value)
        registry, config = self._converter.scalar_registry, self._converter.config
        make = partial(convert_argument, value, python, registry, config)
        return f"{self._script.name('default', make)}()"

    def absent(self, field: InputField) -> str | None:
        """An expression for an input field that is not given; None if it must be."""
        known, own = field.field, field.own
        if known.default is not None or known.out_name is not None:
            raise Unwritten
        if known.default_value is not Undefined:
            return self.default(known.default_value, field.python)
        if isinstance(known.type, GraphQLNonNull):
            return None
        if own.default is not dataclasses.MISSING:
            return self.constant(own.default)
        if own.default_factory is not dataclasses.MISSING:
            raise Unwritten
        return "None"

    def fields(self, type: GraphQLInputObjectType) -> tuple[Any, list[InputField]]:
        """The class of an input type, and its fields."""
        definition = type.extensions.get(DEFINITION)
        if not isinstance(definition, StrawberryObjectDefinition) or not definition.is_input:
            raise Unwritten
        init = getattr(definition.origin.__init__, "__code__", None)
        if definition.from_input or init is None or init.co_filename != "<string>":
            raise Unwritten  # a constructor that dataclasses did not make
        name_of = self._converter.config.name_converter.from_field
        names = {name_of(each): each for each in definition.fields}
        if names.keys() != type.fields.keys():
            raise Unwritten
        return definition.origin, [
            InputField(name, type.fields[name], own, own.resolve_type(type_definition=definition))
            for name, own in names.items()
        ]


def expect_class(type: GraphQLInputObjectType, python: Any) -> None:
    """See that strawberry makes of an input what its type in the schema was made of."""
    definition = type.extensions.get(DEFINITION)
    if getattr(definition, "origin", None) is not python:
        raise Unwritten


def expect_leaf(python: Any) -> None:
    """See that strawberry takes a scalar or enum as graphql-core gives it."""
    if python is GlobalID or _has_parts(python):
        raise Unwritten


def takes_one(type: GraphQLInputObjectType) -> bool:
    """Whether exactly one field of an input has to be given."""
    is_one_of = bool(type.extensions[DEFINITION].is_one_of)
    if not is_one_of and (type.is_one_of or type.out_type is not GraphQLInputObjectType.out_type):
        raise Unwritten
    return is_one_of


def is_constant(value: Any) -> bool:
    """Whether a value has no parts that a resolver could change."""
    return isinstance(value, (type(None), bool, int, float, str, bytes, Enum))


def is_unchanging(type: Any, python: Any) -> bool:
    """Whether what is read of a type may be given to any number of resolvers."""
    if isinstance(python, StrawberryMaybe):
        return False
    if isinstance(type, GraphQLNonNull):
        type = type.of_type
    return isinstance(type, (GraphQLScalarType, GraphQLEnumType))


def inner(python: Any) -> Any:
    """strawberry's type without its being optional or lazy."""
    while isinstance(python, (StrawberryOptional, LazyType)):
        if isinstance(python, StrawberryMaybe):
            raise Unwritten
        python = python.resolve_type() if isinstance(python, LazyType) else python.of_type
    return python


def _has_parts(python: Any) -> bool:
    """Whether strawberry makes a value of this type of others."""
    return isinstance(python, StrawberryList) or has_object_definition(python)
