"""What is cached of what strangers send: short texts alone."""

import asyncio
import gc
import shutil
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from graph.config.settings import Settings
from graph.server.app import create_app
from graph.short_cache import CACHED, LENGTH, cached_if_short
from tests.support.client import FixedClock
from tests.support.live.clients import listening
from tests.support.serving import SECRET

HEADS = 60
SIZE = 60 * 1024
RETAINED = 1024 * 1024
"""Bytes, less than the half of what these heads hold."""


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_short_texts_are_remembered_and_long_ones_are_not() -> None:
    """One that is too long is looked at each time; of short ones a number is kept."""
    seen = list[str]()

    @cached_if_short
    def length(text: str) -> int:
        seen.append(text)
        return len(text)

    short, long = "a" * LENGTH, "a" * (LENGTH + 1)
    for text in (short, short, long, long):
        assert length(text) == len(text)
    assert seen == [short, long, long]

    for number in range(CACHED):
        length(str(number))
    length(short)
    assert seen.count(short) == 2


@pytest.fixture
async def port(sqlite_file: Path, tmp_path: Path, clock: FixedClock) -> AsyncIterator[int]:
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with listening(create_app(Settings(f"sqlite://{file}", SECRET), clock)) as port:
        yield port


@pytest.mark.parametrize(
    "name",
    ["Accept", "Content-Type", "Host", "Origin", "Authorization", "X-Forwarded-Prefix", "Cookie"],
)
async def test_large_headers_leave_no_memory_behind(port: int, traced: None, name: str) -> None:
    """Whatever they are answered, by GraphQL, REST and pages alike."""

    async def memory_after(heads: int) -> int:
        for number in range(heads):
            header = f"{name}: /{number}{'x' * SIZE}"
            for path in ("POST /graphql", "POST /activities/", "GET /openapi.json"):
                await _sent(port, path, header)
        return _memory()

    before = await memory_after(3)

    assert await memory_after(HEADS) - before < RETAINED


async def test_large_addresses_leave_no_memory_behind(port: int, traced: None) -> None:
    """Those of REST pages, which tell the addresses of other pages, and of GraphQL by GET."""

    async def memory_after(heads: int) -> int:
        for number in range(heads):
            long = f"&more={number}{'x' * SIZE}"
            for path in ("/activities/?page=2", "/graphql?query={__typename}", "/openapi.json?"):
                answer = await _sent(port, f"GET {path}{long}")
                assert answer.startswith(b"HTTP/1.1 200")
        return _memory()

    before = await memory_after(3)

    assert await memory_after(HEADS) - before < RETAINED


async def _sent(port: int, request: str, header: str = "Accept: */*") -> bytes:
    """What is answered to a request of these very lines; httpx would cache them itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    host = "" if header.startswith("Host") else "Host: localhost\r\n"
    head = f"{request} HTTP/1.1\r\n{host}{header}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    return answer


def _memory() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
