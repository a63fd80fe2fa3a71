"""Turns at an SQLite file: nobody is kept from writing by a process that always writes."""

import asyncio
import time
from pathlib import Path

from models.database.database import Database
from models.database.migrating import migrate
from models.ledger.ledger import Ledger
from models.ledger.opening import open_ledger
from models.records import Changes, Known, Wanted


def busy(known: Known) -> tuple[Changes, None]:
    """Judge nothing, for as long as a batch may take."""
    time.sleep(0.02)  # not to wait for anything: it is the work that the lock is held for
    return Changes(known.last_number), None


async def commit(ledger: Ledger) -> None:
    await ledger.transact(Wanted(), busy)


async def test_who_waits_writes_before_who_has_just_written(tmp_path: Path) -> None:
    """While one ledger commits without a pause, another waits for one or two of its commits."""
    database = Database.at(f"sqlite://{tmp_path}/trailmark.db")
    await migrate(database)
    greedy, modest = open_ledger(database), open_ledger(database)
    commits = 0

    async def without_pause() -> None:
        nonlocal commits
        while True:
            await commit(greedy)
            commits += 1

    working = asyncio.create_task(without_pause())
    waited = []
    for _ in range(10):
        before = commits
        await commit(modest)
        waited.append(commits - before)
        await asyncio.to_thread(time.sleep, 0.01)  # so that the other is in the midst of a commit

    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await greedy.close()
    await modest.close()
    assert max(waited) <= 2
    assert commits > 0
