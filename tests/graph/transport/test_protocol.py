"""The server's protocol: whole replies in one piece, and no response other than by ASGI."""

import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from graph.server.app import create_app
from graph.transport.http.replies import Head, Reply
from tests.support.client import FixedClock
from tests.support.durability.server import until
from tests.support.live.clients import listening, serving_streams
from tests.support.live.streams import soon
from tests.support.live.wire import Wire
from tests.support.serving import Settling

ANSWER = b'{"data":{"__typename":"Query"}}'
ORIGIN = "https://pages.example"


async def test_requests_on_one_connection_are_answered_in_order(wire: Wire) -> None:
    """Sent one by one or all at once, each is answered with the usual headers."""
    wire.send()
    one_by_one = await wire.response()
    for _ in range(3):
        wire.send()
    at_once = [await wire.response() for _ in range(3)]

    for first, headers, body in (one_by_one, *at_once):
        assert (first, body) == (b"HTTP/1.1 200 OK", ANSWER)
        assert headers[b"content-type"] == b"application/json; charset=utf-8"
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"x-frame-options"] == b"DENY"


@pytest.mark.parametrize(
    ("headers", "version"), [(["Connection: close"], "1.1"), ([], "1.0")], ids=["close", "1.0"]
)
async def test_a_connection_that_is_not_kept_is_closed(
    wire: Wire, headers: list[str], version: str
) -> None:
    """The answer says so, and then the connection ends."""
    wire.send(*headers, version=version)

    first, found, body = await wire.response()
    assert (first, body) == (b"HTTP/1.1 200 OK", ANSWER)
    assert found[b"connection"] == b"close"
    assert await wire.is_closed()


async def test_who_expects_to_be_told_to_continue_is_told(wire: Wire) -> None:
    """100 Continue comes before the answer."""
    wire.send("Expect: 100-continue")

    assert (await wire.response())[0] == b"HTTP/1.1 100 Continue"
    assert (await wire.response())[2] == ANSWER


async def test_a_refusal_is_a_reply_as_well(wire: Wire) -> None:
    """Its status has its words, and the connection goes on."""
    wire.send("Accept: application/graphql-response+json", "X-Forwarded-For: 192.0.2.1")
    first, _, body = await wire.response()
    assert first == b"HTTP/1.1 403 Forbidden"
    assert json.loads(body)["errors"][0]["extensions"] == {"code": "FORBIDDEN"}

    wire.send()
    assert (await wire.response())[2] == ANSWER


async def test_the_answer_to_head_has_no_body(wire: Wire) -> None:
    """Its length is that of a body which is not sent: the next answer follows at once."""
    wire.send(method="HEAD")
    first, headers, _ = await wire.response(has_body=False)
    assert first.startswith(b"HTTP/1.1 ")
    assert int(headers[b"content-length"]) > 0

    wire.send()
    assert (await wire.response())[0] == b"HTTP/1.1 200 OK"


async def test_pages_of_other_origins_are_still_told_that_they_may_read(
    settings: Settling,
) -> None:
    """What a middleware adds to responses is not left out."""
    app = create_app(settings(cors_origins=(ORIGIN,)), FixedClock())
    async with listening(app) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        wire.send(f"Origin: {ORIGIN}")
        _, headers, body = await wire.response()
        wire.close()

    assert body == ANSWER
    assert headers[b"access-control-allow-origin"] == ORIGIN.encode()


async def test_an_upgrade_that_there_is_not_is_passed_over(wire: Wire) -> None:
    """What asks for HTTP/2 is answered by HTTP/1.1, and so is what follows it."""
    topics = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    wire.send(*topics)
    wire.send()
    for _ in range(2):
        assert (await wire.response())[2] == ANSWER

    wire.send_head(*topics)
    await asyncio.sleep(0.1)
    wire.send_body()
    assert (await wire.response())[2] == ANSWER

    wire.send("Connection: close, Upgrade", "Upgrade: TLS/1.0")
    assert (await wire.response())[2] == ANSWER
    assert await wire.is_closed()


