"""Spans beneath others: what is done for something that is recorded."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import Attributes

CLIENT, INTERNAL = SpanKind.CLIENT, SpanKind.INTERNAL


@contextmanager
def beneath(
    tracer: Tracer, name: str, attributes: Attributes = None, *, kind: SpanKind = INTERNAL
) -> Iterator[Span]:
    """A span of what is done within this; none where nothing around it is recorded.

    Housekeeping and the feed read every second, for no request: they would be traces of their own.
    """
    current = trace.get_current_span()
    if not current.is_recording():
        yield trace.INVALID_SPAN
        return
    span = tracer.start_span(name, attributes=attributes, kind=kind)
    with running(span):
        yield span


@contextmanager
def running(span: Span, *, ends: bool = True) -> Iterator[None]:
    """Have a span be the current one within this. An exception is told by its class alone.

    Its text may quote what a client sent.
    """
    try:
        with trace.use_span(span, record_exception=False, set_status_on_exception=False):
            yield
    except Exception as error:
        fail(span, type(error).__name__)
        raise
    finally:
        if ends:
            span.end()


def fail(span: Span, why: str) -> None:
    """Note that what a span is of has failed."""
    span.set_attribute("error.type", why)
    span.set_status(Status(StatusCode.ERROR))


def shared(tracer: Tracer, name: str, spans: Iterable[Span]) -> Span:
    """A span of what is done for several others at once.

    It is beneath the first that is recorded, and linked with each of the others, both ways.
    """
    recorded = [each for each in spans if each.is_recording()]
    if not recorded:
        return trace.INVALID_SPAN
    first, *others = recorded
    links = [Link(each.get_span_context()) for each in others]
    span = tracer.start_span(name, trace.set_span_in_context(first), links=links)
    for each in others:
        each.add_link(span.get_span_context())
    return span
