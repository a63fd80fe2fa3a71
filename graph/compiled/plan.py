"""Plans: an operation as a function, and the source that it was made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType

from graph.compiled.arguments import Arguments
from graph.compiled.conversions import Conversions
from graph.compiled.fields import Fields, Unsupported
from graph.compiled.inputs import Inputs
from graph.compiled.literals import Literals
from graph.compiled.script import RESERVED, Script
from graph.compiled.selecting import Selecting
from graph.compiled.variables import Variables


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done for an operation."""

    schema: GraphQLSchema
    operation_name: str | None
    hide_suggestions: bool
    #: The generated code, for a person to read.
    source: str
    #: Reads the variables; raises Unsuited if any is wrong.
    read: Callable[[dict[str, Any]], dict[str, Any]]
    #: Executes a run over a root: the data, or an awaitable of it.
    function: Callable[..., Any]


def compile_plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    outcome: Mapping[str, bool],
    *,
    hide_suggestions: bool = False,
) -> Plan:
    """The plan of an operation of a valid document, for one outcome of its conditions.

    Raises:
        Unsupported: it has something that plans do not know.
    """
    root = schema.get_root_type(operation.operation)
    converter = getattr(getattr(schema, "_strawberry_schema", None), "schema_converter", None)
    if root is None or converter is None:
        raise Unsupported("the schema is not strawberry's, or has no such operations")
    script = Script(**dict.fromkeys(RESERVED))
    conversions = Conversions(script, converter)
    inputs, literals = Inputs(script, conversions), Literals(script, conversions)
    variables = Variables(script, schema, operation, inputs=inputs, literals=literals)
    fields = Fields(schema, document, operation, outcome)
    arguments = Arguments(conversions, literals, variables, converter)
    selecting = Selecting(script, schema, fields, arguments)
    name = selecting.root(root, is_serial=operation.operation is OperationType.MUTATION)
    variables.write()
    functions = script.functions()
    operation_name = operation.name.value if operation.name else None
    return Plan(
        schema, operation_name, hide_suggestions, script.source, functions["read"], functions[name]
    )
