"""Followers in a process beside the server, on PostgreSQL."""

import asyncio
import os
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from models.database.database import Database
from resolvers.following.ranks import queued_commits
from resolvers.signals.co_engagement.auditing import behind
from tests.support.client import Caller
from tests.support.durability.load import Client, Load
from tests.support.durability.server import (
    PROGRAM,
    SECRET,
    Server,
    server_process,
    until,
)
from tests.support.sql import run

pytestmark = pytest.mark.slow

CLIENTS = 8


@pytest.fixture
def empty(postgres: str, emptier: object) -> str:
    """An empty database on PostgreSQL."""
    emptier.empty()  # type: ignore[attr-defined]
    return postgres


def followers_of(server: Server) -> list[int]:
    """The ids of the processes that follow for a server."""
    children = Path(f"/proc/{server.pid}/task")
    found = [int(pid) for file in children.glob("*/children") for pid in file.read_text().split()]
    return [pid for pid in found if b"graph.server.beside" in _command(pid)]


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    return not _command(pid)


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


async def lags(caller: Caller) -> dict[str, float]:
    """How far behind followers are, as `/metrics` tells."""
    lines = (await caller.http.get("/metrics")).text.splitlines()
    found = [line.split() for line in lines if line.startswith("trailmark_follower_lag_seconds{")]
    return {name.split('"')[1]: float(number) for name, number in found}


def has_begun(server: Server, count: int) -> bool:
    """Whether so many have begun to follow in a row."""
    return server.log.count("beside.following: following") == count


async def all_followed(url: str) -> None:
    """Return once everything recorded is in co-engagement, and ranked."""
    async with Database.at(url).reading(), asyncio.timeout(60):
        while await behind() or await queued_commits():
            pass


async def test_whatever_ends_it_nothing_is_lost_or_counted_twice(
    empty: str, tmp_path: Path
) -> None:
    """Another takes its place; `verify` finds every rank and every engaged post right."""
    load = Load([Client(number, retries=True) for number in range(CLIENTS)])
    async with server_process(empty, tmp_path, TRAILMARK_FOLLOWERS="beside") as server:
        async with load.on(server):
            for count in (1, 2):
                await until(partial(has_begun, server, count), 60, server)
                await load.advances(server, 200)
                os.kill(followers_of(server)[0], signal.SIGKILL)
        await until(partial(has_begun, server, 3), 60, server)

        async with server.caller() as caller, asyncio.timeout(60):
            while set((await lags(caller)).values()) != {0.0}:
                pass
        assert server.log.count("was ended by SIGKILL; another begins in") == 2
        assert (await server.verify())[0] == 0
        assert "followers     at work" in await server.run("status")


@pytest.mark.parametrize("workers", [1, 2])
async def test_it_ends_with_the_server_whatever_ends_that(
    workers: int, empty: str, tmp_path: Path
) -> None:
    """Killed, or told to stop, under load; there is one for all workers."""
    load = Load([Client(number, retries=True, forgives=True) for number in range(CLIENTS)])
    async with server_process(empty, tmp_path, workers, TRAILMARK_FOLLOWERS="beside") as server:
        async with load.on(server):
            for end in (server.kill, server.terminate, server.terminate):
                await load.advances(server, 100)
                await until(lambda: len(followers_of(server)) == 1, 60, server)
                (followers,) = followers_of(server)
                load.up.clear()
                assert (await end() or 0) < 10
                await until(partial(is_gone, followers))
                await server.start()
                load.up.set()
        assert "Traceback" not in server.log, server.log
        assert (await server.verify())[0] == 0


async def test_it_is_renewed_with_the_workers(empty: str, tmp_path: Path) -> None:
    """By SIGHUP: a program that was exchanged is what follows from then on."""
    async with server_process(empty, tmp_path, 2, TRAILMARK_FOLLOWERS="beside") as server:
        await until(lambda: len(followers_of(server)) == 1, 60, server)
        (first,), workers = followers_of(server), server.workers

        os.kill(server.pid, signal.SIGHUP)

        await until(lambda: is_gone(first) and len(followers_of(server)) == 1, 60, server)
        await until(lambda: not set(workers) & set(server.workers), 60, server)
        assert "another begins" not in server.log


async def test_a_command_follows_for_servers_that_do_not(empty: str, tmp_path: Path) -> None:
    """`/metrics` tells that nobody follows until it runs; a signal ends it."""
    environment = {
        **os.environ,
        "TRAILMARK_DATABASE_URL": empty,
        "TRAILMARK_SECRET": SECRET,
        "TRAILMARK_FOLLOWERS": "elsewhere",
    }
    async with (
        server_process(empty, tmp_path, TRAILMARK_FOLLOWERS="elsewhere") as server,
        server.caller() as caller,
    ):
        assert followers_of(server) == []
        await caller.record(userId="ann", action="SHARE", postId="p")
        assert "nobody makes co-engagement and ranks" in await server.run("status")
        async with asyncio.timeout(20):
            while not all((await lags(caller)).values()):
                pass

        following = subprocess.Popen([PROGRAM, "follow"], env=environment)  # noqa: ASYNC220
        try:
            await all_followed(empty)
            assert "at work" in await server.run("status")
        finally:
            following.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(following.wait, 10)
        assert code == 0


async def test_ranks_and_co_engagement_follow_in_time(empty: str, tmp_path: Path) -> None:
    """One that is recorded alone is followed by the process that hears of it."""
    async with (
        server_process(empty, tmp_path, TRAILMARK_FOLLOWERS="beside") as server,
        server.caller() as caller,
    ):
        await until(partial(has_begun, server, 1), 60, server)
        for user in "abc":
            for post in ("one", "two"):
                await caller.record(userId=user, action="SHARE", postId=post)

        await all_followed(empty)

        ((ranked,),) = await run(empty, "SELECT count(*) FROM ranks")
        assert ranked == 5
