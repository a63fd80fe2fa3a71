"""Recording as spans: the call, how long it waited, and the transaction that it shared."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from graph.server.tracing.hand_overs import trace_of
from graph.server.tracing.spans import beneath, fail, running, shared
from models.errors import DatabaseUnavailable
from models.ledger.ledger import Judge, R
from models.records import Wanted
from resolvers.recording.lanes.lane_writers import LaneWriters
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writer import Writer
from resolvers.recording.writing.batches import Batch
from resolvers.recording.writing.committing import Begun
from resolvers.recording.writing.queueing import SubmittedCall


@dataclass(slots=True, eq=False)
class _TracedCall(SubmittedCall):
    span: Span = INVALID_SPAN
    queued_ns: int = 0

    def part(self, submissions: Sequence[Submission]) -> Self:
        return type(self)(submissions, trace=self.trace, span=self.span, queued_ns=self.queued_ns)


class TracedWriter(Writer):
    """A lane's writer, each of whose batches is a span that its callers share."""

    def __init__(self, *arguments: Any, tracer: Tracer, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._tracer = tracer
        self._spans = dict[Batch, Span]()

    def call(self, submissions: Sequence[Submission]) -> SubmittedCall:
        span = get_current_span()
        return _TracedCall(submissions, trace=trace_of(span), span=span, queued_ns=time.time_ns())

    async def _begin(self, batch: Batch) -> Begun:
        calls = [each for each in batch.calls if isinstance(each, _TracedCall)]
        now_ns = time.time_ns()
        for call in calls:
            if call.span.is_recording():
                above = set_span_in_context(call.span)
                queue = self._tracer.start_span("queue", above, start_time=call.queued_ns)
                queue.end(now_ns)
        span = shared(self._tracer, "transaction", [each.span for each in calls])
        span.set_attribute("trailmark.inputs", len(batch))
        span.set_attribute("trailmark.calls", len(calls))
        self._spans[batch] = span
        with running(span, ends=False):
            return await super()._begin(batch)

    async def _end(self, batch: Batch, begun: Begun) -> DatabaseUnavailable | None:
        span = self._spans.pop(batch)
        with running(span):
            failure = await super()._end(batch, begun)
            if failure is not None:
                fail(span, type(failure).__name__)
            return failure


class TracedLaneWriters(LaneWriters):
    """Writers that are traced, to whom each call is a span, and each exclusive transaction."""

    def __init__(self, *arguments: Any, tracer: Tracer, **more: Any) -> None:
        super().__init__(*arguments, make_writer=partial(TracedWriter, tracer=tracer), **more)
        self._tracer = tracer

    async def submit(self, submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        with beneath(self._tracer, "record", {"trailmark.inputs": len(submissions)}):
            return await super().submit(submissions)

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        with beneath(self._tracer, "exclusive transaction"):
            return await super().transact(wanted, judge)
