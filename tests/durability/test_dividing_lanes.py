"""Workers that divide lanes: whatever becomes of an owner, nothing is lost or stored twice."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes
from tests.support.dividing.workers import ready_workers
from tests.support.durability.load import Client, Load, check
from tests.support.durability.server import Server, server_process, until, until_awaited
from tests.support.durability.stores import own_database
from tests.support.metrics.scraping import scrape

CLIENTS = 16
KILLS = 6
HANDED_OVER = "trailmark_handed_over_inputs_total"

pytestmark = pytest.mark.slow


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Two workers of a server, over a database of four lanes."""
    async with (
        own_database("four lanes", tmp_path) as url,
        server_process(url, tmp_path, workers=2) as server,
    ):
        await until(lambda: len(ready_workers(server)) == 2, 60, server)
        yield server


async def handed_over(server: Server) -> float:
    """How many inputs workers have handed over to each other."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        return (await scrape(http)).number(HANDED_OVER)


async def more_are_handed_over(server: Server) -> None:
    """Return when workers hand over inputs, after this was called."""
    before = await handed_over(server)

    async def are() -> bool:
        return await handed_over(server) > before

    await until_awaited(are, 60, server)


def clients() -> list[Client]:
    return [Client(number, retries=True, forgives=True) for number in range(CLIENTS)]


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """Within this, a process does nothing, unless somebody ends it."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGCONT)


async def test_what_is_handed_over_outlives_its_owner(server: Server) -> None:
    """Workers are killed one after another, while others hand over to them.

    Who got no answer, or that nobody knows, sends the same event ids again.
    """
    moments = random.Random(1)  # noqa: S311 (reproducible, not secret)
    load, living = Load(clients()), ready_workers(server)

    async with load.on(server):
        for kill in range(KILLS):
            await more_are_handed_over(server)
            await load.advances(server, 100)
            await asyncio.sleep(moments.uniform(0, 0.05))  # each kill finds another moment
            os.kill(living.pop(moments.randrange(2)), signal.SIGKILL)
            await until(lambda: len(ready_workers(server)) == 3 + kill, 60, server)  # noqa: B023
            living.append(ready_workers(server)[-1])

    assert load.unacknowledged == 0
    assert sum(client.retried for client in load.clients) > 0
    await check(load.clients, server)


async def test_an_owner_that_stands_still_holds_nobody_up_for_long(server: Server) -> None:
    """Others write its lanes themselves, until its supervisor has another take its place."""
    load = Load(clients())

    async with load.on(server):
        await more_are_handed_over(server)
        with standing_still(ready_workers(server)[0]):
            await until(lambda: "no longer answers" in server.log, 30, server)
            await until(lambda: len(ready_workers(server)) == 3, 60, server)
        await more_are_handed_over(server)

    assert load.unacknowledged == 0
    await check(load.clients, server)


async def test_workers_that_are_replaced_in_turn_refuse_nothing(server: Server) -> None:
    """SIGHUP has each make room for a successor: what it has taken it answers, the rest it leaves.

    Connections end meanwhile, so clients send some requests again.
    """
    load = Load([Client(number, retries=True) for number in range(CLIENTS)])

    async with load.on(server):
        await more_are_handed_over(server)
        os.kill(server.pid, signal.SIGHUP)
        await until(lambda: len(ready_workers(server)) == 4, 120, server)
        await load.advances(server, 100)
        await more_are_handed_over(server)

    assert load.refused == 0
    await check(load.clients, server)


async def test_the_lanes_change_while_workers_hand_over(server: Server) -> None:
    """Who owns a lane follows the new number; each input is stored once all the same."""
    load = Load(clients())

    async with load.on(server):
        for lanes in (8, 1, 2):
            await more_are_handed_over(server)
            await change_lanes(Database.at(server.database_url), lanes)
            await load.advances(server, 300)
            if lanes == 1:
                await change_lanes(Database.at(server.database_url), 4)
        await more_are_handed_over(server)

    assert load.unacknowledged == 0
    await check(load.clients, server)


async def test_a_server_that_stops_under_load_has_answered_what_it_took(server: Server) -> None:
    """Both workers stop at once, and hand over to each other until they do."""
    load = Load(clients())

    async with load.on(server):
        await more_are_handed_over(server)
        load.up.clear()
        assert await server.terminate() < 10
        await server.start()
        load.up.set()

    assert "Traceback" not in server.log
    await check(load.clients, server)
