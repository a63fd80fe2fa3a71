"""Stopping a real server while it streams: everyone is told, and it is gone within ten seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.durability.load import RECORD_MANY
from tests.support.durability.server import Server, server_process, until
from tests.support.durability.stores import own_database
from tests.support.live.feeds import TRANSPORTS, Feed, Subscriber, stream
from tests.support.live.streams import soon

FOLLOW = """
subscription Follow($after: String!) {
  interactions(after: $after) {
    type cursor interaction { action target { id } context { metadata } }
  }
}
"""
STOP_S = 10.0
SUBSCRIBERS = 12
LONG = "-" * 4000

pytestmark = pytest.mark.slow


@pytest.fixture(params=[1, 2], ids=["one process", "two workers"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server, of one process or of two that share its port."""
    async with (
        own_database("sqlite", tmp_path) as url,
        server_process(url, tmp_path, request.param) as server,
    ):
        yield server


@asynccontextmanager
async def subscribed(server: Server, transport: str, after: str) -> AsyncIterator[Subscriber]:
    """A subscriber, on a connection of its own."""
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=30, trust_env=False) as http,
        aclosing(stream(http, transport, FOLLOW, {"after": after})) as payloads,
    ):
        yield Subscriber(payloads)


async def cursor(server: Server) -> str:
    async with server.caller() as caller:
        found: str = (await caller.data("{ feedCursor }"))["feedCursor"]
        return found


async def record(server: Server, count: int, metadata: str = "") -> None:
    """Record so many events in one call."""
    input: dict[str, Any] = {"userId": "ann", "action": "VIEW", "context": {"metadata": metadata}}
    async with server.caller() as caller:
        inputs = [{**input, "postId": f"p{number}"} for number in range(count)]
        await caller.data(RECORD_MANY, inputs=inputs)


async def test_every_subscription_is_completed(server: Server) -> None:
    """By each transport, after all that was told, and the server is gone in time."""
    start = await cursor(server)
    async with AsyncExitStack() as stack:
        subscribers = [
            await stack.enter_async_context(subscribed(server, TRANSPORTS[number % 3], start))
            for number in range(SUBSCRIBERS)
        ]
        await record(server, 3)
        told = [await subscriber.received(3) for subscriber in subscribers]

        stopping = asyncio.create_task(server.terminate())

        for subscriber in subscribers:
            await subscriber.completes()
        assert await stopping < STOP_S

    assert told == [[f"RECORDED VIEW p{number}" for number in range(3)]] * SUBSCRIBERS
    assert "Traceback" not in server.log, server.log


@pytest.mark.parametrize("transport", ["websocket", "post"])
async def test_a_client_that_does_not_read_keeps_nobody_waiting(
    server: Server, transport: str
) -> None:
    """Others are completed though it takes nothing, and the server is gone in time."""
    start = await cursor(server)
    async with (
        httpx.AsyncClient(base_url=server.url, trust_env=False) as http,
        server.caller() as caller,
        AsyncExitStack() as stack,
    ):
        feed = Feed(None, server.port, http, caller)  # type: ignore[arg-type]
        stalling = [
            await stack.enter_async_context(feed.stalling(FOLLOW, transport, after=start))
            for _ in range(3)
        ]
        await record(server, 1)
        for each in stalling:
            assert await each.received(1) == ["RECORDED VIEW p0"]
        for _ in range(10):
            await record(server, 500, LONG)
        reading = [
            await stack.enter_async_context(subscribed(server, each, await cursor(server)))
            for each in TRANSPORTS
        ]
        await record(server, 1)
        for subscriber in reading:
            assert await subscriber.received(1) == ["RECORDED VIEW p0"]

        stopping = asyncio.create_task(server.terminate())

        for subscriber in reading:
            await subscriber.completes()
        assert await stopping < STOP_S


async def test_an_export_that_nobody_reads_keeps_nobody_waiting(server: Server) -> None:
    """It is begun and then left alone; the server is gone in time."""
    for _ in range(20):
        await record(server, 500, LONG)
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=30, trust_env=False) as http,
        http.stream("GET", "/export?user_id=ann") as answer,
    ):
        assert await anext(answer.aiter_raw())
        stopping = asyncio.create_task(server.terminate())

        assert await stopping < STOP_S

    assert "Traceback" not in server.log, server.log


async def test_writers_get_their_answers_while_it_stops(server: Server) -> None:
    """What was recorded before the end is acknowledged and durable, and its readers were told."""
    start = await cursor(server)
    acknowledged: list[str] = []

    async def write(number: int) -> None:
        async with server.caller() as caller:
            while True:
                post_id = f"{number}-{len(acknowledged)}"
                try:
                    outcome = await caller.outcome(userId="ann", action="VIEW", postId=post_id)
                except (httpx.TransportError, AssertionError):
                    return  # it is gone, or about to be
                assert outcome == "CREATED"
                acknowledged.append(post_id)

    async with asyncio.TaskGroup() as tasks:
        for number in range(4):
            tasks.create_task(write(number))
        await until(lambda: len(acknowledged) > 20, server=server)
        assert await server.terminate() < STOP_S

    await server.start()
    async with subscribed(server, "websocket", start) as subscriber:
        told: set[str] = set()
        while not set(acknowledged) <= told:
            event = await soon(subscriber.event())
            told.add(event["interaction"]["target"]["id"])
