"""Readers of a feed that do next to nothing with it, so that the server is what is measured."""

import asyncio
import base64
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

QUERY = (
    "subscription { interactions { type cursor interaction { interactionId userAlias action "
    "target { kind id } occurredAt recordedAt } } }"
)
_AT = b'"recordedAt":"'


class Reader(asyncio.Protocol):
    """One subscription over a connection of its own; counts events by a pattern that each holds."""

    def __init__(self, opening: bytes, pattern: bytes, subscribe: bytes = b"") -> None:
        self.count = 0
        self.latencies_s: list[float] | None = None
        self._opening = opening
        self._pattern = pattern
        self._subscribe = subscribe
        self._rest = b""
        self._goal = 0
        self._reached: asyncio.Future[None] | None = None
        self.is_open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._opening)

    def data_received(self, data: bytes) -> None:
        if not self.is_open.done():
            assert b" 101 " in data or b" 200 " in data, data
            self.is_open.set_result(None)
            self.transport.write(self._subscribe)
        self.count += (self._rest + data).count(self._pattern)
        self._rest = data[1 - len(self._pattern) :]
        if self.latencies_s is not None:
            self._measure(data)
        if self._reached is not None and self.count >= self._goal:
            self._reached.set_result(None)
            self._reached = None

    async def reach(self, goal: int) -> None:
        """Return when so many events have come."""
        if self.count < goal:
            self._goal, self._reached = goal, asyncio.get_running_loop().create_future()
            await self._reached

    def _measure(self, data: bytes) -> None:
        now, start = time.time(), 0
        while (start := data.find(_AT, start)) >= 0:
            start += len(_AT)
            text = data[start : start + 27].decode()
            if len(text) == 27:
                assert self.latencies_s is not None
                self.latencies_s.append(now - datetime.fromisoformat(text).timestamp())


def over_websocket(path: str) -> Reader:
    """A reader by graphql-transport-ws."""
    key = base64.b64encode(os.urandom(16))
    opening = (
        b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: %b\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n" % (path.encode(), key)
    )
    payload = {"query": QUERY}
    messages = [{"type": "connection_init"}, {"id": "1", "type": "subscribe", "payload": payload}]
    frames = b"".join(_frame(json.dumps(each).encode()) for each in messages)
    return Reader(opening, b'"next"', frames)


def over_events(path: str) -> Reader:
    """A reader of server-sent events."""
    body = json.dumps({"query": QUERY}).encode()
    head = (
        b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Accept: text/event-stream\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(body))
    )
    return Reader(head + body, b"event: next")


def _frame(text: bytes) -> bytes:
    """A text frame under a mask of zeros, which changes nothing."""
    length = len(text)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + text


def _itself(reader: Reader) -> Reader:
    return reader


@asynccontextmanager
async def reading(port: int, readers: list[Reader]) -> AsyncIterator[None]:
    """Within this, readers are subscribed."""
    loop = asyncio.get_running_loop()
    for reader in readers:
        await loop.create_connection(partial(_itself, reader), "127.0.0.1", port)
        await reader.is_open
    await asyncio.sleep(0.5 + len(readers) / 2_000)  # until the last one's subscription is begun
    try:
        yield
    finally:
        for reader in readers:
            reader.transport.close()
        await asyncio.sleep(0.2)
