"""Spans that a server makes, kept in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased

from graph.config.settings import Settings
from graph.server.app import create_app
from graph.server.tracing.tracing import Tracing
from tests.support.client import Caller, FixedClock
from tests.support.live.clients import Live, client, listening
from tests.support.live.streams import Stage, schema


class Spans:
    """The spans that have ended, in the order in which they did."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler=ParentBased(ALWAYS_ON), shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    @property
    def ended(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [each for each in self.ended if each.name == name]

    def one(self, name: str) -> ReadableSpan:
        """The span of a name, of which there must be one."""
        (span,) = self.named(name)
        return span

    def path(self, span: ReadableSpan) -> list[str]:
        """The names from the root of a span's trace down to it."""
        by_id = {id_of(each): each for each in self.ended}
        names = [span.name]
        while span.parent is not None and span.parent.span_id in by_id:
            span = by_id[span.parent.span_id]
            names.insert(0, span.name)
        return names

    @property
    def told(self) -> str:
        """All that would be sent."""
        return "\n".join(each.to_json() for each in self.ended)


def id_of(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def trace_of(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.trace_id


def linked(span: ReadableSpan) -> set[int]:
    """The ids of the spans that a span is linked with."""
    return {each.context.span_id for each in span.links}


@asynccontextmanager
async def traced(
    settings: Settings, *, is_staged: bool = True
) -> AsyncIterator[tuple[Live, Spans]]:
    """A server that makes spans, and clients of it; a stage leads its subscriptions, if it may."""
    spans, stage, clock = Spans(), Stage(), FixedClock()
    own = schema() if is_staged else None
    app = create_app(settings, clock, own, tracing=Tracing(spans.provider))
    async with listening(app) as port, client(port) as http:
        with stage.leading(app.state.services):
            yield Live(port, http, Caller(http, settings.database_url, clock), stage), spans
