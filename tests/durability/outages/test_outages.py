"""Outages that both databases know: a lock that another session holds, and the server's own end."""

import asyncio
from pathlib import Path

import pytest

from models.ledger.sqlite_ledger import LOCK_WAIT_S
from resolvers.errors import Overloaded
from resolvers.recording.writing.sizing import UNDER_WAY
from tests.support.client import Caller
from tests.support.durability.ledgers import submitted, writing
from tests.support.durability.load import Client, Load, check
from tests.support.durability.outages import readiness, recovered, refused, refused_all, view
from tests.support.durability.server import server_process, until_awaited
from tests.support.durability.stores import log_held, own_database, targets


async def test_a_lock_that_is_given_back_in_time_is_waited_for(caller: Caller) -> None:
    """While another session holds the lock for a moment, recording waits and reading does not."""
    await caller.record(**view("p0"))

    async with log_held(caller.url):
        sending = asyncio.create_task(caller.outcome(**view("p1")))
        assert await caller.history("ann") == ["VIEW p0"]
        assert not sending.done()

    assert await sending == "CREATED"
    assert await caller.history("ann") == ["VIEW p1", "VIEW p0"]


@pytest.mark.slow
async def test_a_lock_held_for_too_long_refuses_recording_and_nothing_else(caller: Caller) -> None:
    """Recording is OVERLOADED within seconds, nothing of it is stored, reading goes on.

    /readyz says so until the lock is given back, since nothing can be recorded meanwhile.
    """
    await caller.record(**view("p0"))

    async with log_held(caller.url):
        sending = asyncio.create_task(refused_all(caller, "p1", "p2", "p3"))
        while not sending.done():
            assert await caller.history("ann") == ["VIEW p0"]
            assert await caller.counts("p0") == {"VIEW": 1}
        assert await sending == ["OVERLOADED"] * 3
        assert await readiness(caller) == 503
        assert await targets(caller.url) == ["p0"]

    async def is_ready() -> bool:
        return await readiness(caller) == 200

    await until_awaited(is_ready)
    assert await targets(caller.url) == ["p0"]
    assert await caller.outcome(**view("p1")) == "CREATED"
    assert await targets(caller.url) == ["p0", "p1"]


@pytest.mark.slow
async def test_two_lock_waits_are_shorter_than_an_operation_may_take(caller: Caller) -> None:
    """Who comes while others wait for the lock is told OVERLOADED too, and does not time out."""
    await caller.record(**view("p0"))

    async with log_held(caller.url):
        first = asyncio.create_task(refused(caller, "p1"))
        await caller.history("ann")  # by now the first waits for the lock
        second = asyncio.create_task(refused(caller, "p2", within=9.5))
        assert await first == "OVERLOADED"
        assert await second == "OVERLOADED"

    await recovered(caller, "p2")
    assert await targets(caller.url) == ["p0", "p2"]


@pytest.mark.slow
async def test_all_that_wait_behind_a_lock_are_refused_with_the_first(database_url: str) -> None:
    """However many batches they would be: each would wait for the same lock in vain."""
    async with log_held(database_url), writing(database_url, batch_limit=1) as (writer, ledger):
        calls = await submitted(writer, *([f"p{number}"] for number in range(40)))
        async with asyncio.timeout(3 * LOCK_WAIT_S):  # two waits, for two under way
            answers = await asyncio.gather(*calls, return_exceptions=True)

        assert [type(answer) for answer in answers] == [Overloaded] * 40
        assert ledger.begun <= UNDER_WAY
    assert await targets(database_url) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_stopping_under_load_loses_nothing_that_was_answered(
    kind: str, tmp_path: Path
) -> None:
    """SIGTERM ends the server within 10 seconds; what it answered is stored exactly once."""
    load = Load([Client(number, retries=True) for number in range(16)])

    async with own_database(kind, tmp_path) as url, server_process(url, tmp_path) as server:
        async with load.on(server):
            await load.advances(server, 500)
            seconds = await server.terminate()
            load.up.clear()
            said = server.log
            await server.start()
            load.up.set()

        assert seconds < 10
        assert "Traceback" not in said
        assert load.unacknowledged == 0
        await check(load.clients, server)
