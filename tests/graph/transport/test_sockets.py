"""Sockets: heads are bounded, requests come in time or not at all, and connections are counted."""

import asyncio
import logging

import pytest

from graph.server.connections import http, sockets
from tests.support.live.wire import BODY, Wire

HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\n"
OK = b"HTTP/1.1 200 OK"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large"
TOO_SLOW = b"HTTP/1.1 408 Request Timeout"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that waits a fifth of a second for a head and for a body."""
    monkeypatch.setattr(sockets, "HEAD_S", 0.2)
    monkeypatch.setattr(sockets, "BODY_S", 0.2)
    monkeypatch.setattr(http, "LOOK_S", 0.05)


async def test_a_head_of_as_many_lines_as_allowed_is_read(wire: Wire) -> None:
    """Host, Content-Type and Content-Length count as well."""
    wire.send(*(f"X-{number}: a" for number in range(97)))

    assert (await wire.response())[0] == OK


async def test_a_head_of_more_lines_is_refused(wire: Wire) -> None:
    """It is answered by 431 and what is allowed, and the connection ends."""
    wire.send(*(f"X-{number}: a" for number in range(98)))

    first, headers, body = await wire.response()

    assert first == TOO_LARGE
    assert headers[b"connection"] == b"close"
    assert body == b"allowed is a head of at most 65536 bytes and 100 lines\n"
    assert await wire.is_closed()


@pytest.mark.parametrize(("size", "first"), [(60_000, OK), (66_000, TOO_LARGE)])
async def test_a_head_is_at_most_64_kib(wire: Wire, size: int, first: bytes) -> None:
    """A single line counts as many do."""
    wire.send(f"X-Long: {'a' * size}")

    assert (await wire.response())[0] == first


async def test_a_line_without_an_end_is_not_read_on(wire: Wire) -> None:
    """Whoever sends one forever is refused after some hundred kilobytes."""
    wire.send_raw(b"GET /healthz HTTP/1.1\r\nX-Endless: ")
    sent = 0

    while not wire.has_answer() and sent < 8 * 2**20:
        wire.send_raw(b"a" * 2**16)
        sent += 2**16
        await wire.drained()

    assert sent < 2**20
    assert (await wire.response())[0] == TOO_LARGE


async def test_many_requests_in_one_piece_are_no_large_head(wire: Wire) -> None:
    """Bytes of a body, or of whole requests, do not count for the head that follows."""
    body = BODY[:-1] + b" " * 150_000 + b"}"
    wire.send(body=body)
    wire.send_raw(b"GET /healthz HTTP/1.1\r\n")
    assert (await wire.response())[0] == OK

    wire.send_raw(b"Host: localhost\r\n\r\n")

    assert (await wire.response())[0] == OK


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"POST /graphql HTT",
        HEAD,
        HEAD + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    ],
    ids=["nothing", "an empty line", "half a line", "half a head", "half a body"],
)
async def test_a_request_that_does_not_come_in_time_is_refused(wire: Wire, sent: bytes) -> None:
    """The client is told, and the connection ends."""
    wire.send_raw(sent)

    assert (await asyncio.wait_for(wire.response(), 3))[0] == TOO_SLOW
    assert await wire.is_closed()


@pytest.mark.usefixtures("hurried")
async def test_a_second_request_has_its_own_time(wire: Wire) -> None:
    """It begins with its first byte, however long the connection was kept before."""
    wire.send()
    assert (await wire.response())[0] == OK

    wire.send_raw(b"POST /graphql HTTP/1.1\r\n")

    assert (await asyncio.wait_for(wire.response(), 3))[0] == TOO_SLOW


@pytest.mark.parametrize(
    ("size", "after_s", "left_s"),
    [(0, 10.0, 20.0), (0, 31.0, -1.0), (60_000, 31.0, 29.0), (10**6, 119.0, 1.0)],
    ids=["within 30 s", "too slow", "fast enough", "120 s in all"],
)
def test_a_body_has_30_seconds_or_comes_at_a_kilobyte_a_second(
    size: int, after_s: float, left_s: float
) -> None:
    """However fast it comes, it has two minutes in all."""
    receiving = sockets.Receiving(0.0)
    receiving.begin_body(0.0)

    receiving.take_body(size)

    assert receiving.seconds_left(after_s) == left_s


async def test_connections_beyond_the_limit_are_told_so_and_the_log_once(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Those that are there go on; the next are answered by 503 at once."""
    monkeypatch.setattr(http, "connection_limit", lambda: 1)

    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            other = await wire.another()
            first, headers, _ = await other.response()
            assert first == b"HTTP/1.1 503 Service Unavailable"
            assert headers[b"retry-after"] == b"1"
            assert await other.is_closed()
            other.close()

    wire.send()
    assert (await wire.response())[0] == OK
    assert len([each for each in caplog.messages if "descriptors" in each]) == 1


async def test_an_address_that_cannot_be_read_is_answered(wire: Wire) -> None:
    """What fails while a head is read, for another reason than its size, is a bad request."""
    wire.send_raw(b"GET http://a:99999/ HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert (await wire.response())[0].startswith(b"HTTP/1.1 400")
    assert await wire.is_closed()


async def test_requests_that_were_sent_far_ahead_are_all_answered(wire: Wire) -> None:
    """Three thousand in one piece, and a last one, in order."""
    for _ in range(3_000):
        wire.send()
    wire.send("Connection: close")

    answers = [await wire.response() for _ in range(3_001)]

    assert {first for first, _, _ in answers} == {b"HTTP/1.1 200 OK"}
    assert [b"connection" in headers for _, headers, _ in answers] == [False] * 3_000 + [True]
    assert await wire.is_closed()
