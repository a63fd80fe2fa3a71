"""Variables: code that reads those of an operation, before anything of it is executed."""

from typing import Any

from graphql import (
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    type_from_ast,
)

from graph.compiled.inputs.coercing import Inputs
from graph.compiled.inputs.conversions import Unwritten, is_unchanging
from graph.compiled.inputs.literals import Literals, no_variables
from graph.compiled.script import Lines, Script
from graph.compiled.values import checked


class Variables:
    """The variables of an operation, and how its fields use them.

    A value without parts is read once and given to all. Any other is read once to see that it is
    right. The first resolver that uses it gets that, and the next one a new reading, so that none
    sees what another changed.
    """

    def __init__(
        self,
        script: Script,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        *,
        inputs: Inputs,
        literals: Literals,
    ) -> None:
        self._script = script
        self._inputs = inputs
        self._literals = literals
        self._schema = schema
        self._nodes = {
            each.variable.name.value: each for each in operation.variable_definitions or ()
        }
        self._types = {name: type_from_ast(schema, node.type) for name, node in self._nodes.items()}
        self._readers = dict[tuple[str, Any], tuple[str, str]]()

    def use(self, name: str, type: Any, python: Any, absent: str | None) -> str:
        """An expression for a variable where a value of a type is expected.

        `absent` is the expression for when none was given; with None, it may not be so.

        Raises:
            Unwritten: whether it is right there shows only when it is used.
        """
        node, own = self._nodes[name], self._types[name]
        is_required = isinstance(own, GraphQLNonNull)
        if isinstance(type, GraphQLNonNull) and not is_required:
            raise Unwritten
        may_be_absent = not is_required and node.default_value is None
        if may_be_absent and absent is None:
            raise Unwritten
        plain = is_unchanging(own, python)
        key, reader = self._reader(name, None if plain else python, python)
        if plain:
            found = f".get({key!r}, {absent})" if may_be_absent else f"[{key!r}]"
            return f"run.variables{found}"
        return f"run.take({key!r}, {reader}, {absent})"

    def write(self) -> None:
        """Add the function `read`, which turns what is given into all that is used."""
        out, script = Lines(), self._script
        with out.block("def read(given):"):
            out.add('"""The variables; raises Unsuited unless all are right."""')
            out.add("variables = {}")
            for name, node in self._nodes.items():
                found = [each for (own, _), each in self._readers.items() if own == name]
                for key, reader in found or self._unused(name):
                    out.add(f"value = {reader}(given)")
                    with out.block("if value is not ABSENT:"):
                        out.add(f"variables[{key!r}] = value")
                if not found and (name, None) not in self._readers:
                    script.names |= {"checked": checked, "schema": self._schema}
                    out.add(f"checked(schema, {script.name(f'definition_of_{name}', node)}, given)")
            out.add("return variables")
        script.add(out)

    def _unused(self, name: str) -> list[tuple[str, str]]:
        """A reader of what only directives use."""
        try:
            return [self._reader(name, None, None)]
        except Unwritten:
            return []

    def _reader(self, name: str, kind: Any, python: Any) -> tuple[str, str]:
        if (name, kind) not in self._readers:
            others = sum(own == name for own, _ in self._readers)
            key = f"{name} {others + 1}" if others else name
            reader = self._write_reader(name, self._nodes[name], python)
            self._readers[name, kind] = key, reader
        return self._readers[name, kind]

    def _write_reader(self, name: str, node: VariableDefinitionNode, python: Any) -> str:
        type, default = self._types[name], node.default_value
        read = self._inputs.reader(type, python)
        reader, out = self._script.new_name(f"variable_{name}"), Lines()
        with out.block(f"def {reader}(given):"):
            out.add(f'"""${name}: {type}"""')
            with out.block(f"if {name!r} not in given:"):
                if default is not None:
                    value = self._literals.expression(default, type, python, no_variables)
                    out.add(f"return {value}")
                elif isinstance(type, GraphQLNonNull):
                    out.add("raise Unsuited")
                else:
                    out.add("return ABSENT")
            out.add(f"return {read}(given[{name!r}])")
        self._script.add(out)
        return reader
