"""Tokens that expire: what they opened ends within seconds, whatever flows through it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from graph.codes import Code
from graph.config.settings import Settings
from graph.transport.answers import Answer
from graph.transport.http.sse import event_format
from graph.transport.http.streams import AnswerStream
from graph.transport.principals import Denied
from tests.support.access.callers import DENIED, TOKEN_SECRET, Guarded, serving_guarded, token
from tests.support.client import FixedClock
from tests.support.live.streams import soon
from tests.support.serving import SECRET

READ = "{ viewer { alias } }"
FOLLOW = "subscription ($channel: String!) { follow(channel: $channel) }"
HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
ENDED = "the key or token is no longer valid"


@pytest.fixture
async def guarded(
    sqlite_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Guarded]:
    """A server that looks for what has ended every few milliseconds instead of seconds."""
    monkeypatch.setattr("graph.access.credentials.FRESH_S", 0.05)
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET, token_leeway_seconds=1)
    async with serving_guarded(settings) as guarded:
        guarded.credentials["soon"] = token("ann", exp=int(time.time()) + 1)
        yield guarded


async def test_a_websocket_ends_with_its_token(guarded: Guarded) -> None:
    """Closed with 4403 and why, and what it followed is let go; another user's stays."""
    async with guarded.line("soon") as line, guarded.line("bob") as other:
        await line.subscribe(FOLLOW, channel="a")
        await soon(guarded.stage.started.get())
        guarded.stage.send("a", 1)
        assert (await line.receive())["payload"] == {"data": {"follow": 1}}

        assert await line.end() == (DENIED, ENDED)

        assert await soon(guarded.stage.ended.get()) == "a"
        assert (await other.ask(READ)).outcome == "yes"
    assert (await guarded.post("soon", READ)).body["errors"] == [
        {"message": "the token has expired", "extensions": {"code": "UNAUTHENTICATED"}}
    ]


@pytest.mark.slow
async def test_an_idle_websocket_ends_with_its_token_too(guarded: Guarded) -> None:
    """Nothing need be under way on it."""
    async with guarded.line("soon") as line:
        assert await line.end() == (DENIED, ENDED)


async def test_an_event_stream_ends_with_its_token(guarded: Guarded) -> None:
    """After what was sent until then, its last event is the error, and `complete` follows."""
    body = {"query": FOLLOW, "variables": {"channel": "a"}}
    headers = {"Accept": "text/event-stream", **guarded.headers("soon")}
    async with guarded.http.stream("POST", "/graphql", json=body, headers=headers) as events:
        await soon(guarded.stage.started.get())
        guarded.stage.send("a", 1)

        text = (await soon(events.aread())).decode()

    assert await soon(guarded.stage.ended.get()) == "a"
    error = f'{{"message":"{ENDED}","extensions":{{"code":"UNAUTHENTICATED"}}}}'
    assert text == (
        ':\n\nevent: next\ndata: {"data":{"follow":1}}\n\n'
        f'event: next\ndata: {{"errors":[{error}]}}\n\n'
        "event: complete\ndata: \n\n"
    )


@pytest.mark.slow
async def test_nothing_is_sent_after_the_end(guarded: Guarded) -> None:
    """Events that come later reach nobody."""
    async with guarded.line("soon") as line:
        await line.subscribe(FOLLOW, channel="a")
        await soon(guarded.stage.started.get())
        assert await line.end() == (DENIED, ENDED)
        await soon(guarded.stage.ended.get())

        guarded.stage.send("a", 1, 2, 3)

        await asyncio.sleep(0.05)
        assert guarded.stage.events["a"].qsize() == 3


class _Endless:
    """An operation whose answers never end."""

    principal = "someone"

    async def answers(self) -> AsyncGenerator[list[Answer], None]:
        while True:
            yield [Answer(b"{}")]


async def test_an_event_stream_that_nobody_reads_ends_too() -> None:
    """However often it was told to: once it is read again, its last events are the end's."""
    engine: Any = SimpleNamespace(streams=set())
    operation: Any = _Endless()
    stream = AnswerStream(engine, operation, event_format(), headers={})
    is_read, sent = asyncio.Event(), list[bytes]()

    async def send(message: Any) -> None:
        await is_read.wait()
        sent.append(message.get("body", b""))

    async def receive() -> Any:
        await asyncio.Event().wait()

    serving = asyncio.create_task(stream({"type": "http"}, receive, send))
    try:
        for _ in range(3):  # one more for every FRESH_S seconds
            await asyncio.sleep(0.01)
            for each in list(engine.streams):
                each.end(Denied(401, Code.UNAUTHENTICATED, ENDED))
        is_read.set()

        await asyncio.wait_for(serving, 1)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    assert ENDED.encode() in sent[-2]
    assert sent[-2].endswith(b"event: complete\ndata: \n\n")
    assert sent[-1] == b""


async def test_an_expired_token_records_nothing_more_on_an_open_socket(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before the server has looked for what has ended, which it does every two seconds."""
    monkeypatch.setattr("graph.access.credentials.FRESH_S", 60)
    record = 'mutation { recordInteraction(input: {action: VIEW, postId: "p"}) { outcome } }'
    async with guarded.line("bob") as line:
        assert (await line.ask(record)).outcome == "yes"

        monkeypatch.setattr(time, "time", lambda: 4 * 10**9)
        await line.subscribe(record)

        assert await line.end() == (DENIED, ENDED)


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["websocket", "events"])
async def test_what_is_not_read_ends_with_its_token_too(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """The connection is cut where the client does not read why it ends."""
    for module in ("engine", "websocket"):
        monkeypatch.setattr(f"graph.transport.{module}.LAST_WORDS_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", guarded.port, limit=1024)
    query = 'subscription { follow(channel: "a") }'
    if transport == "events":
        body = json.dumps({"query": query}).encode()
        authorization = guarded.headers("soon")["Authorization"]
        head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
        head += "Content-Type: application/json\r\nAccept: text/event-stream\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    else:
        writer.write(HANDSHAKE)
        await soon(reader.readuntil(b"\r\n\r\n"))
        writer.write(_subscribed(guarded, query))
    await soon(guarded.stage.started.get())
    for _ in range(100):
        guarded.stage.send("a", *range(1000))
        await asyncio.sleep(0)

    assert await soon(guarded.stage.ended.get()) == "a"
    with contextlib.suppress(ConnectionError):
        while await soon(reader.read(2**20)):
            pass
    writer.close()


def _subscribed(guarded: Guarded, query: str) -> bytes:
    """What begins a subscription over a WebSocket."""
    messages = (
        {"type": "connection_init", "payload": guarded.headers("soon")},
        {"type": "subscribe", "id": "1", "payload": {"query": query}},
    )
    return b"".join(_frame(json.dumps(each).encode()) for each in messages)


def _frame(text: bytes) -> bytes:
    """A text message of a client, masked with zeros."""
    length = bytes([0x80 | 126]) + len(text).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + text
