"""Floods of what is no request, and of requests that are refused: the log stays short."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.config.settings import Settings
from graph.counted_log import Repeats
from graph.server.app import create_app
from tests.support.access.callers import TOKEN_SECRET
from tests.support.client import FixedClock
from tests.support.live.clients import listening
from tests.support.live.streams import soon
from tests.support.serving import SECRET

TIMES = 20
MORE = "; more are counted for a minute"
HELLO = bytes.fromhex("16030100c5010000c10303") + bytes(190)
"""How a client of TLS begins."""

HOST = "Host: localhost\r\n"
QUERY = "GET /graphql?query={__typename} HTTP/1.1\r\n"
POST = "POST /graphql HTTP/1.1\r\n"
UPGRADE = (
    "GET /graphql HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
)
#: What is sent, and what the log says of all of it.
FLOODS: dict[str, tuple[bytes, list[str]]] = {
    "TLS to a plain port": (HELLO, ["what came on a connection is no HTTP"]),
    "no HTTP": (b"\x00\xff" * 50 + b"\r\n\r\n", ["what came on a connection is no HTTP"]),
    "a bad header": (
        b"GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
        ["what came on a connection is no HTTP"],
    ),
    "a large head": (
        f"{QUERY}{HOST}A: {'x' * 70_000}\r\n\r\n".encode(),
        ["a request is refused for its large head"],
    ),
    "a CONNECT": (
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        ["what came on a connection is no HTTP"],
    ),
    "a foreign Host": (
        f"{QUERY}Host: evil.example\r\n\r\n".encode(),
        ["a request is refused for its Host"],
    ),
    "a foreign Origin": (
        f"{POST}{HOST}Origin: https://evil.example\r\n\r\n".encode(),
        ["a request is refused for its Origin"],
    ),
    "a proxy's header": (
        f"{QUERY}{HOST}X-Forwarded-{{number}}: a\r\n\r\n".encode(),
        ["a request is refused for a header that proxies add"],
    ),
    "a WebSocket of a foreign page": (
        f"{UPGRADE}{HOST}Origin: https://evil.example\r\n\r\n".encode(),
        ["a WebSocket is refused for its Origin"],
    ),
    "a WebSocket of no form": (f"{UPGRADE}\r\n".encode().replace(b"Key", b"Kay"), []),
    "text that is none": (
        f"{UPGRADE}{HOST}\r\n".encode() + b"\x81\x82\x00\x00\x00\x00\xff\xfe",
        ["Invalid UTF-8 sequence received from client."],
    ),
    "no JSON": (f"{UPGRADE}{HOST}\r\n".encode() + b"\x81\x81\x00\x00\x00\x00{", []),
    "a frame of no kind": (f"{UPGRADE}{HOST}\r\n".encode() + b"\x8f\x80\x00\x00\x00\x00", []),
    "bodies that are no JSON": (
        f"{POST}{HOST}Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{{".encode(),
        [],
    ),
}
GUARDED: dict[str, tuple[str, str]] = {
    "nothing": ("", "a request is refused for want of credentials"),
    "another scheme": (
        "Authorization: Basic {number}\r\n",
        "a request is refused for its Authorization",
    ),
    "a key": ("Authorization: Bearer tmk_{number}_a\r\n", "a request is refused for its key"),
    "a token": ("Authorization: Bearer {number}.a.b\r\n", "a user token is refused for its form"),
}


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What a server's log holds, whose libraries' records pass as they do in one."""
    repeats, libraries = Repeats(), logging.getLogger("uvicorn.error")
    libraries.addFilter(repeats)
    yield caplog
    libraries.removeFilter(repeats)


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_flood_is_told_once(
    sqlite_url: str, told: pytest.LogCaptureFixture, flood: str
) -> None:
    """One line for the first, and the others are counted."""
    sent, lines = FLOODS[flood]
    async with listening(create_app(Settings(sqlite_url, SECRET), FixedClock())) as port:
        for number in range(TIMES):
            await _send(port, sent.replace(b"{number}", str(number).encode()))

    assert _lines(told) == lines


@pytest.mark.parametrize("flood", GUARDED)
async def test_a_flood_of_bad_credentials_is_told_once(
    sqlite_url: str, told: pytest.LogCaptureFixture, flood: str
) -> None:
    """However they differ; nothing of them is in the log."""
    header, line = GUARDED[flood]
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    async with listening(create_app(settings, FixedClock())) as port:
        for number in range(2 if flood == "a key" else TIMES):  # unknown keys wait for a while
            await _send(port, f"{QUERY}{HOST}{header.format(number=number)}\r\n".encode())

    assert _lines(told) == [line]


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    file = tmp_path / "trailmark.db"
    file.write_bytes(sqlite_file.read_bytes())
    return f"sqlite://{file}"


async def _send(port: int, data: bytes) -> None:
    """Send, a frame once the handshake is answered, and read until there is no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head, end, frame = data.partition(b"\r\n\r\n")
    writer.write(head + end)
    if b"Upgrade: websocket" in head:
        await soon(reader.readuntil(b"\r\n\r\n"))
    writer.write(frame)
    writer.write_eof()
    await soon(reader.read())
    writer.close()


def _lines(told: pytest.LogCaptureFixture) -> list[str]:
    grave = [each for each in told.records if each.levelno >= logging.WARNING]
    return [each.getMessage().removesuffix(MORE) for each in grave]
