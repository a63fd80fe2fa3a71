"""A server that listens, and clients of its three transports."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.client import Caller, FixedClock
from tests.support.live.streams import Stage, schema, soon

PROTOCOL = "graphql-transport-ws"
EVENTS = "text/event-stream"
COMMENT = ":\n\n"
NEXT = "event: next\ndata: "
TRANSPORTS = ("http", "sse", "websocket")
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to read a store of certificates takes 20 ms


@dataclass
class Socket:
    """A connection that speaks graphql-transport-ws."""

    connection: ClientConnection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await soon(self.connection.recv()))
        return message

    async def init(self) -> None:
        """Begin as every client does."""
        await self.send(type="connection_init")
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send(id=id, type="subscribe", payload=payload)

    async def errors(self) -> tuple[str, list[dict[str, Any]]]:
        """The id and errors of the next message, which must be an `error`."""
        message = await self.receive()
        assert list(message) == ["id", "type", "payload"], message
        assert message["type"] == "error", message
        return message["id"], message["payload"]

    async def is_alive(self) -> bool:
        """Whether the connection still answers."""
        await self.send(type="ping", payload={"are you": "there"})
        return await self.receive() == {"type": "pong", "payload": {"are you": "there"}}

    async def end(self) -> tuple[int | None, str | None]:
        """The code and reason that the server ends with, before which nothing comes."""
        try:
            message = await soon(self.connection.recv())
        except ConnectionClosed:
            return self.connection.close_code, self.connection.close_reason
        raise AssertionError(f"the server did not end, but sent {message!r}")

    def vanish(self) -> None:
        """Drop the connection without a word."""
        self.connection.transport.abort()


@dataclass
class Live:
    """A server that listens on a port of its own, and what leads its streams."""

    port: int
    http: httpx.AsyncClient
    caller: Caller
    stage: Stage = field(default_factory=Stage)

    @asynccontextmanager
    async def connected(
        self,
        protocols: tuple[str, ...] = (PROTOCOL,),
        origin: str | None = None,
    ) -> AsyncIterator[Socket]:
        """A socket on which nothing was said yet."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/graphql",
            subprotocols=[Subprotocol(each) for each in protocols] or None,
            origin=None if origin is None else Origin(origin),
            proxy=None,
        ) as connection:
            yield Socket(connection)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        """A socket that was acknowledged."""
        async with self.connected() as socket:
            await socket.init()
            yield socket

    @asynccontextmanager
    async def streaming(self, query: str, **variables: Any) -> AsyncIterator[httpx.Response]:
        """The response of server-sent events to an operation."""
        sent = {"query": query, "variables": variables}
        headers = {"Accept": EVENTS}
        async with self.http.stream("POST", "/graphql", json=sent, headers=headers) as response:
            yield response

    async def events(self, query: str, **variables: Any) -> str:
        """Everything that is sent of an operation as server-sent events."""
        async with self.streaming(query, **variables) as response:
            return (await soon(response.aread())).decode()

    async def errors(self, transport: str, query: str, **variables: Any) -> list[dict[str, Any]]:
        """The errors of an operation that is refused, by any transport."""
        if transport == "http":
            return await self.caller.errors(query, **variables)
        if transport == "sse":
            (answer,) = answers_in(await self.events(query, **variables))
            assert list(answer) == ["errors"]
            errors: list[dict[str, Any]] = answer["errors"]
            return errors
        async with self.socket() as socket:
            await socket.subscribe("1", query, **variables)
            _, errors = await socket.errors()
            return errors


def answers_in(events: str) -> list[dict[str, Any]]:
    """The answers in what was sent as server-sent events, which must be all of a stream."""
    *sent, complete, nothing = events.removeprefix(COMMENT).split("\n\n")
    assert (complete, nothing) == ("event: complete\ndata: ", "")
    assert all(each.startswith(NEXT) for each in sent), sent
    return [json.loads(each.removeprefix(NEXT)) for each in sent]


@asynccontextmanager
async def listening(
    app: ASGIApp, ws_max_size: int = 4 * 1024 * 1024, keep_alive_s: float = 5
) -> AsyncIterator[int]:
    """The port of a running server of an application, in this very loop."""
    config = uvicorn.Config(
        app,
        http="graph.server.connections.http:Protocol",
        ws="graph.server.connections.websocket:WebSocketProtocol",
        ws_max_size=ws_max_size,
        ws_per_message_deflate=False,
        lifespan="on",
        proxy_headers=False,
        log_config=None,
        access_log=False,
    )
    config.timeout_keep_alive = keep_alive_s  # type: ignore[assignment]  # any seconds will do
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        await server.startup([listener])
        try:
            yield listener.getsockname()[1]
        finally:
            await _stop(server)


async def _stop(server: uvicorn.Server) -> None:
    """Stop as uvicorn does, without its pauses."""
    for each in server.servers:
        each.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    if tasks := list(server.server_state.tasks):
        await soon(asyncio.wait(tasks))
    await server.lifespan.shutdown()


@asynccontextmanager
async def serving_streams(settings: Settings, clock: FixedClock) -> AsyncIterator[Live]:
    """A server with streams that listens, and clients of it."""
    stage = Stage()
    app = create_app(settings, clock, schema())
    async with listening(app, settings.limits.body_bytes) as port, client(port) as http:
        with stage.leading(app.state.services):
            yield Live(port, http, Caller(http, settings.database_url, clock), stage)


def client(port: int) -> httpx.AsyncClient:
    """A client of what listens on a port of this machine."""
    base = f"http://127.0.0.1:{port}"
    return httpx.AsyncClient(base_url=base, timeout=30, trust_env=False, verify=_NO_TLS)
