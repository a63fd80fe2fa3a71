"""Tokens that expire: what they opened ends within seconds, whatever flows through it."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from graph.codes import Code
from graph.settings import Settings
from graph.transport.answers import Answer
from graph.transport.parties import Denied
from graph.transport.sse import EventStream
from tests.access.callers import DENIED, TOKEN_SECRET, House, housing, token
from tests.client import FixedClock
from tests.conftest import SECRET
from tests.graph.transport.streams import soon

READ = "{ viewer { alias } }"
FOLLOW = "subscription ($channel: String!) { follow(channel: $channel) }"
ENDED = "the key or token is no longer valid"


@pytest.fixture
async def house(
    sqlite_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A server that looks for what has ended every few milliseconds instead of seconds."""
    monkeypatch.setattr("graph.access.FRESH_S", 0.05)
    async with housing(Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)) as house:
        house.credentials["soon"] = token("ann", exp=int(time.time()) + 2)
        yield house


async def test_a_websocket_ends_with_its_token(house: House) -> None:
    """Closed with 4403 and why, and what it followed is let go; another user's stays."""
    async with house.line("soon") as line, house.line("bob") as other:
        await line.subscribe(FOLLOW, channel="a")
        await soon(house.stage.started.get())
        house.stage.send("a", 1)
        assert (await line.receive())["payload"] == {"data": {"follow": 1}}

        assert await line.end() == (DENIED, ENDED)

        assert await soon(house.stage.ended.get()) == "a"
        assert (await other.ask(READ)).outcome == "yes"
    assert (await house.post("soon", READ)).body["errors"] == [
        {"message": "the token has expired", "extensions": {"code": "UNAUTHENTICATED"}}
    ]


@pytest.mark.slow
async def test_an_idle_websocket_ends_with_its_token_too(house: House) -> None:
    """Nothing need be under way on it."""
    async with house.line("soon") as line:
        assert await line.end() == (DENIED, ENDED)


async def test_an_event_stream_ends_with_its_token(house: House) -> None:
    """After what was sent until then, its last event is the error, and `complete` follows."""
    body = {"query": FOLLOW, "variables": {"channel": "a"}}
    headers = {"Accept": "text/event-stream", **house.headers("soon")}
    async with house.http.stream("POST", "/graphql", json=body, headers=headers) as events:
        await soon(house.stage.started.get())
        house.stage.send("a", 1)

        text = (await soon(events.aread())).decode()

    assert await soon(house.stage.ended.get()) == "a"
    error = f'{{"message":"{ENDED}","extensions":{{"code":"UNAUTHENTICATED"}}}}'
    assert text == (
        ':\n\nevent: next\ndata: {"data":{"follow":1}}\n\n'
        f'event: next\ndata: {{"errors":[{error}]}}\n\n'
        "event: complete\ndata: \n\n"
    )


@pytest.mark.slow
async def test_nothing_is_sent_after_the_end(house: House) -> None:
    """Events that come later reach nobody."""
    async with house.line("soon") as line:
        await line.subscribe(FOLLOW, channel="a")
        await soon(house.stage.started.get())
        assert await line.end() == (DENIED, ENDED)
        await soon(house.stage.ended.get())

        house.stage.send("a", 1, 2, 3)

        await asyncio.sleep(0.05)
        assert house.stage.events["a"].qsize() == 3


class _Endless:
    """An operation whose answers never end."""

    party = "someone"

    async def answers(self) -> AsyncGenerator[list[Answer], None]:
        while True:
            yield [Answer(b"{}")]


async def test_an_event_stream_that_nobody_reads_ends_too() -> None:
    """However often it was told to: once it is read again, its last events are the end's."""
    engine: Any = SimpleNamespace(streams=set())
    operation: Any = _Endless()
    stream = EventStream(engine, operation, {})
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
