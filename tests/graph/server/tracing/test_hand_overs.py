"""Hand-overs in traces: what one worker stores is beneath the spans of those who asked another."""

from opentelemetry.trace import INVALID_SPAN

from graph.server.tracing.hand_overs import taken_over, trace_of
from graph.server.tracing.spans import running
from tests.support.live.spans import Spans, id_of, linked


def test_a_hand_over_is_beneath_the_first_caller_and_linked_with_the_others() -> None:
    """As what is stored for several callers of one process is; the names of spans travel along."""
    spans = Spans()
    tracer = spans.provider.get_tracer("test")
    one, two = tracer.start_span("one"), tracer.start_span("two")
    traces = [trace_of(one), trace_of(two)]

    with taken_over(traces, tracer=tracer), running(tracer.start_span("transaction")):
        pass
    one.end()
    two.end()

    assert spans.path(spans.one("transaction")) == ["one", "hand-over", "transaction"]
    assert linked(spans.one("hand-over")) == {id_of(spans.one("two"))}


def test_what_nobody_traces_makes_no_span() -> None:
    """A span that is not recorded has no name for others."""
    spans = Spans()

    with taken_over([], tracer=spans.provider.get_tracer("test")):
        pass

    assert trace_of(INVALID_SPAN) == ""
    assert spans.ended == []
