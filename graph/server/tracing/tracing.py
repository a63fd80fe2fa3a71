"""Tracing: what the parts of a server are made of, where each of them makes spans."""

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import metadata
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from starlette.types import ASGIApp

from graph.server.logs.formats import FIELDS
from graph.server.logs.paths import ShownPaths
from graph.server.tracing.hand_overs import taken_over
from graph.server.tracing.operations import traced_operations
from graph.server.tracing.reads import TracedReader, trace_statements
from graph.server.tracing.requests import TracedRequests
from graph.server.tracing.writes import TracedLaneWriters
from models.database.database import Database, reading_client

FLUSH_S = 2.0
"""How long a server that stops waits for its last spans to be sent."""


class Tracing:
    """Makes spans by a provider, which it ends with the server."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        tracer = self._tracer = provider.get_tracer("trailmark", metadata.version("trailmark"))
        self.operations = traced_operations(tracer)
        self.writers: Callable[..., TracedLaneWriters] = partial(TracedLaneWriters, tracer=tracer)
        self.handed_over = partial(taken_over, tracer=tracer)
        self.reader: Callable[..., TracedReader[Any, Any]] = partial(TracedReader, tracer=tracer)

    def observer(self, paths: ShownPaths) -> Callable[[ASGIApp], TracedRequests]:
        """What makes a span of each request."""
        return partial(TracedRequests, tracer=self._tracer, paths=paths)

    @asynccontextmanager
    async def running(self, database: Database) -> AsyncIterator[None]:
        """Within this, statements make spans, and the log tells to which trace a line belongs."""
        trace_statements(reading_client(), database.dialect, self._tracer)
        handlers, fields = list(logging.getLogger().handlers), _TraceFields()
        for handler in handlers:
            handler.addFilter(fields)
        try:
            yield
        finally:
            for handler in handlers:
                handler.removeFilter(fields)
            self._end()

    def _end(self) -> None:
        """Send the last spans; who does not take them in time loses them."""
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(FLUSH_S)


class _TraceFields(logging.Filter):
    """Adds to what is logged for a request its trace and span."""

    def filter(self, record: logging.LogRecord) -> bool:
        context = trace.get_current_span().get_span_context()
        fields = getattr(record, FIELDS, {})
        if context.is_valid and "trace_id" not in fields:
            ids = {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
            setattr(record, FIELDS, {**fields, **ids})
        return True
