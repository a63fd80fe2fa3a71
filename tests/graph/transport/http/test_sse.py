"""GraphQL over server-sent events: each operation a response, each answer an event."""

import json
import logging
from typing import Any

import httpx
import pytest

from tests.support.live.clients import COMMENT, EVENTS, NEXT, Live, answers_in
from tests.support.live.streams import CANARY, soon

FOLLOW = "subscription ($channel: String!) { follow(channel: $channel) }"
COUNT = "subscription ($to: Int!) { count(to: $to) }"
RECORD = """mutation { recordInteraction(input: {userId: "ann", action: VIEW, postId: "p1"}) {
  outcome
} }"""
COMPLETE = "event: complete\ndata: \n\n"


async def test_each_answer_is_an_event(live: Live) -> None:
    """A comment opens the stream; a `next` follows for each event and `complete` for the end."""
    async with live.streaming(COUNT, to=2) as response:
        content = await soon(response.aread())

    assert response.status_code == 200
    assert content.decode() == (
        ":\n\n"
        'event: next\ndata: {"data":{"count":1}}\n\n'
        'event: next\ndata: {"data":{"count":2}}\n\n'
        "event: complete\ndata: \n\n"
    )


async def test_a_stream_is_neither_kept_nor_held_back(live: Live) -> None:
    """No cache stores it, no proxy gathers it first, and nobody takes it for something else."""
    async with live.streaming(COUNT, to=1) as response:
        headers = response.headers

    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"
    assert headers["x-content-type-options"] == "nosniff"
    assert "Accept" in headers["vary"]


async def test_events_come_as_they_happen(live: Live) -> None:
    """The client sees the response begin before the first event, and each event by itself."""
    async with live.streaming(FOLLOW, channel="a") as response:
        texts = response.aiter_text()
        assert await soon(anext(texts)) == COMMENT
        for event in (1, 2):
            live.stage.send("a", event)
            assert await soon(anext(texts)) == f'{NEXT}{{"data":{{"follow":{event}}}}}\n\n'
        live.stage.send("a", None)
        assert await soon(anext(texts)) == COMPLETE


