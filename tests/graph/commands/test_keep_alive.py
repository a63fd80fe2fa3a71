"""`trailmark serve --keep-alive`: how long an idle connection stays open, as proxies rely on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.deploy.running import free_port, running, wait_until_ready
from tests.support.durability.server import PROGRAM
from tests.support.live.streams import soon

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
DEFAULT_S = 5.0

pytestmark = pytest.mark.slow


class Connection:
    """A connection that sends requests, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self) -> bytes:
        """The first line of an answer, all of which is read."""
        self._writer.write(REQUEST)
        head = await soon(self._reader.readuntil(b"\r\n\r\n"))
        lines = head.lower().split(b"\r\n")
        (length,) = (line.split(b":")[1] for line in lines if line.startswith(b"content-length:"))
        await soon(self._reader.readexactly(int(length)))
        return head.split(b"\r\n")[0]

    async def closed_after_s(self, at_most_s: float) -> float | None:
        """How long until the server hangs up; None if it has not by then."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(at_most_s):
                assert await self._reader.read() == b""
        except TimeoutError:
            return None
        return time.monotonic() - begun


@asynccontextmanager
async def _connected(folder: Path, *options: str) -> AsyncIterator[Connection]:
    """A connection to a server with these options."""
    port = free_port()
    with running([str(PROGRAM), "serve", "--port", str(port), *options], folder, {}) as server:
        await asyncio.to_thread(wait_until_ready, f"http://127.0.0.1:{port}", server)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield Connection(reader, writer)
        finally:
            writer.close()


@pytest.mark.parametrize(("options", "kept_s"), [([], DEFAULT_S), (["--keep-alive", "1"], 1.0)])
async def test_an_idle_connection_is_closed_after_that_time(
    tmp_path: Path, options: list[str], kept_s: float
) -> None:
    """And not before it; the time counts from the last answer."""
    async with _connected(tmp_path, *options) as connection:
        assert await connection.ask() == b"HTTP/1.1 200 OK"
        assert await connection.ask() == b"HTTP/1.1 200 OK"
        taken_s = await connection.closed_after_s(kept_s + 30)

    assert taken_s is not None
    assert taken_s > kept_s * 0.8


async def test_a_connection_is_kept_for_as_long_as_a_proxy_needs_it(tmp_path: Path) -> None:
    """With more seconds than the default it is there when those have passed."""
    async with _connected(tmp_path, "--keep-alive", "75") as connection:
        await connection.ask()

        assert await connection.closed_after_s(DEFAULT_S + 7) is None
        assert await connection.ask() == b"HTTP/1.1 200 OK"
