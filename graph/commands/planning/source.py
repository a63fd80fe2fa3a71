"""Planning: the source of the Python function that an operation of a document is compiled into."""

import sys
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    validate,
)

from graph.access.rights import enforce
from graph.commands.terminal import stop
from graph.compiled.compiling import compile_plan
from graph.compiled.fields import Unsupported, conditions_of, outcome_of
from graph.schema.schema import build
from resolvers.errors import shown
from resolvers.json_texts import NotJson, from_json


def source(file: str, operation: str | None, variables: str) -> str:
    """The plan of a file's operation for variables in JSON; ends the command if there is none."""
    schema = build()._schema
    enforce(schema)
    given = _variables(variables)
    document, node = _parsed(schema, _text(file), operation)
    try:
        outcome = outcome_of(conditions_of(document, node), given)
        if outcome is None:
            raise Unsupported("a variable in @skip or @include is neither true nor false")
        return compile_plan(schema, document, node, outcome).source
    except Unsupported as unsupported:
        stop(f"graphql-core executes it: {unsupported}")


def _variables(text: str) -> dict[str, Any]:
    try:
        variables = from_json(text)
    except NotJson as why:
        stop(f"--variables is no JSON: {why}")
    if not isinstance(variables, dict):
        stop(f"--variables is {shown(text)}; allowed is a JSON object")
    return variables


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        stop(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        stop(f"{file} is not UTF-8")


def _parsed(
    schema: GraphQLSchema, text: str, operation: str | None
) -> tuple[DocumentNode, OperationDefinitionNode]:
    try:
        document = parse(text)
    except GraphQLError as error:
        stop(str(error))
    if errors := validate(schema, document):
        stop("\n".join(str(error) for error in errors))
    node = get_operation_ast(document, operation)
    if node is None:
        stop("the document must hold exactly one operation, or --operation must name one")
    return document, node
