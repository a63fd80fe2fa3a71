"""The layout: how many lanes there are, changed beside those who record."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from models.database.database import Database
from models.errors import UnsuitableDatabase
from models.ledger.lanes.layouts import change_lanes, read_layout
from models.ledger.opening import open_ledger
from models.partitions import LANE_COUNTS, PARTITIONS, aligned, lane_of, partition_of
from tests.support.durability.ledgers import view
from tests.support.durability.stores import rows
from tests.support.recording.batches import Batch
from tests.support.sql import run

HEADS = "SELECT id, last_number, pruned_number, quiet_commits, lanes, layout FROM log_head"


def test_a_user_stays_in_its_partition_and_lanes_are_sets_of_them() -> None:
    """Whatever the number of lanes; and no lane has far more users than another."""
    aliases = [f"u_{number:032x}" for number in range(6_400)]

    for lanes in LANE_COUNTS:
        for alias in aliases[:200]:
            assert lane_of(alias, lanes) == partition_of(alias) % lanes
        found = [lane_of(alias, lanes) for alias in aliases]
        fair = len(aliases) / lanes
        assert all(fair / 2 < found.count(lane) < fair * 2 for lane in range(lanes))
    assert LANE_COUNTS[-1] == PARTITIONS
    assert partition_of("u_0123456789abcdef") == 6


def test_a_number_is_moved_up_to_the_next_of_a_lane() -> None:
    """By less than there are lanes; with one, never."""
    assert [aligned(number, 3, 4) for number in range(9)] == [3, 3, 3, 3, 7, 7, 7, 7, 11]
    assert [aligned(number, 0, 1) for number in range(3)] == [0, 1, 2]


async def test_an_embedded_database_has_one_lane(sqlite_file: Path) -> None:
    """It can have no other number."""
    database = Database.at(f"sqlite://{sqlite_file}")

    assert (await read_layout(database)).lanes == 1
    assert (await change_lanes(database, 1)).lanes == 1
    with pytest.raises(UnsuitableDatabase, match="SQLite has one lane"):
        await change_lanes(database, 2)


@pytest.fixture
async def one_lane_again(database_url: str) -> AsyncIterator[None]:
    """After this, the database has one lane, as other tests expect."""
    yield
    await change_lanes(Database.at(database_url), 1)


@pytest.mark.usefixtures("one_lane_again")
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
class TestOnPostgres:
    """Changing the number of lanes."""

    @pytest.mark.parametrize("lanes", [0, 3, 128])
    async def test_there_are_a_power_of_two_and_at_most_64(
        self, database_url: str, lanes: int
    ) -> None:
        """Nothing is changed otherwise."""
        database = Database.at(database_url)

        with pytest.raises(UnsuitableDatabase, match="lanes are one of 1, 2, 4, 8, 16, 32, 64"):
            await change_lanes(database, lanes)

        assert await rows(database_url, "SELECT id, lanes FROM log_head") == [(0, 1)]

    async def test_all_heads_go_on_from_the_largest_and_what_they_counted_is_kept(
        self, database_url: str
    ) -> None:
        """More lanes begin with nothing counted; fewer leave what they counted to the first."""
        database = Database.at(database_url)
        first = await change_lanes(database, 4)
        await run(
            database_url,
            "UPDATE log_head SET last_number = 10 + id, pruned_number = id, quiet_commits = 5 + id",
        )

        second = await change_lanes(database, 2)

        number = first.number + 1
        assert second == (2, number)
        assert sorted(await rows(database_url, HEADS)) == [
            (0, 13, 3, 5 + 7 + 8, 2, number),
            (1, 13, 1, 6, 2, number),
        ]
        assert await change_lanes(database, 8) == (8, number + 1)
        found = sorted(await rows(database_url, HEADS))
        assert found[0] == (0, 13, 3, 20, 8, number + 1)
        assert found[2:] == [(lane, 13, 0, 0, 8, number + 1) for lane in range(2, 8)]

    async def test_as_many_as_there_are_change_nothing(self, database_url: str) -> None:
        """Nobody judges anything again."""
        database = Database.at(database_url)
        layout = await change_lanes(database, 2)
        before = await rows(database_url, "SELECT * FROM log_head ORDER BY id")

        assert await change_lanes(database, 2) == layout == await read_layout(database)

        assert await rows(database_url, "SELECT * FROM log_head ORDER BY id") == before

    async def test_a_lane_that_stands_still_is_not_waited_for_for_long(
        self, database_url: str
    ) -> None:
        """Nothing is changed, and the lanes that were locked meanwhile are free again."""
        database = Database.at(database_url)
        layout = await change_lanes(database, 4)

        async with database.connected() as other, other.transaction():
            await other.execute("SELECT FROM log_head WHERE id = 2 FOR UPDATE")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await change_lanes(database, 2)

            free = "SELECT id FROM log_head ORDER BY id FOR UPDATE SKIP LOCKED"
            assert await rows(database_url, free) == [(0,), (1,), (3,)]
        assert await read_layout(database) == layout

    async def test_who_waited_for_the_whole_has_the_lanes_that_came_meanwhile(
        self, database_url: str
    ) -> None:
        """A transaction that began to wait with one lane moves the heads of all four."""
        database = Database.at(database_url)
        ledger = open_ledger(database)
        await Batch(view("p")).commit(ledger)
        begun = await Batch(view("q")).begin(ledger)
        async with database.connected() as other, other.transaction():
            await other.execute("SELECT FROM log_head FOR UPDATE")
            changing = [asyncio.create_task(change_lanes(database, 4)) for _ in range(2)]
            await asyncio.sleep(0.1)
            whole = asyncio.ensure_future(begun)
            await asyncio.sleep(0.1)
        await asyncio.gather(*changing)
        await whole
        await ledger.close()

        found = await rows(database_url, "SELECT DISTINCT last_number, lanes FROM log_head")
        stored = await rows(database_url, "SELECT max(id) FROM interactions")
        assert found == [(stored[0][0], 4)]
