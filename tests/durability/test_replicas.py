"""Reads through two processes with standbys that lag at random: nobody reads an older state."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from models.database.database import Database
from models.database.migrating import migrate
from models.database.postgres import COMMANDS, connect
from tests.support.client import Caller, FixedClock
from tests.support.durability.server import Server, server_process, until
from tests.support.durability.stores import Postgres, own_postgres, rows

READERS = 8
WRITES = 250
ROUNDS = 150
READ = """
query {
  post(id: "p") { stats { counts { count } }
    interactions(first: 1) { nodes { context { metadata } } } }
  user(id: "ann") { engagementScore { components { count } }
    interactions(first: 1) { nodes { context { metadata } } } }
  trendingPosts(first: 1) { score }
}
"""
SCANS = """SELECT sum(idx_scan + seq_scan)::bigint FROM pg_stat_user_tables
    WHERE relname IN ('totals', 'interactions')"""

pytestmark = pytest.mark.slow


@dataclass
class Told:
    """What the one who records was told of, in its order."""

    acknowledged: int = 0


async def test_nobody_reads_what_is_older_than_what_was_acknowledged(tmp_path: Path) -> None:
    """Whichever process answers, and whichever database it asks, while replaying pauses."""
    with own_postgres() as primary:
        await migrate(Database.at(primary.url))
        with own_postgres(primary) as one, own_postgres(primary) as two:
            urls = {"TRAILMARK_DATABASE_REPLICA_URLS": f"{one.url},{two.url}"}
            async with (
                server_process(primary.url, tmp_path, 1, **urls) as first,
                server_process(primary.url, tmp_path, 1, **urls) as second,
            ):
                servers = first, second
                for server in servers:
                    await until(partial(_has_both, server), 120, server)
                told, enough = Told(), asyncio.Event()
                async with asyncio.TaskGroup() as tasks:
                    for standby in (one, two):
                        tasks.create_task(_pausing(standby, enough))
                    readers = [
                        tasks.create_task(_reading(servers, number, told, enough))
                        for number in range(READERS)
                    ]
                    try:
                        await _recording(first, told)
                    finally:
                        enough.set()
                assert all(reader.result() for reader in readers)
                assert not any("Traceback" in server.log for server in servers)
            scans = [(await rows(each.url, SCANS))[0][0] for each in (one, two)]

    assert sum(scans) > 20, scans


def _has_both(server: Server) -> bool:
    return server.log.count("answers reads") >= 2


async def _recording(server: Server, told: Told) -> None:
    async with _client(server) as caller:
        for number in range(1, WRITES + 1):
            context = {"metadata": str(number)}
            await caller.record(userId="ann", action="CLICK", postId="p", context=context)
            told.acknowledged = number


async def _reading(
    servers: Sequence[Server], number: int, told: Told, enough: asyncio.Event
) -> int:
    """Read again and again, from one process and then from another; how often."""
    count, chance = 0, random.Random(number)  # noqa: S311 (reproducible, not secret)
    while not enough.is_set():
        async with _client(chance.choice(servers)) as caller:
            for _ in range(20):
                acknowledged = told.acknowledged
                if acknowledged:
                    await _read(caller, acknowledged)
                count += 1
                await asyncio.sleep(0)
    return count


async def _read(caller: Caller, acknowledged: int) -> None:
    data = await caller.data(READ)
    post, user = data["post"], data["user"]
    newest = [each["interactions"]["nodes"][0]["context"]["metadata"] for each in (post, user)]
    (of_post,), (of_user,) = post["stats"]["counts"], user["engagementScore"]["components"]
    assert of_post["count"] >= acknowledged
    assert of_user["count"] >= acknowledged
    assert min(map(int, newest)) >= acknowledged
    assert len(data["trendingPosts"]) == 1


async def _pausing(standby: Postgres, enough: asyncio.Event) -> None:
    """Pause and resume what a standby replays; mostly for less than readers wait, or for more."""
    chance = random.Random(standby.url)  # noqa: S311 (not a secret)
    async with AsyncExitStack() as stack:
        connection = await connect(Database.at(standby.url).credentials, COMMANDS)
        stack.push_async_callback(connection.close)
        for _ in range(ROUNDS):
            if enough.is_set():
                break
            await connection.execute("SELECT pg_wal_replay_pause()")
            await asyncio.sleep(chance.choice([0.005, 0.01, 0.02, 0.04, 0.3]))
            await connection.execute("SELECT pg_wal_replay_resume()")
            await asyncio.sleep(chance.uniform(0, 0.5))


@asynccontextmanager
async def _client(server: Server) -> AsyncIterator[Caller]:
    """A caller by a connection of its own."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        yield Caller(http, server.database_url, FixedClock())
