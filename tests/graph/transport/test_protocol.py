"""The server's protocol: whole replies in one piece, and no response other than by ASGI."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from graph.app import create_app
from tests.client import FixedClock
from tests.graph.transport.conftest import Settling
from tests.graph.transport.live import listening

BODY = json.dumps({"query": "{ __typename }"}).encode()
ANSWER = b'{"data":{"__typename":"Query"}}'
ORIGIN = "https://pages.example"


class Wire:
    """A connection over which bytes are sent and responses are read as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, *headers: str, method: str = "POST", version: str = "1.1") -> None:
        lines = [f"{method} /graphql HTTP/{version}", "Host: localhost", *headers]
        lines += ["Content-Type: application/json", f"Content-Length: {len(BODY)}"]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + BODY)

    async def response(self, has_body: bool = True) -> tuple[bytes, dict[bytes, bytes], bytes]:
        """A response's first line, its headers, each of which comes once, and its body."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        pairs = [line.partition(b": ")[::2] for line in lines]
        headers = dict(pairs)
        assert len(headers) == len(pairs)
        length = int(headers.get(b"content-length", b"0")) if has_body else 0
        return first, headers, await self._reader.readexactly(length)

    async def is_closed(self) -> bool:
        return await self._reader.read() == b""

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def wire(settings: Settling) -> AsyncIterator[Wire]:
    async with listening(create_app(settings(), FixedClock())) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        yield wire
        wire.close()


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
