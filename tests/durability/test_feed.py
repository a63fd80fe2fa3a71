"""The live feed under load: whoever reads it, however often cut off, is told all exactly once."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.durability.load import Client, Load
from tests.support.durability.readers import check_reading, reading
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database

WRITERS = 20
READERS = 8  # two of each way to be connected
STOP_S = 10.0
ENOUGH = 1_200  # acknowledged inputs

pytestmark = pytest.mark.slow
#: Where one lane of PostgreSQL shows nothing that four do not.
on_any = pytest.mark.parametrize("database", ["sqlite", "four lanes"], indirect=True)


@pytest.fixture(params=["sqlite", "postgres", "four lanes"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database of the test's own."""
    async with own_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def server(database: str, tmp_path: Path) -> AsyncIterator[Server]:
    """A server over it."""
    async with server_process(database, tmp_path) as server:
        yield server


def writers(first: int = 0, count: int = WRITERS) -> Load:
    """Clients that record events and flip states, and send again what went unanswered."""
    numbers = range(first, first + count)
    return Load([Client(number, retries=True, forgives=True) for number in numbers])


@on_any
async def test_readers_that_are_cut_off_miss_nothing(server: Server) -> None:
    """They go on from their last cursor after leaving or vanishing, by every transport."""
    load = writers()

    async with reading([server], READERS) as readers, load.on(server):
        await load.advances(server, ENOUGH)

    assert min(reader.connections for reader in readers) > 2
    await check_reading(readers, server.database_url, load)


async def test_readers_go_from_process_to_process(
    database: str, server: Server, tmp_path: Path
) -> None:
    """Two processes commit at once and skip no row of each other's; a cursor serves on both."""
    async with server_process(database, tmp_path) as other:
        one, two = writers(0, WRITERS // 2), writers(WRITERS // 2, WRITERS // 2)

        async with (
            reading([server, other], READERS) as readers,
            one.on(server),
            two.on(other),
        ):
            await asyncio.gather(
                one.advances(server, ENOUGH // 2), two.advances(other, ENOUGH // 2)
            )

        await check_reading(readers, database, one, two)


@pytest.mark.parametrize(
    ("database", "end"),
    [
        ("sqlite", "kill"),
        ("postgres", "kill"),
        ("four lanes", "kill"),
        ("sqlite", "terminate"),
        ("four lanes", "terminate"),
    ],
    indirect=["database"],
)
async def test_readers_outlive_their_server(server: Server, end: str) -> None:
    """What a server that was killed or told to stop had committed, its successor tells."""
    moments = random.Random(1)  # noqa: S311 (reproducible, not secret)
    load = writers()

    async with reading([server], READERS) as readers, load.on(server):
        for _ in range(2):
            await load.advances(server, ENOUGH // 6)
            await asyncio.sleep(moments.uniform(0, 0.1))  # not to wait for anything: moments
            load.up.clear()
            if end == "kill":
                await server.kill()
            else:
                assert await server.terminate() < STOP_S
            await server.start()
            load.up.set()
        await load.advances(server, ENOUGH // 6)

    await check_reading(readers, server.database_url, load)


@on_any
async def test_one_process_dies_and_the_other_s_readers_see_all(
    database: str, server: Server, tmp_path: Path
) -> None:
    """While one of two processes is killed and started, the other tells what both commit."""
    async with server_process(database, tmp_path) as other:
        one, two = writers(0, WRITERS // 2), writers(WRITERS // 2, WRITERS // 2)

        async with reading([server], READERS) as readers, one.on(server), two.on(other):
            for _ in range(2):
                await two.advances(other, ENOUGH // 6)
                two.up.clear()
                await other.kill()
                await one.advances(server, ENOUGH // 6)
                await other.start()
                two.up.set()
            await two.advances(other, ENOUGH // 6)

        await check_reading(readers, database, one, two)
