"""The face: finds the operation behind a request, and answers it or says why not."""

from collections.abc import MutableSet, Sequence
from typing import Any
from urllib.parse import unquote

import orjson
from pydantic import BaseModel, ValidationError
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from graph.codes import Code
from graph.rest.operations import Asking, Operation
from graph.rest.refusals import HEADERS, Refused, malformed, refusal
from graph.rest.routes import OPERATIONS
from graph.transport.deadlines import CutOff, Deadlines
from graph.transport.limits import Limits
from graph.transport.parties import SLOW_DOWN, Authenticate, Denied, Stream, Throttle
from graph.transport.requests import Malformed, TooLarge, body_of, from_json
from resolvers.caller import Caller
from resolvers.errors import InputErrorCode

JSON = "application/json"


class Face(BaseRoute):
    """All routes of the REST face as one, so that each of them is matched and refused alike.

    What streams to a caller is among `streams` meanwhile.
    """

    def __init__(
        self,
        authenticate: Authenticate,
        throttle: Throttle,
        limits: Limits,
        operations: Sequence[Operation] = OPERATIONS,
        streams: MutableSet[Stream] | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._authenticate = authenticate
        self._throttle = throttle
        self._limits = limits
        self._deadlines = deadlines or Deadlines(limits.seconds)
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
            response = refusal(error)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        operation, named = self._found(request)
        caller = await self._admitted(operation, request)
        wish = await self._wish(operation, named, request)
        asking = Asking(request.app.state.product, caller, _address(request), self._streams)
        answer = await self._answer(operation, wish, asking)
        if isinstance(answer, Response):
            return answer
        content = orjson.dumps(answer.model_dump())
        return Response(content, operation.status, HEADERS, JSON)

    async def _answer(
        self, operation: Operation, wish: BaseModel | None, asking: Asking
    ) -> BaseModel | Response:
        answering = operation.handle(wish, asking)
        try:
            return await self._deadlines.within(answering, unhurried=operation.unhurried)
        except CutOff as cut:
            raise Refused(503, Code.TIMEOUT, f"the request {cut}") from None

    def _found(self, request: Request) -> tuple[Operation, dict[str, str]]:
        segments, method = _segments(request.scope), request.method
        here = [(each, each.match(segments)) for each in self._operations]
        found = {each.method: (each, named) for each, named in here if named is not None}
        if not found:
            known = ", ".join(sorted({each.path for each in self._operations}))
            raise Refused(404, Code.NOT_FOUND, f"there is no such address; allowed are {known}")
        asked = "GET" if method == "HEAD" else method
        if asked not in found:
            allowed = ", ".join(sorted({*found, *(["HEAD"] if "GET" in found else [])}))
            message = f"{method} is not allowed here; allowed are {allowed}"
            raise Refused(405, Code.METHOD_NOT_ALLOWED, message, headers={"Allow": allowed})
        return found[asked]

    async def _admitted(self, operation: Operation, request: Request) -> Caller:
        caller: Caller = await self._authenticate(request, {})
        if caller.scope not in operation.allowed:
            what = f"{operation.method} {operation.path}"
            raise Denied(403, Code.FORBIDDEN, f"{what} is not for callers of scope {caller.scope}")
        if wait_s := self._throttle(caller):
            raise Denied(429, Code.OVERLOADED, SLOW_DOWN, {"Retry-After": str(wait_s)})
        return caller

    async def _wish(
        self, operation: Operation, named: dict[str, str], request: Request
    ) -> BaseModel | None:
        if operation.method == "POST":
            _check_media_type(request, operation)
        if operation.wish is None:
            return None
        if operation.has_body:
            given = await self._body(request)
        else:
            filled = {name: text for name, text in request.query_params.items() if text}
            given = {**filled, **named}
        try:
            return operation.wish.model_validate(given)
        except ValidationError as error:
            raise malformed(error) from None

    async def _body(self, request: Request) -> dict[str, Any]:
        try:
            body = await body_of(request.receive, self._limits.body_bytes)
            given = from_json(body, "the body")
        except TooLarge as large:
            raise Refused(413, InputErrorCode.TOO_LONG, str(large)) from None
        except Malformed as bad:
            raise Refused(400, InputErrorCode.INVALID, str(bad)) from None
        if not isinstance(given, dict):
            raise Refused(400, InputErrorCode.INVALID, "the body must be a JSON object")
        return given


def _check_media_type(request: Request, operation: Operation) -> None:
    """Take JSON alone: other sites' pages cannot send it without asking first.

    Where no body is read anything is taken, but from another site's page.
    """
    headers = request.headers
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    _, _, origin = headers.get("origin", "").partition("://")
    is_foreign = "origin" in headers and origin != headers.get("host")
    if media == JSON or not (operation.has_body or is_foreign):
        return
    raise Refused(
        415, InputErrorCode.INVALID, f"got Content-Type {media[:64]!r}; allowed is {JSON}"
    )


def _address(request: Request) -> URL:
    """The address that a client used, maybe by TLS to a proxy; links to pages are made of it.

    No right comes of it, and without keys or tokens such requests have been refused before.
    """
    is_secure = request.headers.get("x-forwarded-proto", "").lower() == "https"
    return request.url.replace(scheme="https") if is_secure else request.url


def _segments(scope: Scope) -> list[str]:
    """The parts of a path; an encoded slash is part of a part, those around the path are none.

    Bases that end with a slash make clients send two at the beginning.
    """
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").lstrip("/").removesuffix("/")
    return [unquote(part, errors="surrogateescape") for part in path.split("/")]
