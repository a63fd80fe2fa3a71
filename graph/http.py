"""GraphQL over HTTP: a request's parameters in, a response's status and body out."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from graph.context import Context
from graph.errors import formatted

BODY_LIMIT = 4 * 1024 * 1024
OPERATION_S = 10.0
LONG = ("recalculateScores",)
KEPT_DOCUMENTS = 512
KEPT_LENGTH = 16 * 1024
JSON_TYPE = "application/json"
_READING = ("GET", "HEAD")
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
GRAPHQL_TYPE = "application/graphql-response+json"


class Refused(Exception):
    """A request that never becomes an operation: the status and why."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a client asks to be executed."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


class GraphQLEndpoint:
    """The route that executes operations; a browser that asks for a page gets the explorer."""

    def __init__(
        self,
        schema: strawberry.Schema,
        context: Callable[[Request], Context],
        explorer: str | None,
    ) -> None:
        self._schema = schema._schema
        self._context = context
        self._explorer = explorer
        self._prepare_kept = lru_cache(KEPT_DOCUMENTS)(self._prepare)

    async def handle(self, request: Request) -> Response:
        if request.method in _READING and self._explorer and _wants_page(request):
            return HTMLResponse(self._explorer)
        media = _media_type(request.headers.get("accept", ""))
        try:
            parameters = await _parameters(request)
            status, body = await self._execute(parameters, request)
        except Refused as refused:
            body = {"errors": formatted([GraphQLError(str(refused))])}
            return _respond(refused.status, body, media, refused.headers)
        # A JSON client cannot tell a proxy's 400 from ours, so the errors of well-formed
        # requests reach it with 200, as GraphQL over HTTP says.
        return _respond(200 if media == JSON_TYPE else status, body, media, {})

    async def _execute(
        self, parameters: Parameters, request: Request
    ) -> tuple[int, dict[str, Any]]:
        prepare = self._prepare if len(parameters.query) > KEPT_LENGTH else self._prepare_kept
        prepared = prepare(parameters.query)
        if isinstance(prepared, list):
            return 400, {"errors": formatted(prepared)}
        operation = get_operation_ast(prepared, parameters.operation_name)
        if operation is None:
            error = GraphQLError(_no_operation(parameters.operation_name))
            return 400, {"errors": formatted([error])}
        if operation.operation is OperationType.SUBSCRIPTION:
            error = GraphQLError("subscriptions are not served over this transport")
            return 400, {"errors": formatted([error])}
        if request.method in _READING and operation.operation is not OperationType.QUERY:
            raise Refused(
                405, "GET executes queries alone; send mutations by POST", {"Allow": "POST"}
            )
        context = self._context(request)
        result = await self._run(prepared, operation, parameters, context)
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = formatted(result.errors)
            if result.data is None and all(error.path is None for error in result.errors):
                return 400, body  # the variables did not fit: nothing was executed
        body["data"] = result.data
        return 200, body

    async def _run(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        parameters: Parameters,
        context: Context,
    ) -> ExecutionResult:
        try:
            async with asyncio.timeout(None if _is_long(operation) else OPERATION_S):
                result = execute(
                    self._schema,
                    document,
                    context_value=context,
                    variable_values=parameters.variables,
                    operation_name=parameters.operation_name,
                )
                return result if isinstance(result, ExecutionResult) else await result
        except TimeoutError:
            message = f"the operation took longer than {OPERATION_S:.0f} seconds"
            error = GraphQLError(message, path=[], extensions={"code": "TIMEOUT"})
            return ExecutionResult(None, [error])

    def _prepare(self, query: str) -> DocumentNode | list[GraphQLError]:
        """The document, parsed and valid, or what is wrong with it."""
        try:
            document = parse(query)
        except GraphQLError as error:
            return [error]
        except RecursionError:
            return [GraphQLError("the document is nested too deeply")]
        # Without what caused them: a value that cannot be is the client's mistake, not ours.
        invalid = validate(self._schema, document)
        return [GraphQLError(error.message, error.nodes) for error in invalid] or document


def _is_long(operation: OperationDefinitionNode) -> bool:
    """Whether an operation walks over everything, and may take as long as that takes."""
    fields = operation.selection_set.selections
    return any(isinstance(each, FieldNode) and each.name.value in LONG for each in fields)


def _no_operation(name: str | None) -> str:
    if name is None:
        return "the document must hold exactly one operation, or `operationName` must name one"
    return f"the document holds no operation named {name[:64]!r}"


async def _parameters(request: Request) -> Parameters:
    if request.method in _READING:
        query = request.query_params
        variables = query.get("variables")
        given = {
            "query": query.get("query"),
            "variables": _json(variables.encode(), "variables") if variables else None,
            "operationName": query.get("operationName") or None,
        }
    else:
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != JSON_TYPE:
            raise Refused(415, f"got Content-Type {media[:64]!r}; allowed is {JSON_TYPE}")
        given = _json(await _body(request), "the body")
        if not isinstance(given, dict):
            raise Refused(400, "the body must be a JSON object")
    return _checked(given)


def _checked(given: dict[str, Any]) -> Parameters:
    query, variables = given.get("query"), given.get("variables")
    name = given.get("operationName")
    if not isinstance(query, str):
        raise Refused(400, "`query` must be a text that holds a GraphQL document")
    if variables is not None and not isinstance(variables, dict):
        raise Refused(400, "`variables` must be an object")
    if name is not None and not isinstance(name, str):
        raise Refused(400, "`operationName` must be a text")
    if not isinstance(given.get("extensions"), dict | None):
        raise Refused(400, "`extensions` must be an object")
    return Parameters(query, variables, name)


def _json(text: bytes, what: str) -> Any:
    try:
        if _LONG_NUMBER.search(text):  # which orjson would turn into a float, and so into another
            return json.loads(text, parse_constant=_no_number)
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"{what} must be JSON: {error.msg}") from None
    except (ValueError, RecursionError):
        raise Refused(400, f"{what} must be JSON: numbers have at most 4300 digits") from None


def _no_number(name: str) -> float:
    raise ValueError(name)


async def _body(request: Request) -> bytes:
    """The body, read no further than its limit."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > BODY_LIMIT:
                raise Refused(413, f"the body is larger than {BODY_LIMIT} bytes")
            parts.append(part)
    except ClientDisconnect:
        raise Refused(400, "the client left") from None
    return b"".join(parts)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and "query" not in request.query_params


def _media_type(accept: str) -> str:
    """The better form of a response, for those who ask for it and prefer nothing else."""
    weights = {GRAPHQL_TYPE: 0.0, JSON_TYPE: 0.0}
    for part in accept.lower().split(","):
        media, *parameters = (each.strip() for each in part.split(";"))
        if media in weights:
            weights[media] = _weight(parameters)
    return max(weights, key=weights.__getitem__) if any(weights.values()) else JSON_TYPE


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _respond(status: int, body: dict[str, Any], media: str, headers: dict[str, str]) -> Response:
    try:
        content = orjson.dumps(body)
    except TypeError as error:
        masked = GraphQLError("the answer cannot be encoded", path=[], original_error=error)
        content = orjson.dumps({"errors": formatted([masked]), "data": None})
    return Response(content, status, headers, f"{media}; charset=utf-8")
