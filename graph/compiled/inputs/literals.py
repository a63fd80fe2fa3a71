"""Literals: expressions for values that a document holds, with variables within them as well."""

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.utilities import coerce_input_literal
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional
from strawberry.types.lazy_type import LazyType

from graph.compiled.inputs.conversions import (
    Conversions,
    Unwritten,
    expect_class,
    expect_leaf,
    inner,
    is_constant,
    takes_one,
)
from graph.compiled.script import Script

#: An expression for a variable: its name, where it is used, and the expression if it is absent.
Use = Callable[[str, Any, Any, str | None], str]


def no_variables(name: str, type: Any, python: Any, absent: str | None) -> str:
    """What the default of a variable may use."""
    raise Unwritten


class Literals:
    """Writes expressions for literals; what they make is new each time, if it has parts."""

    def __init__(self, script: Script, conversions: Conversions) -> None:
        self._script = script
        self._conversions = conversions

    def expression(self, node: ValueNode, type: Any, python: Any, use: Use) -> str:
        """An expression for a literal where a value of a type is expected.

        Raises:
            Unwritten: graphql-core and strawberry have to make it themselves.
        """
        if isinstance(node, VariableNode):
            return use(node.name.value, type, python, None)
        if isinstance(python, LazyType):
            python = python.resolve_type()
        if isinstance(python, StrawberryMaybe):
            if isinstance(node, NullValueNode) and not isinstance(
                python.of_type, StrawberryOptional
            ):
                raise Unwritten
            return f"Some({self.expression(node, type, python.of_type, use)})"
        if isinstance(node, NullValueNode):
            if isinstance(type, GraphQLNonNull):
                raise Unwritten
            return "None"
        type = type.of_type if isinstance(type, GraphQLNonNull) else type
        return self._given(node, type, inner(python), use)

    def _given(self, node: ValueNode, type: Any, python: Any, use: Use) -> str:
        match type:
            case GraphQLList():
                return self._list(node, type, python, use)
            case GraphQLInputObjectType():
                return self._object(node, type, python, use)
        return self._leaf(node, type, python)

    def _leaf(self, node: ValueNode, type: Any, python: Any) -> str:
        expect_leaf(python)
        if _holds_variables(node):
            raise Unwritten  # as a JSON literal may
        value = coerce_input_literal(node, type)
        if value is Undefined:
            raise Unwritten
        if is_constant(value):
            return self._conversions.constant(value)
        return f"{self._script.name('literal', partial(coerce_input_literal, node, type))}()"

    def _list(self, node: ValueNode, type: Any, python: Any, use: Use) -> str:
        if not isinstance(python, StrawberryList) or isinstance(python.of_type, StrawberryMaybe):
            raise Unwritten
        nodes = node.values if isinstance(node, ListValueNode) else [node]
        items = [self._item(each, type.of_type, python.of_type, use) for each in nodes]
        return f"[{', '.join(items)}]"

    def _item(self, node: ValueNode, type: Any, python: Any, use: Use) -> str:
        if isinstance(node, VariableNode):
            absent = None if isinstance(type, GraphQLNonNull) else "None"
            return use(node.name.value, type, python, absent)
        return self.expression(node, type, python, use)

    def _object(self, node: ValueNode, type: GraphQLInputObjectType, python: Any, use: Use) -> str:
        expect_class(type, python)
        if not isinstance(node, ObjectValueNode):
            raise Unwritten
        given = {each.name.value: each.value for each in node.fields}
        if not given.keys() <= type.fields.keys():
            raise Unwritten
        if takes_one(type):
            values = list(given.values())
            if len(values) != 1 or isinstance(values[0], (NullValueNode, VariableNode)):
                raise Unwritten
        origin, fields = self._conversions.fields(type)
        parts = []
        for field in fields:
            absent, value = self._conversions.absent(field), given.get(field.name)
            if isinstance(value, VariableNode):
                found: str | None = use(value.name.value, field.field.type, field.python, absent)
            elif value is not None:
                found = self.expression(value, field.field.type, field.python, use)
            else:
                found = absent
            if found is None:
                raise Unwritten
            parts.append(f"{field.own.python_name}={found}")
        return f"{self._script.name(origin.__name__, origin)}({', '.join(parts)})"


def _holds_variables(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(_holds_variables(each) for each in node.values)
        case ObjectValueNode():
            return any(_holds_variables(each.value) for each in node.fields)
    return False
