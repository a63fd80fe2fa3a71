"""Traces: from a request down to what was read and committed for it, on both databases."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from graph.config.log_formats import LogFormat
from graph.config.settings import Settings
from graph.server.tracing.spans import running
from tests.support.durability.server import until
from tests.support.live.clients import Live
from tests.support.live.logs import logged
from tests.support.live.spans import Spans, id_of, linked, trace_of, traced
from tests.support.live.streams import CANARY
from tests.support.serving import SECRET

TRACE, PARENT = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331
SAMPLED = f"00-{TRACE:032x}-{PARENT:016x}-01"
UNSAMPLED = f"00-{TRACE:032x}-{PARENT:016x}-00"
RECORD = """mutation Record($id: ID!) {
  recordInteraction(input: {userId: "ann-canary", action: VIEW, postId: $id}) { outcome }
}"""
READ = 'query Read { post(id: "post-canary") { stats { counts { action count } } } }'

WATCH = """subscription {
  postStats(ids: ["p"], initial: true) { counts { action count } }
}"""


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[tuple[Live, Spans]]:
    """A server that makes spans, on each database."""
    async with traced(Settings(database_url, SECRET)) as server:
        yield server


async def test_a_recording_is_traced_to_its_transaction(server: tuple[Live, Spans]) -> None:
    """Through the operation and its field to the wait for a batch, and the batch's transaction."""
    live, spans = server
    await live.caller.data(RECORD, id="p")

    above = ["POST /graphql", "mutation Record", "record"]
    assert spans.path(spans.one("queue")) == [*above, "queue"]
    assert spans.path(spans.one("transaction")) == [*above, "transaction"]
    operation, queue, transaction = map(spans.one, ("mutation Record", "queue", "transaction"))
    assert operation.attributes == {
        "graphql.operation.type": "mutation",
        "graphql.operation.name": "Record",
        "trailmark.fields": ("recordInteraction",),
    }
    assert queue.start_time is not None
    assert queue.end_time is not None
    assert transaction.start_time is not None
    assert queue.start_time <= queue.end_time <= transaction.start_time
    assert transaction.attributes == {"trailmark.inputs": 1, "trailmark.calls": 1}


async def test_those_who_share_a_transaction_are_linked_with_it(
    server: tuple[Live, Spans],
) -> None:
    """It is beneath one of them; each of the others is linked with it, and it with each."""
    live, spans = server
    await asyncio.gather(*(live.caller.data(RECORD, id=f"p{number}") for number in range(30)))
    await until(lambda: len(spans.named("POST /graphql")) == 30)

    records = {id_of(each): each for each in spans.named("record")}
    transactions = spans.named("transaction")
    assert len(records) == 30
    reached = set[int]()
    for each in transactions:
        assert each.parent is not None
        assert each.attributes is not None
        others = linked(each)
        assert len(others) == each.attributes["trailmark.calls"] - 1  # type: ignore[operator]
        assert all(linked(records[other]) == {id_of(each)} for other in others)
        reached |= {each.parent.span_id, *others}
    assert reached == records.keys()


async def test_a_read_is_traced_to_its_statements(server: tuple[Live, Spans]) -> None:
    """Each has its text, in which values are only stood for."""
    live, spans = server
    await live.caller.data(READ)

    statements = [each for each in spans.ended if each.kind is SpanKind.CLIENT]
    assert statements
    for each in statements:
        assert each.attributes is not None
        assert spans.path(each)[:3] == ["POST /graphql", "query Read", "read"]
        assert each.attributes["db.system.name"] in ("sqlite", "postgresql")
        assert str(each.attributes["db.query.text"]).startswith(("SELECT", "WITH"))


async def test_nothing_that_was_sent_is_in_a_span(server: tuple[Live, Spans]) -> None:
    """No user id, value of a variable or of a document, query string, or text of an error."""
    live, spans = server
    await live.caller.data(RECORD, id="post-canary")
    await live.caller.data(READ)
    await live.caller.send("query Wrong($a: String) { nothing }", a="variable-canary")
    await live.http.get("/api/v1/interactions/post-canary?user_id=ann-canary")
    await live.http.get("/unknown-canary?token=token-canary")
    await live.events("subscription { fail(after: 0) }")

    assert len(spans.ended) > 10
    told = spans.told
    assert "canary" not in told
    assert CANARY not in told
    assert {each.name for each in spans.ended if each.parent is None} == {
        "POST /graphql",
        "GET /api/v1/interactions/{post_id}",
        "GET /*",
    }


