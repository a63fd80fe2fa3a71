"""Ten thousand connections that ask for nothing any more, and clients beside them."""

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bench.servers.usage import memory
from graph.server.connections.sockets import connection_limit
from tests.support.durability.load import Client, Load, check
from tests.support.durability.server import Server, until
from tests.support.durability.stores import own_database

MANY = 10_000
SPARE = 300
"""Descriptors for all else, here and there."""

EACH_BYTES = 64 * 1024
"""What an idle connection may take of the server's memory at most."""

ASKED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

pytestmark = pytest.mark.slow


@pytest.fixture
def many() -> Iterator[int]:
    """As many connections as the descriptors of this machine allow, at most ten thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield min(MANY, connection_limit() - SPARE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def idle(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many connections, on each of which one request was answered."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 60))
            connection.sendall(ASKED)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
            opened.append(connection)
        yield opened


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not ended a connection."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True


def descriptors(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


async def test_they_cost_little_and_hold_nobody_up(many: int, tmp_path: Path) -> None:
    """All stay open, each within 64 KiB; who records beside them loses nothing; all is given back.

    What was acknowledged is there once, and totals are their rows'.
    """
    load = Load([Client(number, retries=True) for number in range(8)])
    async with own_database("sqlite", tmp_path) as url:
        server = Server(url, tmp_path)
        server.keep_alive_s = 3600
        try:
            await server.start()
            async with load.on(server):
                await load.advances(server, 100)
            open_before, before = descriptors(server), memory(server.pid)

            with idle(server.port, many) as connections:
                assert descriptors(server) >= open_before + many - SPARE
                async with load.on(server):
                    await load.advances(server, 200)
                assert [each for each in connections if not is_open(each)] == []
                assert memory(server.pid) - before < many * EACH_BYTES

            await until(lambda: descriptors(server) < open_before + SPARE, 60, server)
            assert load.unacknowledged == 0
            await check(load.clients, server)
        finally:
            await asyncio.shield(server.kill())
    assert "Traceback" not in server.log, server.log
