"""The product's live feed, and subscribers to it by each of its transports."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graph.config.settings import Settings
from tests.support.client import Caller, FixedClock
from tests.support.live.clients import EVENTS, PROTOCOL, client, listening
from tests.support.live.streams import soon
from tests.support.serving import SECRET, product

TRANSPORTS = ("websocket", "post", "get")
SMALL_BYTES = 128 * 1024  # behind less, each segment of a loopback waits for a timer

Payload = dict[str, Any]
Payloads = AsyncGenerator[Payload, None]


class Broken(Exception):
    """A stream ended without a `complete` or an `error`."""


@dataclass
class Subscriber:
    """One subscription: its payloads as they come, whichever transport brings them."""

    payloads: Payloads

    async def payload(self) -> Payload:
        """The next payload, which must come."""
        return await soon(anext(self.payloads))

    async def event(self) -> Any:
        """What the root field of the next event resolves to."""
        payload = await self.payload()
        assert "errors" not in payload, payload
        (value,) = payload["data"].values()
        return value

    async def events(self, count: int) -> list[Any]:
        """So many events."""
        return [await self.event() for _ in range(count)]

    async def received(self, count: int) -> list[str]:
        """So many events of interactions, each as `TYPE ACTION target`."""
        return [line(event) for event in await self.events(count)]

    async def errors(self) -> list[dict[str, Any]]:
        """The errors that end it, before which nothing comes and after which nothing does."""
        payload = await self.payload()
        assert not payload.get("data"), payload
        await self.completes()
        errors: list[dict[str, Any]] = payload["errors"]
        return errors

    async def completes(self) -> None:
        """Return when it has ended in good order; nothing comes before that."""
        try:
            payload = await self.payload()
        except StopAsyncIteration:
            return
        raise AssertionError(f"the stream did not end, but sent {payload}")


@dataclass
class Feed:
    """A server that listens, and how to subscribe to what it tells."""

    app: Starlette
    port: int
    http: httpx.AsyncClient
    caller: Caller
    headers: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def subscribed(
        self, query: str, transport: str = "websocket", **variables: Any
    ) -> AsyncIterator[Subscriber]:
        """A subscriber to an operation, by one of the transports."""
        payloads = stream(self.http, transport, query, variables, self.headers)
        async with aclosing(payloads):
            yield Subscriber(payloads)

    @asynccontextmanager
    async def stalling(
        self, query: str, transport: str = "websocket", **variables: Any
    ) -> AsyncIterator[Subscriber]:
        """A subscriber who reads nothing but what it is asked for, behind a small buffer."""
        where = "127.0.0.1", self.port
        small = (socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BYTES)
        carrier = httpx.AsyncHTTPTransport(socket_options=[small])
        async with httpx.AsyncClient(transport=carrier, base_url=self.http.base_url) as http:
            buffer = None
            if transport == "websocket":
                buffer = socket.socket()
                buffer.setsockopt(*small)
                buffer.setblocking(False)
                await asyncio.get_running_loop().sock_connect(buffer, where)
            payloads = stream(
                http, transport, query, variables, self.headers, vanishes=True, buffer=buffer
            )
            async with aclosing(payloads):
                yield Subscriber(payloads)

    async def cursor(self) -> str:
        """The log's end."""
        cursor: str = (await self.caller.data("{ feedCursor }"))["feedCursor"]
        return cursor

    async def refused(self, query: str, transport: str, **variables: Any) -> dict[str, Any]:
        """The one error of a subscription that cannot begin."""
        async with self.subscribed(query, transport, **variables) as subscriber:
            (error,) = await subscriber.errors()
            return error


async def begun(feed: Feed, subscriber: Subscriber) -> None:
    """Return once a subscriber to all interactions receives whatever happens from then on."""
    first, views = asyncio.create_task(subscriber.event()), 0
    while not first.done():
        views += 1
        await feed.caller.record(userId="max", action="VIEW", postId=f"begin {views}")
        await asyncio.wait([first], timeout=0.02)
    last = int(first.result()["interaction"]["target"]["id"].split()[1])
    later = [f"RECORDED VIEW begin {number}" for number in range(last + 1, views + 1)]
    assert await subscriber.received(len(later)) == later


