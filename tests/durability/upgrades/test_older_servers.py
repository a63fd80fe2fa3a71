"""An older server beside a database that a later release has migrated: it only reads."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.database.versions.numbers import OTHER
from tests.support.durability.load import Client, Load, check
from tests.support.durability.server import PROGRAM, SECRET, Server, server_process
from tests.support.durability.stores import own_database, rows
from tests.support.releases.later import LATER, later_release

CLIENTS = 8
COUNT = "SELECT count(*), max(seq) FROM interactions"

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgres"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server of this release over a database of its own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as server,
    ):
        yield server


async def migrated(url: str, release: str) -> str:
    """Run `trailmark migrate` of another release; what it says."""
    ours = {"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET, "PYTHONPATH": release}
    done = await asyncio.to_thread(
        subprocess.run,
        [str(PROGRAM), "migrate"],
        env={**os.environ, **ours},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return str(done.stderr)


async def test_it_stores_nothing_from_the_moment_the_version_moves(
    server: Server, tmp_path: Path
) -> None:
    """Under load: each call is OVERLOADED from then on, /readyz says why, and reading goes on.

    All that was acknowledged before is there once, as the later server says, which stores what the
    clients send it again.
    """
    load = Load([Client(number, retries=True, forgives=True) for number in range(CLIENTS)])
    release = later_release(tmp_path / "later")

    async with load.on(server):
        await load.advances(server, 300)
        assert LATER in await migrated(server.database_url, release)
        stored = await rows(server.database_url, COUNT)
        await load.is_refused(server, 3 * CLIENTS)
        acknowledged = load.acknowledged
        await load.is_refused(server, 30 * CLIENTS)

        assert load.acknowledged == acknowledged
        assert await rows(server.database_url, COUNT) == stored
        async with server.caller() as caller:
            ready = await caller.http.get("/readyz")
            assert (ready.status_code, ready.json()["reason"]) == (503, OTHER)
            assert len(await caller.history(load.clients[0].users[0])) > 0
        assert OTHER in server.log
        load.up.clear()
        assert await server.terminate() < 10
        assert "Traceback" not in server.log, server.log

        server.becomes(release)
        await server.start()
        load.up.set()
        await load.advances(server, 300)

    assert load.unacknowledged == 0
    await check(load.clients, server)
