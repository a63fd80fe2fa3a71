"""Lanes of several processes at once, beside transactions of the whole and changes of layout."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from models.database.database import Database
from models.errors import LayoutChanged
from models.ledger.lanes.layouts import change_lanes
from models.ledger.opening import Ledgers, open_ledgers
from models.partitions import lane_of
from tests.support.durability.ledgers import view
from tests.support.durability.stores import rows
from tests.support.recording.batches import Batch

USERS = [f"u_{number:032x}" for number in range(24)]
TURNS = 25
_PAGE = """SELECT h.last, i.seq, i.user_alias, i.target_id
    FROM (SELECT min(last_number) AS last FROM log_head) h
    LEFT JOIN interactions i ON i.seq > {} AND i.seq <= h.last ORDER BY i.seq"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


class Process:
    """One that records, and opens its ledgers anew where the layout was changed."""

    def __init__(self, url: str, name: str) -> None:
        self.stored: list[tuple[str, str]] = []
        self._database = Database.at(url)
        self._name = name
        self._opened: list[Ledgers] = []
        self._is_stale = True
        self._opening = asyncio.Lock()
        self._users = Counter[int]()

    async def record(self, user: str, number: int) -> None:
        """Have a user do something; by the lane it belongs to, or now and then by the whole."""
        target = f"{self._name} {user} {number}"
        batch = Batch(replace(view(target), user_alias=user))
        while True:
            async with self._opening:
                if self._is_stale:
                    self._opened.append(await open_ledgers(self._database))
                    self._is_stale = False
            ledgers = self._opened[-1]
            lane = ledgers.lane(lane_of(user, ledgers.layout.lanes))
            async with self._using(ledgers):
                with suppress(LayoutChanged):
                    await batch.commit(ledgers.whole if number % 20 == 7 else lane)
                    self.stored.append((user, target))
                    return
                self._is_stale |= ledgers is self._opened[-1]

    @asynccontextmanager
    async def _using(self, ledgers: Ledgers) -> AsyncIterator[None]:
        """Close ledgers that are stale once nothing uses them: there are so many connections."""
        self._users[id(ledgers)] += 1
        yield
        self._users[id(ledgers)] -= 1
        if not self._users[id(ledgers)] and ledgers is not self._opened[-1]:
            await ledgers.close()

    async def close(self) -> None:
        """Leave."""
        await self._opened[-1].close()


async def test_all_is_stored_once_and_read_in_order(database_url: str) -> None:
    """A reader up to the least head misses nothing, and sees a user's actions in their order."""
    processes = [Process(database_url, name) for name in ("one", "other")]
    read: list[tuple[str, str]] = []
    is_over = asyncio.Event()

    async def follow() -> None:
        after = 0
        while True:
            was_over = is_over.is_set()
            found = await rows(database_url, _PAGE.format(after))
            read.extend((user, target) for _, seq, user, target in found if seq is not None)
            after = max(after, found[0][0])
            if was_over and not found[-1][1]:
                return

    async def change() -> None:
        for lanes in (4, 2, 8, 1, 4):
            await change_lanes(Database.at(database_url), lanes)
            await asyncio.sleep(random.uniform(0.1, 0.4))  # noqa: S311

    following = asyncio.create_task(follow())
    recording = [_all_of(process, user) for process in processes for user in USERS]
    await asyncio.gather(change(), *recording)
    await asyncio.sleep(0.2)  # what was committed last is brought up to
    is_over.set()
    await asyncio.wait_for(following, 10)
    for process in processes:
        await process.close()
    await change_lanes(Database.at(database_url), 1)

    stored = [each for process in processes for each in process.stored]
    assert len(stored) == len(set(stored)) == 2 * len(USERS) * TURNS
    assert sorted(read) == sorted(stored)
    for name in ("one", "other"):
        for user in USERS:
            numbers = [
                int(target.split()[-1])
                for who, target in read
                if who == user and target.startswith(name)
            ]
            assert numbers == list(range(TURNS))


async def _all_of(process: Process, user: str) -> None:
    for number in range(TURNS):
        await process.record(user, number)
