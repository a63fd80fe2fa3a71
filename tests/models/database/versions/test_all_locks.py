"""The locks of all lanes: who takes them keeps the lanes that are free recording meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.database.database import Database
from models.database.postgres import COMMANDS, Connection, connect
from models.database.versions import all_locks
from models.database.versions.all_locks import all_locked, lock_all
from models.errors import DatabaseUnavailable
from models.ledger.lanes.layouts import change_lanes, read_layout
from models.ledger.opening import Ledgers, open_ledgers
from models.ledger.writer_connection import WRITER
from tests.support.durability.ledgers import view
from tests.support.durability.stores import targets
from tests.support.live.lanes import LANES, lane_held
from tests.support.recording.batches import Batch

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

_TIMEOUTS = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"


@pytest.fixture
async def ledgers(database_url: str) -> AsyncIterator[Ledgers]:
    """The ledgers of a process over a database of four lanes, each of which has committed."""
    await change_lanes(Database.at(database_url), LANES)
    ledgers = await open_ledgers(Database.at(database_url))
    for ledger in (*ledgers.lanes, ledgers.whole):
        await Batch(view("first")).commit(ledger)
    yield ledgers
    await ledgers.close()


async def done(url: str) -> list[str]:
    """What was recorded after each ledger had committed first."""
    return [each for each in await targets(url) if each != "first"]


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    """A connection that transactions of a ledger run on."""
    connection = await connect(Database.at(database_url).credentials, WRITER)
    yield connection
    connection.terminate()


@pytest.mark.parametrize("stuck", range(LANES))
async def test_a_lane_that_is_stuck_keeps_no_other_from_recording(
    database_url: str, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch, stuck: int
) -> None:
    """What wants all lanes waits for it, and is committed once that is free."""
    monkeypatch.setattr(all_locks, "HELD_S", 0.02)
    monkeypatch.setattr(all_locks, "LONGEST_HELD_S", 0.02)
    free = [lane for lane in range(LANES) if lane != stuck]
    async with lane_held(database_url, stuck):
        whole = asyncio.create_task(Batch(view("whole")).commit(ledgers.whole))
        for turn in range(5):
            for lane in free:
                await Batch(view(f"{turn} in {lane}")).commit(ledgers.lane(lane))
        assert not whole.done()
    await whole

    assert len(await done(database_url)) == 5 * len(free) + 1


async def test_a_lane_that_stays_stuck_is_given_up(
    database_url: str, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the wait is bounded, however many lanes there are; nothing is changed by then."""
    monkeypatch.setattr(all_locks, "HELD_S", 0.01)
    monkeypatch.setattr(all_locks, "PATIENCE_S", 0.1)
    async with lane_held(database_url, 1), lane_held(database_url, 3):
        with pytest.raises(DatabaseUnavailable, match="lock timeout"):
            await Batch(view("refused")).commit(ledgers.whole)
        with pytest.raises(asyncpg.LockNotAvailableError):
            await change_lanes(Database.at(database_url), 8)
        await Batch(view("p")).commit(ledgers.lane(0))

    assert await done(database_url) == ["p"]
    assert (await read_layout(Database.at(database_url))).lanes == LANES
    await Batch(view("q")).commit(ledgers.whole)
    assert await done(database_url) == ["p", "q"]


async def test_a_session_is_as_patient_as_before_once_it_has_them(
    database_url: str, connection: Connection
) -> None:
    """What follows may take as long as it may in any transaction of its session."""
    await lock_all(connection, WRITER)
    assert [tuple(row) for row in await connection.fetch(_TIMEOUTS)] == [("3s", "30s")]
    await connection.execute("ROLLBACK")

    async with Database.at(database_url).connected() as server, all_locked(server, COMMANDS):
        assert [tuple(row) for row in await server.fetch(_TIMEOUTS)] == [("0", "0")]


async def test_what_is_raised_under_them_is_rolled_back(
    database_url: str, connection: Connection
) -> None:
    """Nothing is stored, and no lock is held."""
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with all_locked(connection, WRITER):
            await connection.execute("UPDATE log_head SET quiet_commits = 7; SELECT 1 / 0")

    assert await connection.fetchval("SELECT max(quiet_commits) FROM log_head") == 0
    async with lane_held(database_url, 0):
        pass


async def test_two_that_want_all_lanes_follow_one_another(
    database_url: str, ledgers: Ledgers
) -> None:
    """Each waits for the other by the first lane's lock, and holds none meanwhile."""
    elsewhere = await open_ledgers(Database.at(database_url))
    both = (ledgers, elsewhere)
    await asyncio.gather(*(Batch(view("p")).commit(both[n % 2].whole) for n in range(2)))
    await elsewhere.close()

    assert await done(database_url) == ["p"] * 2
