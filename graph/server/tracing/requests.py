"""Requests as spans: of HTTP until it is answered, of a WebSocket until it is open."""

from contextvars import ContextVar

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanContext, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.server.logs.exchanges import HttpExchange
from graph.server.logs.paths import ShownPaths
from graph.server.tracing.spans import fail, running
from graph.transport.requests import header
from resolvers.request_ids import current_request

_CARRIED = (b"traceparent", b"tracestate")
_propagator = TraceContextTextMapPropagator()

handshake: ContextVar[SpanContext | None] = ContextVar("handshake", default=None)
"""The span of the handshake of the WebSocket that an operation came by."""


class TracedRequests:
    """Makes a span of each request, in the trace that its `traceparent` names."""

    def __init__(self, app: ASGIApp, *, tracer: Tracer, paths: ShownPaths) -> None:
        self._app = app
        self._tracer = tracer
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope.get("method", "GET")
        span = self._tracer.start_span(
            method, _context(scope), SpanKind.SERVER, {"http.request.method": method}
        )
        if scope["type"] == "websocket":
            await self._hold(span, scope, receive, send)
        else:
            await self._answer(span, scope, receive, send)

    async def _answer(self, span: Span, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = HttpExchange(scope, lambda _, told: self._end(span, scope, told["status"]))

        async def send_seen(message: Message) -> None:
            await send(message)
            exchange.sent(message)

        failed = True
        try:
            with running(span, ends=False):
                await self._app(scope, receive, send_seen)
            failed = False
        finally:
            exchange.end(failed=failed)

    async def _hold(self, span: Span, scope: Scope, receive: Receive, send: Send) -> None:
        """Its operations are traces of their own: a connection may last for days."""
        handshake.set(span.get_span_context())

        async def send_seen(message: Message) -> None:
            await send(message)
            if message["type"] == "websocket.accept":
                self._end(span, scope, 101)

        try:
            await self._app(scope, receive, send_seen)
        finally:
            if span.is_recording():
                self._end(span, scope, 403)

    def _end(self, span: Span, scope: Scope, status: int) -> None:
        if span.is_recording():
            route = self._paths.shown(scope)
            span.update_name(f"{scope.get('method', 'GET')} {route}")
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", status)
            span.set_attribute("trailmark.request_id", current_request.get())
            if status >= 500:
                fail(span, str(status))
        span.end()


def _context(scope: Scope) -> Context:
    """The context that a client carries over, and nothing of the request that was answered before.

    Where requests wait for each other, the next begins in the context of the last.
    """
    carrier = {name.decode(): text for name in _CARRIED if (text := header(scope, name))}
    return _propagator.extract(carrier, Context())
