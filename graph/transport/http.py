"""GraphQL over HTTP: a request's parameters in, a response's status and body out."""

from collections.abc import Mapping
from functools import lru_cache

from graphql import GraphQLError, OperationType, located_error
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.codes import Code
from graph.transport.answers import Answer
from graph.transport.engine import Engine
from graph.transport.negotiation import Form, best_form
from graph.transport.operations import Operation
from graph.transport.parties import SLOW_DOWN, Denied
from graph.transport.replies import Replies
from graph.transport.requests import (
    Invalid,
    Malformed,
    Parameters,
    TooLarge,
    body_of,
    from_json,
    header,
)
from graph.transport.sse import EventStream, SingleEvent
from resolvers.errors import Overloaded

_READING = ("GET", "HEAD")
_SUBSCRIPTION = OperationType.SUBSCRIPTION
_EVENTS, _JSON = Form.EVENTS, Form.JSON.value
_ALLOWED = {"Allow": "GET, HEAD, POST"}
_NEEDS_STREAM = f"subscriptions are answered over WebSocket or, if accepted first, {Form.EVENTS}"
_HEADERS = {"Vary": "Accept", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Refused(Exception):
    """A request that never becomes an operation: the status and why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class HttpEndpoint:
    """The route that executes operations; a browser that asks for a page gets the explorer.

    All that it answers has `headers` as well.
    """

    def __init__(
        self,
        engine: Engine,
        explorer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._engine = engine
        self._explorer = explorer
        self._headers = {**_HEADERS, **(headers or {})}
        self._replies = Replies(self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> ASGIApp:
        is_reading = request.method in _READING
        if is_reading and self._explorer and _wants_page(request):
            return HTMLResponse(self._explorer, headers=self._headers)
        form = best_form(header(request.scope, b"accept"))
        try:
            party = await self._engine.authenticate(request, {})
            parameters = await self._parameters(request)
            if wait_s := self._engine.wait_s(party):
                raise Denied(429, Code.OVERLOADED, SLOW_DOWN, {"Retry-After": str(wait_s)})
            operation = await self._engine.operation(parameters, party)
            if is_reading:
                _check_reads(operation)
            if form is _EVENTS and request.method == "HEAD":
                return Response(headers=self._headers, media_type=Form.EVENTS)
            if form is _EVENTS:
                return EventStream(self._engine, operation, headers=self._headers)
            if operation.kind is _SUBSCRIPTION:
                raise Invalid(GraphQLError(_NEEDS_STREAM))
            return self._replies.reply(form, await operation.answer())
        except Denied as denied:
            return self._replies.reply(form, denied.answer, denied.status, denied.headers)
        except Overloaded as overloaded:
            return self._replies.reply(form, Answer.refusal([located_error(overloaded)]), 503)
        except Refused as refused:
            answer = Answer.refusal([GraphQLError(str(refused))])
            return self._replies.reply(form, answer, refused.status, refused.headers)
        except Invalid as invalid:
            answer = Answer.refusal(invalid.errors)
            if form is _EVENTS:
                return SingleEvent(answer, headers=self._headers)
            return self._replies.reply(form, answer)
        except Exception as error:
            return self._replies.reply(form, Answer.refusal([located_error(error)]), 500)

    async def _parameters(self, request: Request) -> Parameters:
        try:
            if request.method in _READING:
                return Parameters.of(_from_address(request), "the address")
            if request.method != "POST":
                raise Refused(405, f"{request.method} is not allowed; send POST or GET", _ALLOWED)
            media = _media(header(request.scope, b"content-type"))
            if media != _JSON:
                raise Refused(415, f"got Content-Type {media[:64]!r}; allowed is {Form.JSON}")
            body = await body_of(request.receive, self._engine.limits.body_bytes)
            return Parameters.of(from_json(body, "the body"), "the body")
        except TooLarge as large:
            raise Refused(413, str(large)) from None
        except Malformed as malformed:
            raise Refused(400, str(malformed)) from None


@lru_cache(256)
def _media(content_type: str) -> str:
    """The media type that a Content-Type names."""
    return content_type.partition(";")[0].strip().lower()


def _wants_page(request: Request) -> bool:
    return "query" not in request.query_params and "text/html" in header(request.scope, b"accept")


def _from_address(request: Request) -> dict[str, object]:
    given: dict[str, object] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if text := request.query_params.get(name):
            given[name] = from_json(text, name)
        else:
            given.pop(name, None)
    return given


def _check_reads(operation: Operation) -> None:
    if operation.kind is OperationType.MUTATION:
        raise Refused(405, "GET executes queries alone; send mutations by POST", {"Allow": "POST"})