async def test_a_body_behind_an_upgrade_is_no_request(wire: Wire) -> None:
    """A request within it would come past whatever a proxy in front checks."""
    inner = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    wire.send_head("Connection: Upgrade", "Upgrade: h2c", length=len(inner))
    await asyncio.sleep(0.1)
    wire.send_body(inner)

    first, _, body = await wire.response()
    assert first == b"HTTP/1.1 400 Bad Request"
    assert b"the body must be JSON" in body
    wire.send()
    assert (await wire.response())[2] == ANSWER


@pytest.mark.parametrize("target", ["/graphql", "a:1"])
@pytest.mark.parametrize(
    "headers", ["", "Connection: Upgrade\r\nUpgrade: websocket\r\n"], ids=["bare", "websocket"]
)
async def test_a_tunnel_is_refused_once(wire: Wire, target: str, headers: str) -> None:
    """CONNECT asks for an upgrade by itself; what follows it is not read."""
    tunnel = f"CONNECT {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
    wire.send_raw(tunnel.encode())
    wire.send()

    assert (await soon(wire.response()))[0] == b"HTTP/1.1 400 Bad Request"
    assert await soon(wire.is_closed())


async def test_upgrades_that_there_are_not_are_answered_once_each(wire: Wire) -> None:
    """However many come at once, each has its answer, in order with those that ask for none."""
    for _ in range(20):
        wire.send_lines("GET", "1.1", "Connection: Upgrade", "Upgrade: h2c")
        wire.send()
    wire.send_lines("GET", "1.1", "Connection: close, Upgrade", "Upgrade: h2c")
    answers = [await soon(wire.response()) for _ in range(41)]

    asked, others = answers[::2], answers[1::2]
    assert {first for first, _, _ in asked} == {b"HTTP/1.1 400 Bad Request"}
    assert [body for _, _, body in others] == [ANSWER] * 20
    assert await soon(wire.is_closed())


@pytest.mark.parametrize("requests", [1, 2, 5])
async def test_what_is_being_answered_hears_that_its_client_left(
    requests: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where others wait behind it; and its answer, which nobody takes, is no error."""
    heard: list[str] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            heard.append((await receive())["type"])
        await Reply(Head(200, {}), ANSWER)(scope, receive, send)

    app = Starlette(routes=[Mount("/", answer)])
    async with listening(app) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        for _ in range(requests):
            wire.send()
        await until(lambda: heard == ["http.request"])
        wire.close()
        await until(lambda: len(heard) > 1)

    assert heard == ["http.request", "http.disconnect"]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Cookie: " + "c" * 9_000], b"431 Request Header Fields Too Large"),
        ([f"X-{number}: x" for number in range(200)], b"431 Request Header Fields Too Large"),
        (["Content-Length: 24"], b"400 Bad Request"),
    ],
    ids=["long", "many", "body"],
)
async def test_a_handshake_that_cannot_be_read_is_refused(
    wire: Wire, headers: list[str], status: bytes
) -> None:
    """The client is told why, and the connection ends."""
    handshake = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    wire.send_lines("GET", "1.1", *handshake, "Sec-WebSocket-Key: " + "A" * 22 + "==", *headers)

    first, _, body = await wire.response()
    assert first == b"HTTP/1.1 " + status
    assert body
    assert await wire.is_closed()


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
async def test_a_stream_to_http_1_0_has_no_chunks(
    settings: Settling, clock: FixedClock, accept: str
) -> None:
    """That version knows none: the stream ends with the connection."""
    body = json.dumps({"query": "subscription { count(to: 2) }"}).encode()
    async with serving_streams(settings(), clock) as live:
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        wire = Wire(reader, writer)
        wire.send(f"Accept: {accept}", version="1.0", body=body)
        head, _, content = (await soon(reader.read())).partition(b"\r\n\r\n")
        wire.close()

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close" in head.lower()
    assert b"transfer-encoding" not in head.lower()
    assert content[:1] in (b":", b"\r")
    assert content.count(b'{"data":{"count":') == 2
    assert content.endswith((b"event: complete\ndata: \n\n", b"--graphql--\r\n"))