async def test_a_silent_stream_is_kept_alive(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing happens comments are sent, and no event is lost between them."""
    monkeypatch.setattr("graph.transport.http.sse.KEEP_ALIVE_S", 0.01)
    async with live.streaming(FOLLOW, channel="a") as response:
        texts = response.aiter_text()
        silence = [await soon(anext(texts)) for _ in range(3)]
        live.stage.send("a", 1, 2, None)
        rest = "".join([text async for text in texts])

    assert set("".join(silence).split("\n\n")) == {":", ""}
    assert rest.replace(COMMENT, "") == (
        f'{NEXT}{{"data":{{"follow":1}}}}\n\n{NEXT}{{"data":{{"follow":2}}}}\n\n{COMPLETE}'
    )


@pytest.mark.parametrize(
    ("query", "variables", "data"),
    [
        ("{ __typename }", {}, {"__typename": "Query"}),
        (RECORD, {}, {"recordInteraction": {"outcome": "CREATED"}}),
        (
            "query ($id: ID!) { post(id: $id) { id } }",
            {"id": "é"},
            {"post": {"id": "UG9zdDrDqQ=="}},
        ),
    ],
)
async def test_a_query_or_mutation_is_a_stream_of_one_event(
    live: Live, query: str, variables: dict[str, Any], data: dict[str, Any]
) -> None:
    """A client that speaks events alone gets the answers of all operations so."""
    assert answers_in(await live.events(query, **variables)) == [{"data": data}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("subscription {", "Syntax Error: Expected Name, found <EOF>."),
        ("subscription { nothing }", "Cannot query field 'nothing' on type 'Streams'."),
        (COUNT, "Variable '$to' has invalid value: Expected a value of non-null type"),
        ("query a { __typename } query b { __typename }", "the document must hold exactly one"),
    ],
)
async def test_what_cannot_be_executed_is_an_event_too(
    live: Live, query: str, message: str
) -> None:
    """Its errors are the one answer of a stream that completes, as EventSource hides all else."""
    async with live.streaming(query) as response:
        (answer,) = answers_in((await soon(response.aread())).decode())

    (error,) = answer["errors"]
    assert response.status_code == 200
    assert list(answer) == ["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [(b"{", "application/json", 400), (b"{}", "text/plain", 415)],
)
async def test_what_is_no_request_has_its_own_status(
    live: Live, content: bytes, media: str, status: int
) -> None:
    """What never became an operation is refused in JSON, as for every client."""
    headers = {"Accept": EVENTS, "Content-Type": media}
    answer = await live.http.post("/graphql", content=content, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert list(answer.json()) == ["errors"]


async def test_a_stream_can_be_had_by_get(live: Live) -> None:
    """Browsers' EventSource can only GET."""
    params = {"query": COUNT, "variables": json.dumps({"to": 1})}
    answer = await _get(live, params)

    assert answers_in(answer.text) == [{"data": {"count": 1}}]


async def test_a_mutation_by_get_is_not_executed(live: Live) -> None:
    """It is a 405 that names POST, and changes nothing."""
    answer = await _get(live, {"query": RECORD})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert error["message"] == "GET executes queries alone; send mutations by POST"
    assert await live.caller.counts("p1") == {}


async def test_head_opens_no_stream(live: Live) -> None:
    """HEAD tells the headers of a stream and ends; its source never runs."""
    params = {"query": 'subscription { follow(channel: "a") }'}
    answer = await soon(live.http.head("/graphql", params=params, headers={"Accept": EVENTS}))
    healthy = await soon(live.http.get("/healthz"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert healthy.status_code == 200
    assert live.stage.started.empty()


@pytest.mark.parametrize("sent", [0, 1])
async def test_a_client_that_leaves_stops_its_stream(live: Live, sent: int) -> None:
    """Its source ends, whether the client saw events or none yet."""
    async with live.streaming(FOLLOW, channel="a") as response:
        texts = response.aiter_text()
        await soon(anext(texts))
        await soon(live.stage.started.get())
        for number in range(sent):
            live.stage.send("a", number)
            await soon(anext(texts))

    assert await soon(live.stage.ended.get()) == "a"


async def test_a_client_that_leaves_an_endless_stream_stops_it(live: Live) -> None:
    """Also in the midst of events that come faster than it reads them."""
    live.stage.send("a", *range(100_000))
    async with live.streaming(FOLLOW, channel="a") as response:
        await soon(anext(response.aiter_bytes()))

    assert await soon(live.stage.ended.get()) == "a"
    assert not live.stage.events["a"].empty()


async def test_a_fault_in_mid_stream_is_masked(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    """It ends the stream with an answer that says nothing of it; the log says it once, by id."""
    answers = answers_in(await live.events("subscription { fail(after: 1) }"))

    assert answers[0] == {"data": {"fail": 1}}
    (error,) = answers[1]["errors"]
    request_id = error["extensions"].pop("requestId")
    assert error["extensions"] == {"code": "INTERNAL"}
    assert CANARY not in str(answers)
    (logged,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert f"request {request_id} failed" in logged.getMessage()


async def test_every_event_is_read_afresh(live: Live) -> None:
    """What was loaded for one event is not shown in the next one."""
    query = 'subscription { post(id: "p1") { stats { counts { action count } } } }'
    async with live.streaming(query) as response:
        texts = response.aiter_text()
        await soon(anext(texts))
        await soon(live.stage.started.get())
        seen = []
        for _ in range(2):
            await live.caller.data(RECORD)
            live.stage.send("p1", 0)
            seen.append(json.loads((await soon(anext(texts))).removeprefix(NEXT)))

    counts = [each["data"]["post"]["stats"]["counts"] for each in seen]
    assert counts == [[{"action": "VIEW", "count": count}] for count in (1, 2)]


async def _get(live: Live, params: dict[str, str]) -> httpx.Response:
    return await soon(live.http.get("/graphql", params=params, headers={"Accept": EVENTS}))
