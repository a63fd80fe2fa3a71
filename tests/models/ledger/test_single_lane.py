"""What a lane's transactions touch: by their plans as PostgreSQL keeps them, and by their rows."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from models.database.database import Database
from models.ledger.ledger import Ledger
from models.ledger.opening import open_ledgers
from models.partitions import lane_of
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Submission
from tests.support.databases import empty
from tests.support.recording.plans import Planned, planned
from tests.support.sql import run

LANES, LANE = 4, 2
SLOTTED = ("totals", "scores", "activity", "outcomes")
ALIASES = (f"u_{number:032x}" for number in count())
OURS = next(alias for alias in ALIASES if lane_of(alias, LANES) == LANE)
HEADS = f"SELECT id, mark, quiet_commits FROM log_head WHERE id <> {LANE} ORDER BY id"


@pytest.fixture
async def lane(postgres: str) -> AsyncIterator[Ledger]:
    """The ledger of one of four lanes, which has recorded and undone, and so has all plans."""
    database = Database.at(postgres)
    await empty(database, LANES)
    ledgers = await open_ledgers(database)
    found = ledgers.lane(LANE)
    await _record(found, undo=False)
    await _record(found, undo=True)
    yield found
    await ledgers.close()


async def test_a_lane_reads_its_own_slots_alone(lane: Ledger) -> None:
    """Each scan of a table that has slots names the lane's."""
    scans = [scan for each in await planned(lane) for scan in each.scans if scan.table in SLOTTED]

    assert {scan.table for scan in scans} >= {"totals", "scores"}
    assert [scan for scan in scans if f"slot = {LANE}" not in scan.condition] == []


async def test_a_lane_locks_and_changes_its_own_head_alone(lane: Ledger) -> None:
    """But for the commit that begins an incarnation, which only the first one does."""
    writing = [each for each in await planned(lane) if _writes(each)]

    heads = [scan for each in writing for scan in each.scans if scan.table == "log_head"]

    assert any(scan.is_locked for scan in heads)
    assert [scan for scan in heads if f"id = {LANE}" not in scan.condition] == []


async def test_a_lane_writes_to_its_own_slots_and_head_alone(lane: Ledger, postgres: str) -> None:
    """Other lanes' rows are not there, and they know of no commit, but are brought up at most."""
    before = await run(postgres, HEADS)

    await _record(lane, undo=False)

    assert await run(postgres, HEADS) == before
    for table in SLOTTED:
        assert await run(postgres, f"SELECT DISTINCT slot FROM {table}") == [(LANE,)], table


async def test_a_lane_waits_for_no_other(lane: Ledger, postgres: str) -> None:
    """It commits while somebody holds the locks of all others, and of all their slots."""
    held = f"SELECT FROM log_head WHERE id <> {LANE} FOR UPDATE"
    async with Database.at(postgres).connected() as other, other.transaction():
        await other.execute(held)
        for table in SLOTTED:
            await other.execute(f"SELECT FROM {table} WHERE slot <> {LANE} FOR UPDATE")

        await _record(lane, undo=False)


def _writes(each: Planned) -> bool:
    return "UPDATE log_head" in each.statement and "incarnations" not in each.statement


async def _record(lane: Ledger, *, undo: bool) -> None:
    """A recommended state, and a view unless it is an undo."""
    done = [ActionType.FAVORITE] if undo else [ActionType.FAVORITE, ActionType.VIEW]
    submissions = [
        Submission(
            user_alias=OURS,
            action=ACTIONS[each],
            target_id="p",
            undo=undo,
            occurred_at=None,
            arrived_at=system_clock(),
            recommended=True,
        )
        for each in done
    ]
    begun = await lane.begin(wanted(submissions), lambda known: judge(submissions, known, Rules()))
    await begun
