"""Killing the server: what it has acknowledged is there afterwards, exactly once."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.durability.load import Client, Load, check, history, send
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database, rows

CLIENTS = 16
KILLS = 6

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgres", "four lanes"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server over a database of its own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as server,
    ):
        yield server


async def kill_after(load: Load, server: Server, answers: int, seconds: float) -> None:
    """Kill the server so many answers and then so long from now, while all clients record."""
    await load.advances(server, answers)
    await asyncio.sleep(seconds)  # not to wait for anything: each kill finds another moment
    load.up.clear()
    await server.kill()


async def test_what_was_acknowledged_outlives_kills_under_load(server: Server) -> None:
    """Several SIGKILLs under load lose no acknowledged input, store none twice and keep totals."""
    moments = random.Random(1)  # noqa: S311 (reproducible, not secret)
    load = Load([Client(number, retries=False) for number in range(CLIENTS)])

    async with load.on(server):
        for kill in range(KILLS):
            await kill_after(load, server, 150 + 20 * kill, moments.uniform(0, 0.05))
            await server.start()
            load.up.set()

    assert load.acknowledged > 1_000
    assert load.unacknowledged > 0
    await check(load.clients, server)


async def test_a_retry_after_the_kill_leaves_exactly_one_row_each(server: Server) -> None:
    """Whoever got no answer sends the same eventIds again, and ends with one row for each."""
    load = Load([Client(number, retries=True) for number in range(CLIENTS)])

    async with load.on(server):
        await kill_after(load, server, 300, 0.02)
        await server.start()
        load.up.set()

    assert sum(client.retried for client in load.clients) > 0
    assert load.unacknowledged == 0
    await check(load.clients, server)


@pytest.mark.parametrize("server", ["sqlite", "postgres"], indirect=True)
async def test_a_batch_that_was_killed_is_stored_whole_or_not_at_all(server: Server) -> None:
    """A kill amid a commit leaves all of a call or nothing, and its retry the rest."""
    inputs = [
        {"userId": "ann", "action": "VIEW", "postId": f"p{i}", "eventId": f"e{i}"}
        for i in range(1000)
    ]
    async with server.caller() as caller:
        for part in range(5):
            batch = [{**input, "eventId": f"{input['eventId']}-{part}"} for input in inputs]
            sending = asyncio.create_task(send(caller, batch))
            await asyncio.sleep(0.05 * part)  # not to wait for anything: another moment each
            await server.kill()
            await asyncio.gather(sending, return_exceptions=True)
            await server.start()

            ((stored,),) = await rows(server.database_url, "SELECT count(*) FROM interactions")
            assert stored in (1000 * part, 1000 * (part + 1))
            answers = await send(caller, batch)
            outcomes = {answer.outcome for answer in answers}
            assert outcomes == ({"CREATED"} if stored == 1000 * part else {"UNCHANGED"})

        assert len(await history(caller, "ann")) == 5000
    code, said = await server.verify()
    assert code == 0, said
