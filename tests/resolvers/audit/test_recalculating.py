"""Recalculating as others take its place: every difference is added once."""

import asyncio
import threading

import pytest

from models.database.advisory_locks import AdvisoryLock
from models.database.database import Database
from models.database.metadata import put
from models.database.process_locks import process_lock
from models.errors import DatabaseUnavailable
from resolvers.audit.recalculating import Recalculation, recalculate
from resolvers.audit.verifying import Verification, verify
from resolvers.errors import TakenOver
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import log_held, rows
from tests.support.sql import run

LOCK = "SELECT pid, granted FROM pg_locks WHERE locktype = 'advisory' AND objid = {}"
RECALCULATION = AdvisoryLock.RECALCULATE & 0xFFFF_FFFF
CORRECTING = """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND wait_event_type = 'Lock' AND query LIKE '%log_head%'"""


@pytest.fixture
async def drifted(caller: Caller) -> Caller:
    """A caller of a server whose users and posts all count five too many."""
    for number in range(3):
        await caller.record(userId=f"u{number}", action="FAVORITE", postId=f"p{number}")
    await run(caller.url, "UPDATE totals SET count = count + 5")
    return caller


async def recalculated(url: str, progress: Recalculation) -> None:
    await recalculate(Database.at(url), Scoring(), FixedClock().now, progress)


async def differences() -> list[str]:
    return [difference.what async for difference in verify(Verification(), Scoring())]


async def waiting_for(url: str, lock: int) -> tuple[list[int], list[int]]:
    """Whose connections hold a lock, and whose wait for it."""
    found = await rows(url, LOCK.format(lock))
    return [pid for pid, granted in found if granted], [pid for pid, held in found if not held]


async def test_what_was_taken_over_adds_nothing_any_more(drifted: Caller) -> None:
    """Once the token is another's, the rest is left to that one; a stale token keeps nobody."""
    whole = await differences()

    def take_over(totals: int) -> None:  # in a thread, as this is called in the midst of a loop
        putting = put(Database.at(drifted.url), "recalculation", "another's")
        thread = threading.Thread(target=asyncio.run, args=(putting,))
        thread.start()
        thread.join()

    with pytest.raises(TakenOver, match="another recalculation has begun; this one stopped"):
        await recalculated(drifted.url, Recalculation(show=take_over))

    left = await differences()
    assert 0 < len(left) < len(whole)
    await recalculated(drifted.url, Recalculation())
    assert await differences() == []


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_loses_its_lock_stops_before_the_next_begins(drifted: Caller) -> None:
    """Its connection ends while another looks for the lock: differences are added once."""
    url = drifted.url
    async with log_held(url):
        tasks = [asyncio.create_task(recalculated(url, Recalculation())) for _ in range(2)]

        async def one_is_at_work() -> bool:
            held, _ = await waiting_for(url, RECALCULATION)
            return len(held) == len(await rows(url, CORRECTING)) == 1

        await until_awaited(one_is_at_work)
        (pid,), _ = await waiting_for(url, RECALCULATION)
        await rows(url, f"SELECT pg_terminate_backend({pid})")
        done, _ = await asyncio.wait(tasks, timeout=3, return_when=asyncio.FIRST_COMPLETED)

    (lost,) = done
    assert isinstance(error := lost.exception(), DatabaseUnavailable)
    assert str(error) == "the connection that kept others from the work `recalculate` has ended"
    await asyncio.wait_for(asyncio.gather(*(task for task in tasks if task is not lost)), 10)
    assert await differences() == []


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_work_alone_is_broken_off_with_its_lock(database_url: str) -> None:
    """Whoever works under a lock hears that its connection ended, and others may have it."""
    database = Database.at(database_url)

    async def work_until_broken_off() -> None:
        async with process_lock(database, "recalculate"):
            (pid,), _ = await waiting_for(database_url, RECALCULATION)
            await rows(database_url, f"SELECT pg_terminate_backend({pid})")
            await asyncio.wait_for(asyncio.Event().wait(), 5)

    with pytest.raises(DatabaseUnavailable, match="kept others from the work `recalculate`"):
        await work_until_broken_off()

    async with process_lock(database, "recalculate"):
        pass
