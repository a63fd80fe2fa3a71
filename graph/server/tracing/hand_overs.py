"""Hand-overs as spans: what a worker stores for callers of another is beneath their spans there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from graph.server.tracing.spans import running

_PARENT = "traceparent"
_propagator = TraceContextTextMapPropagator()


def trace_of(span: Span) -> str:
    """The name of a span for another process; empty where it is not recorded."""
    carrier: dict[str, str] = {}
    if span.is_recording():
        _propagator.inject(carrier, set_span_in_context(span))
    return carrier.get(_PARENT, "")


@contextmanager
def taken_over(traces: Sequence[str], *, tracer: Tracer) -> Iterator[None]:
    """A span beneath the first of these, and linked with the others; none where there are none."""
    if not traces:
        yield
        return
    first, *others = map(_context, traces)
    links = [Link(each) for each in others]
    parent = set_span_in_context(NonRecordingSpan(first), Context())
    with running(tracer.start_span("hand-over", parent, links=links)):
        yield


def _context(trace: str) -> SpanContext:
    carried = _propagator.extract({_PARENT: trace}, Context())
    return get_current_span(carried).get_span_context()