def stream(
    http: httpx.AsyncClient,
    transport: str,
    query: str,
    variables: dict[str, Any],
    headers: dict[str, str] | None = None,
    *,
    vanishes: bool = False,
    buffer: socket.socket | None = None,
) -> Payloads:
    """The payloads of an operation, up to its end in good order; it ends with an `error`, too.

    Who leaves it before closes a WebSocket as the protocol wants, or `vanishes` without a word.
    A WebSocket reads ahead, unless a socket of its own is its `buffer`.

    Raises:
        Broken: it ended otherwise.
    """
    headers = headers or {}
    if transport == "websocket":
        return _over_websocket(http, query, variables, headers, vanishes, buffer)
    return _as_events(http, transport, query, variables, headers)


async def _over_websocket(
    http: httpx.AsyncClient,
    query: str,
    variables: dict[str, Any],
    headers: dict[str, str],
    vanishes: bool,
    buffer: socket.socket | None,
) -> Payloads:
    address = str(http.base_url).replace("http", "ws", 1).rstrip("/")
    async with connect(
        f"{address}/graphql",
        subprotocols=[Subprotocol(PROTOCOL)],
        proxy=None,
        max_queue=1 if buffer else None,
        ping_interval=None,
        sock=buffer,
    ) as connection:
        try:
            await connection.send(json.dumps({"type": "connection_init", "payload": headers}))
            assert json.loads(await connection.recv()) == {"type": "connection_ack"}
            payload = {"query": query, "variables": variables}
            await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            async for text in connection:
                message = json.loads(text)
                if message["type"] == "complete":
                    return
                if message["type"] == "error":
                    yield {"errors": message["payload"]}
                    return
                yield message["payload"]
        except ConnectionClosed as closed:
            raise Broken(connection.close_code, connection.close_reason) from closed
        finally:
            if vanishes:
                connection.transport.abort()
    raise Broken(connection.close_code, connection.close_reason)


async def _as_events(
    http: httpx.AsyncClient,
    transport: str,
    query: str,
    variables: dict[str, Any],
    headers: dict[str, str],
) -> Payloads:
    sent: dict[str, Any] = {"json": {"query": query, "variables": variables}}
    if transport == "get":
        sent = {"params": {"query": query, "variables": json.dumps(variables)}}
    accepting = {"Accept": EVENTS, **headers}
    async with http.stream(transport.upper(), "/graphql", headers=accepting, **sent) as response:
        assert response.status_code == 200, await response.aread()
        async for name in response.aiter_lines():
            if name == "event: complete":
                return
            if name.startswith("data: "):
                yield json.loads(name.removeprefix("data: "))
    raise Broken


@asynccontextmanager
async def feeding(
    settings: Settings, clock: FixedClock, headers: dict[str, str] | None = None
) -> AsyncIterator[Feed]:
    """A server with the product's own subscriptions, and a caller of it."""
    app = product(settings, clock)
    async with listening(app) as port, client(port) as http:
        http.headers.update(headers or {})
        yield Feed(app, port, http, Caller(http, settings.database_url, clock), headers or {})


def usual(url: str, **others: Any) -> Settings:
    """Settings of a server over a database, where nothing is configured but its secret."""
    return Settings(url, SECRET, **others)


async def replayed(feed: Feed, query: str, **variables: Any) -> list[dict[str, Any]]:
    """All events that a subscription to interactions replays; it must take all of them."""
    await feed.caller.record(userId="max", action="CLICK", postId="the last")
    async with feed.subscribed(query, **variables) as subscriber:
        events: list[dict[str, Any]] = []
        while not events or line(events[-1]) != "RECORDED CLICK the last":
            events.append(await subscriber.event())
    return events[:-1]


def line(event: dict[str, Any]) -> str:
    """An event of an interaction as `TYPE ACTION target`."""
    interaction = event["interaction"]
    return f"{event['type']} {interaction['action']} {interaction['target']['id']}"
