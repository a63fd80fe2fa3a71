"""How conversations over WebSocket end: the codes of the protocol, and who may open one."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Message
from websockets.exceptions import InvalidStatus

from graph.schema.schema import build
from graph.transport.documents.limits import Limits
from graph.transport.engine import Engine
from graph.transport.websocket import WebSocketEndpoint
from tests.support.client import Caller, FixedClock
from tests.support.live.clients import PROTOCOL, Live, client, listening, serving_streams
from tests.support.live.streams import soon
from tests.support.serving import Settling

FOLLOW = "subscription ($channel: String!) { follow(channel: $channel) }"
RECORD = """mutation { recordInteraction(input: {userId: "ann", action: VIEW, postId: "p1"}) {
  outcome
} }"""
NO_TYPE = "`type` must be one that clients send in graphql-transport-ws"
NO_ID = "`id` must be a text that is not empty"
NO_OBJECT = "`payload` must be an object"
NO_QUERY = "`query` must be a text that holds a GraphQL document"
DEEP = "[" * 100_000 + "]" * 100_000


def _subscribe(id: Any = "1", payload: Any = None, **others: Any) -> str:
    given = {"query": "{ __typename }", **others} if payload is None else payload
    return json.dumps({"id": id, "type": "subscribe", "payload": given})


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", "a message must be JSON: "),
        ("{", "a message must be JSON: "),
        ("ping", "a message must be JSON: "),
        ('{"type": "ping", "payload": {"a": NaN}}', "a message must be JSON: "),
        (f'{{"type": "ping", "payload": {DEEP}}}', "a message must be JSON: "),
        ("null", "a message must be a JSON object"),
        ("[]", "a message must be a JSON object"),
        ('"ping"', "a message must be a JSON object"),
        ('[{"type": "ping"}]', "a message must be a JSON object"),
        ("{}", NO_TYPE),
        ('{"type": null}', NO_TYPE),
        ('{"type": 1}', NO_TYPE),
        ('{"type": ["ping"]}', NO_TYPE),
        ('{"type": "PING"}', NO_TYPE),
        ('{"type": "start", "id": "1", "payload": {"query": "{ __typename }"}}', NO_TYPE),
        ('{"type": "connection_terminate"}', NO_TYPE),
        ('{"type": "connection_ack"}', NO_TYPE),
        ('{"type": "next", "id": "1", "payload": {}}', NO_TYPE),
        ('{"type": "error", "id": "1", "payload": []}', NO_TYPE),
        ('{"type": "ping", "payload": "a"}', NO_OBJECT),
        ('{"type": "pong", "payload": [1]}', NO_OBJECT),
        ('{"type": "connection_init", "payload": 1}', NO_OBJECT),
        ('{"type": "complete"}', NO_ID),
        ('{"type": "complete", "id": 1}', NO_ID),
        ('{"type": "subscribe", "payload": {"query": "{ __typename }"}}', NO_ID),
        (_subscribe(id=""), NO_ID),
        (_subscribe(id=1), NO_ID),
        (_subscribe(id=["1"]), NO_ID),
        ('{"type": "subscribe", "id": "1"}', "`payload` must be a JSON object"),
        (_subscribe(payload=[]), "`payload` must be a JSON object"),
        (_subscribe(payload="{ __typename }"), "`payload` must be a JSON object"),
        (_subscribe(payload={}), NO_QUERY),
        (_subscribe(query=None), NO_QUERY),
        (_subscribe(query={"kind": "Document"}), NO_QUERY),
        (_subscribe(variables=[]), "`variables` must be an object"),
        (_subscribe(variables="{}"), "`variables` must be an object"),
        (_subscribe(operationName=1), "`operationName` must be a text"),
        (_subscribe(extensions=[]), "`extensions` must be an object"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_is_no_message_of_the_protocol_ends_the_connection(
    live: Live, message: str, reason: str
) -> None:
    """It is closed with 4400 and a reason that says what is wrong."""
    async with live.socket() as socket:
        await socket.connection.send(message)
        code, said = await socket.end()

    assert code == 4400
    assert said is not None
    assert said.startswith(reason)


@pytest.mark.parametrize("number", ["1" * 30, "9" * 20])
async def test_what_json_cannot_send_back_ends_the_connection(live: Live, number: str) -> None:
    """A ping whose payload holds a number beyond 64 bits is refused rather than changed."""
    async with live.socket() as socket:
        await socket.connection.send(f'{{"type": "ping", "payload": {{"a": {number}}}}}')
        code, reason = await socket.end()

    assert (code, reason) == (4400, "the `payload` of a ping cannot be sent back")


async def test_binary_messages_end_the_connection(live: Live) -> None:
    """Messages are text; the same bytes as binary are closed with 4400."""
    async with live.socket() as socket:
        await socket.connection.send(b'{"type": "ping"}')

        assert await socket.end() == (4400, "messages are text, not binary")


async def test_nothing_is_executed_before_the_connection_is_initialised(live: Live) -> None:
    """A `subscribe` that comes first is closed with 4401, and what it asked for is not done."""
    async with live.connected() as socket:
        await socket.subscribe("1", RECORD)

        assert await socket.end() == (4401, "Unauthorized")
    assert await live.caller.counts("p1") == {}


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("graphql-transport-ws2", "soap")])
async def test_other_protocols_are_not_spoken(live: Live, protocols: tuple[str, ...]) -> None:
    """A client that offers none or only others, such as the old graphql-ws, is closed with 4406."""
    async with live.connected(protocols) as socket:
        assert socket.connection.subprotocol is None
        assert await socket.end() == (4406, "Subprotocol not acceptable")


async def test_a_client_has_so_long_to_initialise() -> None:
    """Without `connection_init` in time it is closed with 4408, whatever else it sends."""
    async with _patient_for(0.05) as live, live.connected() as socket:
        await socket.send(type="pong")

        assert await socket.end() == (4408, "Connection initialisation timeout")


async def test_an_initialised_connection_may_last() -> None:
    """The time to initialise ends nothing once it was used."""
    patience_s = 0.05
    async with _patient_for(patience_s) as live, live.socket() as socket:
        loop = asyncio.get_running_loop()
        passed = asyncio.Event()
        loop.call_later(patience_s * 2, passed.set)
        await soon(passed.wait())

        assert await socket.is_alive()


async def test_an_id_stands_for_one_operation_at_a_time(live: Live) -> None:
    """A `subscribe` with the id of one under way is closed with 4409, which stops that too."""
    async with live.socket() as socket:
        await socket.subscribe("1", FOLLOW, channel="a")
        await soon(live.stage.started.get())
        await socket.subscribe("1", "{ __typename }")

        assert await socket.end() == (4409, "Subscriber for 1 already exists")
        assert await soon(live.stage.ended.get()) == "a"


@pytest.mark.parametrize("id", ["x" * 128, "é" * 100, "\U0001f600" * 50])
async def test_a_long_id_used_twice_ends_the_connection_alike(live: Live, id: str) -> None:
    """A close frame holds 123 bytes: however long an id is, the code arrives."""
    async with live.socket() as socket:
        await socket.subscribe(id, FOLLOW, channel="a")
        await soon(live.stage.started.get())
        await socket.subscribe(id, "{ __typename }")
        code, reason = await socket.end()

    assert code == 4409
    assert reason is not None
    assert reason.startswith(f"Subscriber for {id[:20]}")


async def test_a_connection_is_initialised_once(live: Live) -> None:
    """A second `connection_init` is closed with 4429, which stops what is under way."""
    async with live.socket() as socket:
        await socket.subscribe("1", FOLLOW, channel="a")
        await soon(live.stage.started.get())
        await socket.send(type="connection_init")

        assert await socket.end() == (4429, "Too many initialisation requests")
        assert await soon(live.stage.ended.get()) == "a"


async def test_a_message_holds_as_much_as_a_body(settings: Settling, clock: FixedClock) -> None:
    """A message of the limit's bytes is taken; one byte more is closed with 1009."""
    limited = settings(limits=Limits(body_bytes=1000))
    async with serving_streams(limited, clock) as live, live.socket() as socket:
        whole = _subscribe().ljust(1000)
        await socket.connection.send(whole)
        answers = [await socket.receive() for _ in range(2)]
        await socket.connection.send(whole + " ")
        code, _ = await socket.end()

    assert [each["type"] for each in answers] == ["next", "complete"]
    assert code == 1009


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "null",
        "",
        "http://[",
        "127.0.0.1",
    ],
)
async def test_pages_of_other_origins_open_no_socket(
    live: Live, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Browsers name the page's origin; a foreign or malformed one is refused with 403."""
    with pytest.raises(InvalidStatus) as refused:
        async with live.connected(origin=origin):
            pass

    assert refused.value.response.status_code == 403
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == [
        "a WebSocket is refused for its Origin; more are counted for a minute"
    ]


async def test_pages_of_the_server_and_of_configured_origins_open_sockets(
    settings: Settling, clock: FixedClock
) -> None:
    """The server's own origin needs no setting; others do."""
    configured = "https://app.example"
    async with serving_streams(settings(cors_origins=(configured,)), clock) as live:
        for origin in (configured, f"http://127.0.0.1:{live.port}"):
            async with live.connected(origin=origin) as socket:
                await socket.init()
        with pytest.raises(InvalidStatus):
            async with live.connected(origin=f"{configured}:8443"):
                pass


async def test_answers_that_a_client_does_not_read_do_not_pile_up() -> None:
    """What waits to be sent is bounded by the operations that a socket holds, errors as well."""
    endpoint = WebSocketEndpoint(Engine(build(), lambda *_: None, limits=Limits(streams=5)))
    coming: list[Message] = [{"type": "websocket.connect"}]
    texts = [json.dumps({"type": "connection_init"})]
    texts += [_subscribe(id=str(number), query="{") for number in range(500)]
    coming += [{"type": "websocket.receive", "text": text} for text in texts]
    stuck = list[str]()

    async def receive() -> Message:
        await asyncio.sleep(0)  # as from a network, where other tasks run between messages
        return coming.pop(0) if coming else await asyncio.Future()

    async def send(message: Message) -> None:
        if "error" in message.get("text", ""):
            stuck.append(message["text"])
            await asyncio.Future()

    scope = {"type": "websocket", "path": "/", "headers": [], "subprotocols": [PROTOCOL]}
    conversing = asyncio.create_task(endpoint(scope, receive, send))
    for _ in range(5_000):
        await asyncio.sleep(0)
    conversing.cancel()
    await asyncio.wait([conversing])

    assert 1 <= len(stuck) <= 6


@asynccontextmanager
async def _patient_for(seconds: float) -> AsyncIterator[Live]:
    """A server that waits so long for connections to be initialised."""
    endpoint = WebSocketEndpoint(Engine(build(), lambda *_: None), init_s=seconds)
    app = Starlette(routes=[WebSocketRoute("/graphql", endpoint)])
    async with listening(app) as port, client(port) as http:
        yield Live(port, http, Caller(http, "", FixedClock()))
