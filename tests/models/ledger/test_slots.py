"""Lanes' counts on PostgreSQL: each lane's ledger has a slot, and that of the whole has all."""

from collections.abc import AsyncIterator

import pytest

from models.database.database import Database
from models.ledger.copying import LARGE
from models.ledger.lanes.layouts import change_lanes
from models.ledger.opening import Ledgers, open_ledgers
from models.records import Changes, Known, Wanted
from models.vocabulary import ACTIONS, ActionType, SubjectKind
from tests.support.live.lanes import LANES, view_of
from tests.support.recording.batches import Batch
from tests.support.sql import run

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
VIEWS = (int(SubjectKind.POST), "p", ACTIONS[ActionType.VIEW].code)
POST = VIEWS[:2]
OF_POST = "subject_kind = 1 AND subject_id = 'p'"
SLOTS = {
    "totals": f"SELECT slot, count FROM totals WHERE {OF_POST} ORDER BY slot",
    "scores": f"SELECT slot, count FROM scores WHERE {OF_POST} ORDER BY slot",
    "activity": "SELECT slot, sum(count)::int FROM activity WHERE span = 1 GROUP BY 1 ORDER BY 1",
}


@pytest.fixture
async def ledgers(database_url: str) -> AsyncIterator[Ledgers]:
    """The ledgers of four lanes."""
    database = Database.at(database_url)
    await change_lanes(database, LANES)
    ledgers = await open_ledgers(database)
    yield ledgers
    await ledgers.close()


async def views(ledgers: Ledgers) -> None:
    """Have a user of each lane view a post, once in the first lane and once more in each next."""
    for lane in range(LANES):
        for _ in range(lane + 1):
            await Batch(view_of(lane, "p")).commit(ledgers.lane(lane))


async def counted(ledgers: Ledgers) -> tuple[int, int]:
    """The count of a post's total and score as the whole knows them; it writes them as they are."""

    def judge(known: Known) -> tuple[Changes, tuple[int, int]]:
        changes = Changes(known.last_number)
        changes.totals, changes.scores = dict(known.totals), dict(known.scores)
        return changes, (known.totals[VIEWS].count, known.scores[POST].count)

    wanted = Wanted(totals={VIEWS}, scores={POST})
    return await ledgers.whole.transact(wanted, judge)


async def test_a_lane_counts_in_its_own_slot(database_url: str, ledgers: Ledgers) -> None:
    """Whatever the others counted of the same."""
    await views(ledgers)

    for statement in SLOTS.values():
        assert await run(database_url, statement) == [(0, 1), (1, 2), (2, 3), (3, 4)]


async def test_large_commits_count_in_the_lane_s_slot(database_url: str, ledgers: Ledgers) -> None:
    """They copy what is new."""
    many = [view_of(2, f"p{number}") for number in range(LARGE + 1)]

    await Batch(*many).commit(ledgers.lane(2))

    for table in SLOTS:
        assert await run(database_url, f"SELECT DISTINCT slot FROM {table}") == [(2,)]


async def test_the_whole_knows_sums_and_leaves_them_in_the_first_slot(
    database_url: str, ledgers: Ledgers
) -> None:
    """A lane goes on in its own slot, which is empty by then."""
    await views(ledgers)

    assert await counted(ledgers) == (10, 10)

    for table in ("totals", "scores"):
        assert await run(database_url, SLOTS[table]) == [(0, 10)]
    await Batch(view_of(3, "p")).commit(ledgers.lane(3))
    assert await run(database_url, SLOTS["totals"]) == [(0, 10), (3, 1)]
    assert await counted(ledgers) == (11, 11)


async def test_slots_stay_when_there_are_fewer_lanes(database_url: str, ledgers: Ledgers) -> None:
    """What was counted in one that no lane has any more counts on."""
    await views(ledgers)

    await change_lanes(Database.at(database_url), 1)

    alone = await open_ledgers(Database.at(database_url))
    await Batch(view_of(3, "p")).commit(alone.lane(0))
    assert await run(database_url, SLOTS["totals"]) == [(0, 2), (1, 2), (2, 3), (3, 4)]
    assert await counted(alone) == (11, 11)
    assert await run(database_url, SLOTS["totals"]) == [(0, 11)]
    await alone.close()
