"""The router: finds the operation behind a request, and answers it or says why not."""

import asyncio
from collections.abc import MutableSet, Sequence
from functools import partial
from time import perf_counter
from typing import Any
from urllib.parse import unquote

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from graph.codes import Code
from graph.rest.operations import RestContext, RestOperation
from graph.rest.refusals import HEADERS, RestError, malformed, refusal
from graph.rest.routes import OPERATIONS
from graph.transport.bodies import ACCEPTED, UnknownEncoding, read_body
from graph.transport.counting.operations import OperationCounts
from graph.transport.deadlines import CutOff, Deadlines
from graph.transport.documents.limits import Limits
from graph.transport.extents import read_json
from graph.transport.principals import SLOW_DOWN, Authenticate, Denied, Stream, Throttle
from graph.transport.requests import Malformed, TooLarge
from graph.transport.told import ROUTE
from resolvers.caller import Caller
from resolvers.errors import InputErrorCode

JSON = "application/json"


class RestRouter(BaseRoute):
    """All routes of the REST API as one, so that each of them is matched and refused alike.

    What streams to a caller is among `streams` meanwhile.
    """

    def __init__(
        self,
        authenticate: Authenticate,
        throttle: Throttle,
        limits: Limits,
        operations: Sequence[RestOperation] = OPERATIONS,
        streams: MutableSet[Stream] | None = None,
        deadlines: Deadlines | None = None,
        counts: OperationCounts | None = None,
    ) -> None:
        self._authenticate = authenticate
        self._throttle = throttle
        self._limits = limits
        self._deadlines = deadlines or Deadlines(limits.seconds)
        self._counts = counts or OperationCounts()
        self._operations = operations
        self._streams = set[Stream]() if streams is None else streams
        self._roots = {each.segments[0] for each in operations}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take every request below the first parts of the paths: what is unknown there is 404."""
        is_here = scope["type"] == "http" and _segments(scope)[0] in self._roots
        return (Match.FULL if is_here else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except Exception as error:
            response, code = refusal(error)
            self._counts.refuse(code)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        operation, named = self._found(request)
        caller = await self._admitted(operation, request)
        sent = await self._sent(operation, named, request)
        context = RestContext(request.app.state.services, caller, request.url, self._streams)
        begun, code = perf_counter(), None
        try:
            response = await self._served(operation, sent, context)
        except Exception as error:
            response, code = refusal(error)
        self._counts.add_route(operation.name, code, perf_counter() - begun)
        return response

    async def _served(
        self, operation: RestOperation, sent: BaseModel | None, context: RestContext
    ) -> Response:
        answer = await self._answer(operation, sent, context)
        if isinstance(answer, Response):
            return answer
        encode = partial(_encoded, answer)
        content = await asyncio.to_thread(encode) if operation.is_long else encode()
        return Response(content, operation.status, HEADERS, JSON)

    async def _answer(
        self, operation: RestOperation, sent: BaseModel | None, context: RestContext
    ) -> BaseModel | Response:
        answering = operation.handle(sent, context)
        try:
            return await self._deadlines.within(answering, unhurried=operation.unhurried)
        except CutOff as cut:
            raise RestError(503, Code.TIMEOUT, f"the request {cut}") from None

    def _found(self, request: Request) -> tuple[RestOperation, dict[str, str]]:
        segments, method = _segments(request.scope), request.method
        here = [(each, each.match(segments)) for each in self._operations]
        found = {each.method: (each, named) for each, named in here if named is not None}
        if not found:
            known = ", ".join(sorted({each.path for each in self._operations}))
            raise RestError(404, Code.NOT_FOUND, f"there is no such address; allowed are {known}")
        asked = "GET" if method == "HEAD" else method
        if asked not in found:
            allowed = ", ".join(sorted({*found, *(["HEAD"] if "GET" in found else [])}))
            message = f"{method} is not allowed here; allowed are {allowed}"
            raise RestError(405, Code.METHOD_NOT_ALLOWED, message, headers={"Allow": allowed})
        request.scope[ROUTE] = found[asked][0].path
        return found[asked]

    async def _admitted(self, operation: RestOperation, request: Request) -> Caller:
        caller: Caller = await self._authenticate(request, {})
        if not caller.has_any(operation.allowed):
            message = f"{operation.name} is not for callers of scope {caller.scope_names}"
            raise Denied(403, Code.FORBIDDEN, message)
        if wait_s := self._throttle(caller):
            raise Denied(429, Code.OVERLOADED, SLOW_DOWN, {"Retry-After": str(wait_s)})
        return caller

    async def _sent(
        self, operation: RestOperation, named: dict[str, str], request: Request
    ) -> BaseModel | None:
        if operation.request is None:
            return None
        if operation.has_body:
            _check_media_type(request)
            given = await self._body(request)
        else:
            filled = {name: text for name, text in request.query_params.items() if text}
            given = {**filled, **named}
        try:
            return operation.request.model_validate(given)
        except ValidationError as error:
            raise malformed(error) from None

    async def _body(self, request: Request) -> dict[str, Any]:
        try:
            body = await read_body(request.scope, request.receive, self._limits.body_bytes)
            given = await read_json(body, "the body")
        except TooLarge as large:
            raise RestError(413, InputErrorCode.TOO_LONG, str(large)) from None
        except UnknownEncoding as unknown:
            headers = {"Accept-Encoding": ACCEPTED}
            raise RestError(415, InputErrorCode.INVALID, str(unknown), headers=headers) from None
        except Malformed as bad:
            raise RestError(400, InputErrorCode.INVALID, str(bad)) from None
        if not isinstance(given, dict):
            raise RestError(400, InputErrorCode.INVALID, "the body must be a JSON object")
        return given


def _check_media_type(request: Request) -> None:
    """Take JSON alone: other sites' pages cannot send it without asking first."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != JSON:
        raise RestError(
            415, InputErrorCode.INVALID, f"got Content-Type {media[:64]!r}; allowed is {JSON}"
        )


def _segments(scope: Scope) -> list[str]:
    """The parts of a path; an encoded slash is part of a part, those around the path are none.

    Bases that end with a slash make clients send two at the beginning.
    """
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").removeprefix(scope.get("root_path", ""))
    path = path.lstrip("/").removesuffix("/")
    return [unquote(part, errors="surrogateescape") for part in path.split("/")]


def _encoded(answer: BaseModel) -> bytes:
    return orjson.dumps(answer.model_dump())
