"""Lanes under load: several processes record in all of them, die at any moment and lose nothing."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes
from tests.support.durability.load import Client, Load, check
from tests.support.durability.readers import check_reading, reading
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database

PROCESSES = 3
CLIENTS = 8  # of each process
READERS = 4
KILLS = 6
CHANGES = {2: 8, 3: 2, 4: 4}
"""How many lanes there are after which kill; until then there are four."""

ENOUGH = 150  # acknowledged inputs between two kills

pytestmark = pytest.mark.slow


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database with four lanes."""
    async with own_database("four lanes", tmp_path) as url:
        yield url


def clients(process: int) -> Load:
    """Clients of one process, with users of their own in all lanes; they repeat what was lost."""
    numbers = range(process * CLIENTS, (process + 1) * CLIENTS)
    return Load([Client(number, retries=True, forgives=True) for number in numbers])


async def test_processes_that_die_in_turn_lose_nothing(url: str, tmp_path: Path) -> None:
    """Nor do readers that go from one to another, also while the number of lanes changes."""
    moments = random.Random(2)  # noqa: S311 (reproducible, not secret)
    async with AsyncExitStack() as processes:
        starting = (server_process(url, tmp_path) for _ in range(PROCESSES))
        servers = [await processes.enter_async_context(server) for server in starting]
        loads = [clients(process) for process, _ in enumerate(servers)]
        async with reading(servers, READERS) as readers, AsyncExitStack() as recording:
            for load, server in zip(loads, servers, strict=True):
                await recording.enter_async_context(load.on(server))
            for kill in range(KILLS):
                victim = moments.randrange(len(servers))
                await _die(servers[victim], loads[victim], moments.randrange(ENOUGH))
                if kill in CHANGES:
                    await change_lanes(Database.at(url), CHANGES[kill])
                other = (victim + 1) % len(servers)
                await loads[other].advances(servers[other], ENOUGH)
                await servers[victim].start()
                loads[victim].up.set()
            for load, server in zip(loads, servers, strict=True):
                await load.advances(server, ENOUGH)

        await check_reading(readers, url, *loads)
        await check([client for load in loads for client in load.clients], servers[0])


async def _die(server: Server, load: Load, answers: int) -> None:
    """Kill a server after so many more answers, while its clients record."""
    await load.advances(server, answers)
    load.up.clear()
    await server.kill()


async def test_workers_that_die_lose_nothing_of_the_lanes_that_they_own(
    url: str, tmp_path: Path
) -> None:
    """What others were handing over to them is stored once, and what they had answered is there."""
    moments = random.Random(4)  # noqa: S311 (reproducible, not secret)
    load = clients(0)
    async with server_process(url, tmp_path, workers=2) as server:
        async with reading([server], READERS) as readers, load.on(server):
            for _ in range(KILLS):
                await load.advances(server, ENOUGH + moments.randrange(ENOUGH))
                await server.kill_worker(moments.randrange(2))
            await load.advances(server, ENOUGH)

        await check_reading(readers, url, load)
        await check(load.clients, server)
