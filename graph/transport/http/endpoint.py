"""GraphQL over HTTP: a request's parameters in, a response's status and body out."""

from collections.abc import Callable, Mapping

from graphql import GraphQLError, OperationType, located_error
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.codes import Code
from graph.short_cache import cached_if_short
from graph.transport.answers import Answer
from graph.transport.bodies import ACCEPTED, UnknownEncoding, read_body, taken_body
from graph.transport.engine import Engine
from graph.transport.extents import TooMany, read_json
from graph.transport.http.multipart import accepted_boundary, multipart_format
from graph.transport.http.negotiation import Form, best_form
from graph.transport.http.replies import Replies, Reply
from graph.transport.http.sse import SingleEvent, event_format
from graph.transport.http.streams import AnswerStream, Format
from graph.transport.operations import Operation
from graph.transport.principals import SLOW_DOWN, Denied
from graph.transport.requests import (
    Invalid,
    Malformed,
    Parameters,
    TooLarge,
    from_json,
    header,
)
from graph.transport.told import OPERATION, told_name
from resolvers.errors import Overloaded

_READING = ("GET", "HEAD")
_SUBSCRIPTION = OperationType.SUBSCRIPTION
_EVENTS, _JSON = Form.EVENTS, Form.JSON.value
_ALLOWED = {"Allow": "GET, HEAD, POST"}
_NEEDS_STREAM = (
    f"subscriptions are answered over WebSocket or, if accepted first, {Form.EVENTS}, "
    "or multipart/mixed;subscriptionSpec=1.0"
)
_HEADERS = {"Vary": "Accept", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class HttpError(Exception):
    """A request that never becomes an operation: the status and why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class HttpEndpoint:
    """The route that executes operations; a browser that asks for a page gets the explorer.

    `explorer` makes the page for the path that a proxy serves us under. All that the route answers
    has `headers` as well.
    """

    def __init__(
        self,
        engine: Engine,
        explorer: Callable[[str], Response] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._engine = engine
        self._explorer = explorer
        self._headers = {**_HEADERS, **(headers or {})}
        self._replies = Replies(self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        if type(response) is not Reply or not response.is_written(scope):
            await response(scope, receive, send)

    async def respond(self, request: Request) -> ASGIApp:
        scope = request.scope
        is_reading = scope["method"] in _READING
        if is_reading and self._explorer and _wants_page(request):
            return self._page(self._explorer(scope.get("root_path", "")))
        form = best_form(header(scope, b"accept"))
        try:
            principal = await self._engine.authenticate(request, {})
            parameters = await self._parameters(request)
            if wait_s := self._engine.wait_s(principal):
                raise Denied(429, Code.OVERLOADED, SLOW_DOWN, {"Retry-After": str(wait_s)})
            operation = await Operation.prepare(self._engine, parameters, principal)
            scope[OPERATION] = told_name(operation.node)
            if is_reading:
                _check_reads(operation)
            is_subscription = operation.node.operation is _SUBSCRIPTION
            if is_subscription or form is _EVENTS:
                if format := _stream_format(scope, form):
                    return self._stream(request, operation, format)
                raise Invalid(GraphQLError(_NEEDS_STREAM))
            return self._replies.reply(form, await operation.answer())
        except Exception as error:
            return self._refused(form, error)

    def _refused(self, form: Form, error: Exception) -> ASGIApp:
        """The response to a request that becomes no operation."""
        status, headers = None, None
        match error:
            case Denied():
                answer, status, headers = error.answer, error.status, error.headers
            case Overloaded():
                answer, status = Answer.refusal([located_error(error)]), 503
            case HttpError():
                answer = Answer.refusal([GraphQLError(str(error))])
                status, headers = error.status, error.headers
            case Invalid():
                answer = Answer.refusal(error.errors)
            case _:
                answer, status = Answer.refusal([located_error(error)]), 500
        self._engine.counts.refuse(answer.code)
        if status is None and form is _EVENTS:
            return SingleEvent(answer, headers=self._headers)
        return self._replies.reply(form, answer, status, headers)

    def _page(self, page: Response) -> Response:
        for name, value in self._headers.items():
            page.headers.setdefault(name, value)
        return page

    def _stream(self, request: Request, operation: Operation, format: Format) -> Response:
        if request.method == "HEAD":
            return Response(headers=self._headers, media_type=format.media_type)
        if last_event_id := header(request.scope, b"last-event-id"):
            operation = operation._replace(last_event_id=last_event_id)
        return AnswerStream(self._engine, operation, format, headers=self._headers)

    async def _parameters(self, request: Request) -> Parameters:
        try:
            scope, method = request.scope, request.scope["method"]
            if method in _READING:
                return Parameters.of(_from_address(request), "the address")
            if method != "POST":
                raise HttpError(405, f"{method} is not allowed; send POST or GET", _ALLOWED)
            media = _media(header(scope, b"content-type"))
            if media != _JSON:
                raise HttpError(415, f"got Content-Type {media[:64]!r}; allowed is {Form.JSON}")
            limit = self._engine.limits.body_bytes
            body = taken_body(scope, limit)
            if body is None:
                body = await read_body(scope, request.receive, limit)
            return Parameters.of(await read_json(body, "the body"), "the body")
        except TooMany as many:
            raise Invalid(GraphQLError(str(many))) from None
        except TooLarge as large:
            raise HttpError(413, str(large)) from None
        except UnknownEncoding as unknown:
            raise HttpError(415, str(unknown), {"Accept-Encoding": ACCEPTED}) from None
        except Malformed as malformed:
            raise HttpError(400, str(malformed)) from None


@cached_if_short
def _media(content_type: str) -> str:
    """The media type that a Content-Type names."""
    return content_type.partition(";")[0].strip().lower()


def _stream_format(scope: Scope, form: Form) -> Format | None:
    """How to stream the answers of an operation; None where its client accepts no stream."""
    if form is _EVENTS:
        return event_format()
    boundary = accepted_boundary(header(scope, b"accept"))
    return None if boundary is None else multipart_format(boundary)


def _wants_page(request: Request) -> bool:
    asks = {"query", "documentId", "extensions"}.isdisjoint(request.query_params)
    return asks and "text/html" in header(request.scope, b"accept")


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
        raise HttpError(
            405, "GET executes queries alone; send mutations by POST", {"Allow": "POST"}
        )
