"""What cannot be read: refused in its turn, so that no answer is lost or broken by it."""

import asyncio
import json

import pytest

from tests.support.client import FixedClock
from tests.support.live.clients import serving_streams
from tests.support.live.streams import soon
from tests.support.live.wire import BODY, Wire
from tests.support.serving import Settling

RECORD = """mutation {
  recordInteraction(input: {userId: "ann", action: VIEW, postId: "p"}) { outcome }
}"""
MUTATION = json.dumps({"query": RECORD}).encode()
STORED = {"data": {"recordInteraction": {"outcome": "CREATED"}}}
CHUNKED = b"""POST /graphql HTTP/1.1\r\nHost: localhost\r
Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"""
HANDSHAKE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: " + "A" * 22 + "==",
    "Sec-WebSocket-Protocol: graphql-transport-ws",
)
BAD = b"HTTP/1.1 400 Bad Request"
UNREADABLE: dict[str, tuple[bytes, bytes]] = {
    "no HTTP": (b"\x00\xff\r\n\r\n", BAD),
    "a tunnel": (b"CONNECT a:1 HTTP/1.1\r\n\r\n", BAD),
    "a bad chunk": (CHUNKED + b"what\r\n", BAD),
    "a large head": (
        b"GET / HTTP/1.1\r\nA: " + b"a" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 431 Request Header Fields Too Large",
    ),
}


@pytest.mark.parametrize("unreadable", UNREADABLE)
async def test_what_was_asked_before_is_answered_before(wire: Wire, unreadable: str) -> None:
    """Two are recorded and told so, and then what cannot be read is refused."""
    sent, status = UNREADABLE[unreadable]
    for _ in range(2):
        wire.send(body=MUTATION)
    wire.send_raw(sent)

    answers = [json.loads((await soon(wire.response()))[2]) for _ in range(2)]
    refusal, _, _ = await soon(wire.response())

    assert answers == [STORED, STORED]
    assert refusal == status
    assert await soon(wire.is_closed())


async def test_what_follows_what_cannot_be_read_is_not_read(wire: Wire) -> None:
    """Where it begins cannot be known."""
    wire.send_raw(b"\x00\r\n\r\n" + CHUNKED)
    wire.send()

    assert (await soon(wire.response()))[0] == BAD
    assert await soon(wire.is_closed())


async def test_a_stream_goes_on_beside_what_cannot_be_read(
    settings: Settling, clock: FixedClock
) -> None:
    """Nothing is written into it, and the refusal comes after its end."""
    body = json.dumps({"query": "subscription { count(to: 2) }"}).encode()
    async with serving_streams(settings(), clock) as live:
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        wire = Wire(reader, writer)
        wire.send("Accept: text/event-stream", body=body)
        wire.send_raw(b"\x00\r\n\r\n")
        all_of_it = await soon(reader.read())
        wire.close()

    stream, end, refusal = all_of_it.partition(b"0\r\n\r\n")
    assert (stream.count(b'{"data":{"count":'), end) == (2, b"0\r\n\r\n")
    assert refusal.startswith(BAD)


async def test_a_socket_that_is_asked_for_too_early_is_none(wire: Wire) -> None:
    """A handshake before the answer to another request is answered as one that asks for none."""
    wire.send(body=MUTATION)
    wire.send_lines("GET", "1.1", *HANDSHAKE)

    assert json.loads((await soon(wire.response()))[2]) == STORED
    assert (await soon(wire.response()))[0] == BAD

    wire.send_lines("GET", "1.1", *HANDSHAKE)
    assert (await soon(wire.response()))[0] == b"HTTP/1.1 101 Switching Protocols"


@pytest.mark.parametrize("size", [0, 100_000])
async def test_what_follows_a_body_in_chunks_is_no_header(wire: Wire, size: int) -> None:
    """A proxy in front has not looked at it; with the Host of another, it would be refused."""
    body = BODY.ljust(size)
    wire.send_raw(CHUNKED + b"%x\r\n%b\r\n0\r\nHost: evil.example\r\n\r\n" % (len(body), body))

    assert (await soon(wire.response()))[0] == b"HTTP/1.1 200 OK"


async def test_a_body_that_says_that_it_is_too_large_is_not_asked_for(wire: Wire) -> None:
    """Who waits to be told to continue is told that it is not."""
    wire.send_head("Expect: 100-continue", length=4 * 2**20 + 1)

    assert (await soon(wire.response()))[0] == b"HTTP/1.1 413 Request Entity Too Large"


async def test_http_1_0_is_not_told_to_continue(wire: Wire) -> None:
    """That version knows no answer before the answer."""
    wire.send("Expect: 100-continue", version="1.0")

    assert (await soon(wire.response()))[0] == b"HTTP/1.1 200 OK"
