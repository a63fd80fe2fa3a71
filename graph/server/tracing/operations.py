"""Operations as spans, with the names of their root fields; never what documents or variables say.

Root fields are no spans of their own: a plan calls resolvers past what would be put around them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from graphql import FieldNode
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Link, Span, Tracer, get_current_span

from graph.server.tracing.requests import handshake
from graph.server.tracing.spans import fail, running
from graph.transport.answers import Answer
from graph.transport.operations import Answers, Operation
from graph.transport.told import told_name


def traced_operations(tracer: Tracer) -> type[Operation]:
    """Operations of which each is a span."""

    class TracedOperation(Operation):
        __slots__ = ()

        async def answer(self) -> Answer:
            with _span(tracer, self) as span:
                answer = await super().answer()
                if answer.is_unavailable:
                    fail(span, "unavailable")
                return answer

        async def _subscribed(self) -> Answers:
            with _span(tracer, self):
                return await super()._subscribed()

    return TracedOperation


@contextmanager
def _span(tracer: Tracer, operation: Operation) -> Iterator[Span]:
    """A span beneath the request's; over a WebSocket a trace, with a link to its handshake."""
    opened = handshake.get()
    if opened is None and not get_current_span().is_recording():
        yield INVALID_SPAN
        return
    kind, name = operation.kind.value, told_name(operation.node)
    attributes: dict[str, str | list[str]] = {
        "graphql.operation.type": kind,
        "trailmark.fields": _root_fields(operation),
    }
    if name:
        attributes["graphql.operation.name"] = name
    span = tracer.start_span(
        f"{kind} {name}" if name else kind,
        None if opened is None else Context(),
        links=[] if opened is None else [Link(opened)],
        attributes=attributes,
    )
    with running(span):
        yield span


def _root_fields(operation: Operation) -> list[str]:
    """The fields of Query or Mutation that are asked for by themselves, by their own names."""
    selections = operation.node.selection_set.selections
    return [each.name.value for each in selections if isinstance(each, FieldNode)]
