"""Killing a server amid a round of ranks: none is lost, and the queue is worked off afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models.database.database import Database
from models.database.postgres import COMMANDS, connect
from tests.support.durability.load import Client, Load, check
from tests.support.durability.server import Server, server_process, until_awaited
from tests.support.durability.stores import own_database, rows

CLIENTS = 12
KILLS = {"sqlite": 6, "postgres": 3, "four lanes": 3}
"""On PostgreSQL each kill comes at the same moment of a round."""

ROUND_S = 1.0

WAITING = """SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'trailmark follower' AND wait_event_type = 'Lock'"""

pytestmark = pytest.mark.slow


@asynccontextmanager
async def amid_a_round(server: Server, moments: random.Random) -> AsyncIterator[None]:
    """Within this, the follower of ranks has taken its rows out of the queue, and cannot go on.

    On SQLite it is at any point of a round, or rests.
    """
    database = Database.at(server.database_url)
    if database.is_embedded:
        await asyncio.sleep(moments.uniform(0, ROUND_S))  # each kill finds another moment
        yield
        return

    async def waits() -> bool:
        ((count,),) = await rows(server.database_url, WAITING)
        return bool(count)

    connection = await connect(database.credentials, COMMANDS)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE ranks IN SHARE MODE")
            await until_awaited(waits, 30, server)
            yield
    finally:
        await connection.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "four lanes"])
async def test_ranks_are_those_of_the_scores_however_often_they_are_broken_off(
    kind: str, tmp_path: Path
) -> None:
    """Nor is anything lost of what is recorded meanwhile."""
    moments = random.Random(6)  # noqa: S311 (reproducible, not secret)
    load = Load([Client(number, retries=True, forgives=True) for number in range(CLIENTS)])
    async with own_database(kind, tmp_path) as url, server_process(url, tmp_path) as server:

        async def is_worked_off() -> bool:
            return await rows(url, "SELECT id FROM rank_changes WHERE size > 0 LIMIT 1") == []

        async with load.on(server):
            for _ in range(KILLS[kind]):
                await load.advances(server, 50)
                async with amid_a_round(server, moments):
                    load.up.clear()
                    await server.kill()
                    assert not await is_worked_off()
                await server.start()
                load.up.set()
            await load.advances(server, 50)

        await until_awaited(is_worked_off, 30, server)
        await check(load.clients, server)
        assert len(await rows(url, "SELECT rank_key FROM ranks")) > CLIENTS
