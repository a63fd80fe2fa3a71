"""Compiling: an operation becomes a plan."""

from collections.abc import Mapping

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType

from graph.compiled.fields import Fields, Unsupported
from graph.compiled.inputs.arguments import Arguments
from graph.compiled.inputs.coercing import Inputs
from graph.compiled.inputs.conversions import Conversions
from graph.compiled.inputs.literals import Literals
from graph.compiled.inputs.variables import Variables
from graph.compiled.outputs.selecting import Selecting
from graph.compiled.plan import Plan
from graph.compiled.script import RESERVED, Script


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
        schema=schema,
        operation_name=operation_name,
        hide_suggestions=hide_suggestions,
        source=script.source,
        read=functions["read"],
        function=functions[name],
    )