async def test_a_request_that_waited_for_another_is_a_trace_of_its_own(
    server: tuple[Live, Spans],
) -> None:
    """Though they came together, and the end of one begins the next."""
    live, spans = server
    _, writer = await asyncio.open_connection("127.0.0.1", live.port)
    try:
        writer.write(3 * b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        await until(lambda: len(spans.named("GET /healthz")) == 3)
    finally:
        writer.close()

    assert [each.parent for each in spans.named("GET /healthz")] == [None, None, None]


async def test_a_traceparent_is_honoured(server: tuple[Live, Spans]) -> None:
    """A trace that a client has begun goes on; one that it does not sample is not made."""
    live, spans = server
    body = {"query": "{ __typename }"}
    await live.http.post("/graphql", json=body, headers={"traceparent": UNSAMPLED})
    assert spans.ended == []

    for sent in (SAMPLED, "00-nonsense"):
        await live.http.post("/graphql", json=body, headers={"traceparent": sent})

    theirs, ours = spans.named("POST /graphql")
    assert theirs.parent is not None
    assert (trace_of(theirs), theirs.parent.span_id) == (TRACE, PARENT)
    assert ours.parent is None
    assert theirs.attributes is not None
    assert theirs.attributes["http.response.status_code"] == 200
    assert theirs.attributes["http.route"] == "/graphql"


async def test_operations_of_a_websocket_are_traces(server: tuple[Live, Spans]) -> None:
    """A connection may last for days; each operation is linked with its handshake."""
    live, spans = server
    async with live.socket() as socket:
        await socket.subscribe("1", READ)
        assert (await socket.receive())["type"] == "next"
        await socket.subscribe("2", "subscription Up { count(to: 1) }")
        await until(lambda: len(spans.named("subscription Up")) == 1)

    handshake = spans.one("GET /graphql")
    assert handshake.attributes is not None
    assert handshake.attributes["http.response.status_code"] == 101
    for name in ("query Read", "subscription Up"):
        assert spans.one(name).parent is None
        assert linked(spans.one(name)) == {id_of(handshake)}


def test_what_fails_is_marked_by_its_class() -> None:
    """The words of an exception may quote what a client has sent."""
    spans = Spans()
    tracer = spans.provider.get_tracer("tests")

    with pytest.raises(ValueError, match=CANARY), running(tracer.start_span("work")):
        raise ValueError(CANARY)

    work = spans.one("work")
    assert work.status.status_code is StatusCode.ERROR
    assert work.attributes == {"error.type": "ValueError"}
    assert CANARY not in spans.told


async def test_a_line_of_the_log_says_its_trace(database_url: str) -> None:
    """Beside the request's id; so who finds the one finds the other."""
    with logged(LogFormat.JSON) as written:
        async with traced(Settings(database_url, SECRET)) as (live, spans):
            await live.events("subscription Broken { fail(after: 0) }")

    (line,) = [each for each in written.objects if each["level"] == "ERROR"]
    assert int(line["trace_id"], 16) == trace_of(spans.one("POST /graphql"))
    assert line["request_id"]


async def test_what_the_server_does_by_itself_makes_no_traces(database_url: str) -> None:
    """The keys and the log are read now and then, for no request; nor do events make any."""
    async with (
        traced(Settings(database_url, SECRET), is_staged=False) as (live, spans),
        live.socket() as socket,
    ):
        await socket.subscribe("1", WATCH)
        assert (await socket.receive())["type"] == "next"
        for _ in range(3):
            await live.caller.data(RECORD, id="p")
            assert (await socket.receive())["type"] == "next"

    assert {spans.path(each)[0] for each in spans.ended} == {
        "GET /graphql",
        "POST /graphql",
        "subscription",
    }
