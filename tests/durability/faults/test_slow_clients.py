"""Slow clients beside usual ones: they send letter by letter, and some leave before the answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.durability.load import RECORD, Client, Load, check, history, send
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database

SLOW = 60
PIECES = 20
PAUSE_S = 0.05
USER = "slow"

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgres"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server over a database of its own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as server,
    ):
        yield server


def view(number: int) -> dict[str, Any]:
    return {"userId": USER, "action": "VIEW", "postId": f"p{number}", "eventId": f"e{number}"}


async def sent_slowly(server: Server, number: int, *, stays: bool) -> bytes:
    """Send a recording piece by piece; the answer, of a client that stays for it."""
    body = json.dumps({"query": RECORD, "variables": {"input": view(number)}}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    whole = head.encode() + body
    size = len(whole) // PIECES + 1
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for start in range(0, len(whole), size):
            writer.write(whole[start : start + size])
            await writer.drain()
            await asyncio.sleep(PAUSE_S)  # which is what it is slow by
        return await reader.read() if stays else b""
    finally:
        writer.close()


async def test_each_input_is_stored_once_and_nobody_waits_for_it(server: Server) -> None:
    """Who stays is answered; who left sends it again and finds it there once, or not yet.

    What usual clients were acknowledged meanwhile is there once, and totals are their rows'.
    """
    load = Load([Client(number, retries=True) for number in range(4)])

    async with load.on(server):
        sending = [
            asyncio.create_task(sent_slowly(server, number, stays=number % 2 == 0))
            for number in range(SLOW)
        ]
        await load.advances(server, 100)
        answers = await asyncio.gather(*sending)

    told = [answer for answer in answers if answer]
    assert len(told) == SLOW // 2
    assert [answer for answer in told if b'"CREATED"' not in answer] == []
    async with server.caller() as caller:
        again = [(await send(caller, [view(number)]))[0].outcome for number in range(SLOW)]
        assert {again[number] for number in range(0, SLOW, 2)} == {"UNCHANGED"}
        assert set(again) <= {"UNCHANGED", "CREATED"}
        nodes = await history(caller, USER)
    assert sorted(node["target"]["id"] for node in nodes) == sorted(f"p{n}" for n in range(SLOW))
    assert load.unacknowledged == 0
    await check(load.clients, server)
