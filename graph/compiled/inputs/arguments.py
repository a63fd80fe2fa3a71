"""Arguments: expressions for what a resolver is called with."""

import inspect
from typing import Any

from graphql import GraphQLArgument, GraphQLNonNull, Undefined, ValueNode, VariableNode
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph.compiled.inputs.conversions import Conversions, Unwritten
from graph.compiled.inputs.literals import Literals
from graph.compiled.inputs.variables import Variables
from graph.compiled.positions import ResponsePosition

#: Names that strawberry's wrapper has other uses for.
_OCCUPIED = ("_source", "info")


class Arguments:
    """Writes the arguments of fields that strawberry resolves."""

    def __init__(
        self, conversions: Conversions, literals: Literals, variables: Variables, converter: Any
    ) -> None:
        self._conversions = conversions
        self._literals = literals
        self._variables = variables
        self._name_of = converter.config.name_converter.from_argument

    def expressions(self, position: ResponsePosition, definition: StrawberryField) -> list[str]:
        """The arguments by their names in Python; what the schema leaves out is left out.

        Raises:
            Unwritten: the field has to be resolved as graphql-core does it.
        """
        known = {self._name_of(each): each for each in definition.arguments}
        if known.keys() != position.field.args.keys():
            raise Unwritten
        if any(each.python_name in _OCCUPIED for each in known.values()):
            raise Unwritten
        given = {each.name.value: each.value for each in position.nodes[0].arguments or ()}
        found = []
        for name, own in known.items():
            argument, node = position.field.args[name], given.get(name)
            value = self._argument(argument, own, node, definition)
            if value is not None:
                found.append(f"{own.python_name}={value}")
        return found

    def _argument(
        self,
        argument: GraphQLArgument,
        own: StrawberryArgument,
        node: ValueNode | None,
        definition: StrawberryField,
    ) -> str | None:
        if argument.default is not None or argument.out_name is not None:
            raise Unwritten
        default = None
        if argument.default_value is not Undefined:
            default = self._conversions.default(argument.default_value, own.type)
        elif isinstance(argument.type, GraphQLNonNull) and node is None:
            raise Unwritten
        if node is None:
            return default
        if isinstance(node, VariableNode):
            absent = default or self._own_default(own, definition)
            return self._variables.use(node.name.value, argument.type, own.type, absent)
        return self._literals.expression(node, argument.type, own.type, self._variables.use)

    def _own_default(self, own: StrawberryArgument, definition: StrawberryField) -> str | None:
        """What Python takes for an argument that it is not given."""
        base = definition.base_resolver
        assert base is not None  # noqa: S101 (tells mypy)
        default = base.signature.parameters[own.python_name].default
        return None if default is inspect.Parameter.empty else self._conversions.constant(default)
