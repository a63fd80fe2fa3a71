"""Lanes: each has a lock, commits and numbers of its own, and nobody waits for another's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.database.database import Database
from models.database.notifications.lane_heads import bring_up_now
from models.errors import LayoutChanged
from models.ledger.incarnations import GAP
from models.ledger.lanes.layouts import change_lanes
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.lanes.shared import Shared
from models.ledger.opening import Ledgers, open_ledger, open_ledgers
from models.ledger.postgres_ledger import PostgresLedger
from models.records import Changes, Known, Wanted
from tests.support.durability.ledgers import view
from tests.support.durability.stores import rows
from tests.support.recording.batches import Batch

HEADS = "SELECT last_number, mark FROM log_head ORDER BY id"
_BEGUN = "SELECT follows FROM incarnations ORDER BY follows"
_STORED = "SELECT target_id, id FROM interactions ORDER BY target_id"
pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@asynccontextmanager
async def lanes(url: str, count: int) -> AsyncIterator[Ledgers]:
    """The ledgers of a process over a database with so many lanes, each of which has committed.

    Nobody brings up heads but a test that does.
    """
    database = Database.at(url)
    layout, credentials = await change_lanes(database, count), database.credentials
    shared = Shared(credentials)
    scopes = [*(Scope(lane, layout) for lane in range(count)), WHOLE]
    *each, whole = [PostgresLedger(credentials, scope=scope, shared=shared) for scope in scopes]
    try:
        for lane, ledger in enumerate(each):
            await Batch(view(f"first of {lane}")).commit(ledger)
        yield (opened := Ledgers(layout, each, whole, shared))
    finally:
        await opened.close()
        await change_lanes(database, 1)


async def heads(url: str) -> list[int]:
    """The last number of each lane."""
    return [last for last, _ in await rows(url, HEADS)]


async def numbers(url: str) -> dict[str, int]:
    """The number of what was done to each target."""
    return dict(await rows(url, _STORED))


def restarted(process: Ledgers) -> None:
    """Let a process be as one that has begun no incarnation yet."""
    assert process.shared is not None
    process.shared.begun.origin = None


def mark(known: Known) -> tuple[Changes, Known]:
    """A commit that gives out no number; what was known."""
    return Changes(known.last_number, unlogged=True), known


async def test_lanes_commit_at_once_what_each_has_judged_ahead(database_url: str) -> None:
    """Neither is judged again; no two numbers are one, and each lane's leave its own remainder."""
    async with lanes(database_url, 2) as process:
        batches = [Batch(view(f"{lane}a"), view(f"{lane}b")) for lane in range(2)]
        begun = [await batch.begin(process.lane(lane)) for lane, batch in enumerate(batches)]
        await begun[1]
        await begun[0]

    found = await numbers(database_url)
    assert [batch.judged for batch in batches] == [1, 1]
    assert len(set(found.values())) == len(found) == 6
    assert [found[f"{lane}{each}"] % 2 for lane in range(2) for each in "ab"] == [0, 0, 1, 1]


async def test_a_lane_does_not_wait_for_the_lock_of_another(database_url: str) -> None:
    """While one lane's transaction is open, the other commits."""
    async with lanes(database_url, 2) as process, Database.at(database_url).connected() as other:
        async with other.transaction():
            await other.execute("SELECT FROM log_head WHERE id = 0 FOR UPDATE")
            waiting = asyncio.create_task(Batch(view("p")).commit(process.lane(0)))
            await Batch(view("q")).commit(process.lane(1))
            assert not waiting.done()
        await waiting

    assert {"p", "q"} <= (await numbers(database_url)).keys()


async def test_numbers_begin_above_the_heads_of_all_lanes(database_url: str) -> None:
    """So what follows in one lane on what was seen of another has a larger number."""
    async with lanes(database_url, 4) as process:
        for turn in range(3):
            for lane in (2, 0, 3, 1):
                await Batch(view(f"{turn} in {lane}")).commit(process.lane(lane))

    found = await numbers(database_url)
    ours = [found[f"{turn} in {lane}"] for turn in range(3) for lane in (2, 0, 3, 1)]
    assert ours == sorted(ours)


async def test_what_was_judged_by_less_than_its_head_is_judged_again(database_url: str) -> None:
    """A lane that was brought up meanwhile gives out numbers beyond what is read by then."""
    async with lanes(database_url, 2) as process:
        batch, ahead = Batch(view("p")), Batch(view("q"))
        begun = await batch.begin(process.lane(0))
        await ahead.commit(process.lane(1))
        async with Database.at(database_url).connected() as server:
            await bring_up_now(server)
        brought_up = await heads(database_url)
        await begun

    found = await numbers(database_url)
    assert batch.judged == 2
    assert brought_up[0] == brought_up[1] == found["q"]
    assert found["p"] > brought_up[0]


async def test_what_was_judged_by_as_much_as_its_head_stands(database_url: str) -> None:
    """To be brought up is no commit: what was judged by the highest head is not judged again."""
    async with lanes(database_url, 2) as process:
        await Batch(view("q")).commit(process.lane(1))
        batch = Batch(view("p"))
        begun = await batch.begin(process.lane(0))
        async with Database.at(database_url).connected() as server:
            await bring_up_now(server)
        await begun

    assert batch.judged == 1


async def test_a_batch_after_another_of_its_lane_is_above_what_was_read(database_url: str) -> None:
    """Another lane came further than the batch before it, which is not committed yet."""
    async with lanes(database_url, 2) as process:
        first, second = Batch(view("p")), Batch(view("r"))
        begun = [await first.begin(process.lane(0))]
        for number in range(3):
            await Batch(view(f"q{number}")).commit(process.lane(1))
        begun.append(await second.begin(process.lane(0)))
        for each in begun:
            await each

    found = await numbers(database_url)
    assert (first.judged, second.judged) == (1, 1)
    assert found["p"] < found["q2"] < found["r"]


async def test_the_whole_waits_for_all_lanes_and_moves_all_heads(database_url: str) -> None:
    """It sees all that any lane has committed, and what they had judged ahead is judged again."""
    async with lanes(database_url, 4) as process, Database.at(database_url).connected() as other:
        ahead = [Batch(view(f"after {lane}")) for lane in range(4)]
        begun = [await batch.begin(process.lane(lane)) for lane, batch in enumerate(ahead)]
        async with other.transaction():
            await other.execute("SELECT FROM log_head WHERE id = 3 FOR UPDATE")
            whole = asyncio.create_task(Batch(view("p"), view("q")).commit(process.whole))
            await asyncio.sleep(0.1)
            assert not whole.done()
        await whole
        found, moved = await numbers(database_url), await heads(database_url)
        for each in begun:
            await each

    assert found["q"] == found["p"] + 1
    assert moved == [found["q"]] * 4
    assert [batch.judged for batch in ahead] == [2] * 4
    later = await numbers(database_url)
    assert min(later[f"after {lane}"] for lane in range(4)) > found["q"]


async def test_what_the_whole_counts_is_counted_once(database_url: str) -> None:
    """Unlogged commits are summed over the lanes, so one of the whole counts in the first."""
    counted = "SELECT quiet_commits FROM log_head ORDER BY id"
    async with lanes(database_url, 2) as process:
        await process.whole.transact(Wanted(), mark)
        await process.lane(1).transact(Wanted(), mark)
        assert await rows(database_url, counted) == [(1,), (1,)]


async def test_a_commit_without_numbers_lowers_no_head(database_url: str) -> None:
    """It leaves its lane's head at the highest that it read, or beyond."""
    async with lanes(database_url, 2) as process:
        await Batch(view("p")).commit(process.lane(1))
        before = await heads(database_url)
        await process.lane(0).transact(Wanted(), mark)
        after = await heads(database_url)

    assert before[0] < before[1] <= after[0]
    assert after[1] == before[1]


async def test_who_begins_an_incarnation_moves_all_heads_beyond(database_url: str) -> None:
    """It follows the least head, up to where the log was read; and what others judged is judged
    again, so that no number between the old heads and the new ones is given out any more."""
    async with lanes(database_url, 4) as process, lanes(database_url, 4) as elsewhere:
        await Batch(view("p")).commit(process.lane(2))
        before, known = await heads(database_url), await rows(database_url, _BEGUN)
        begun = await (judged := Batch(view("q"))).begin(process.lane(1))
        restarted(elsewhere)
        await Batch(view("r")).commit(elsewhere.lane(3))
        after = await heads(database_url)
        await begun
        last = await rows(database_url, _BEGUN)

    found = await numbers(database_url)
    assert min(before) < max(before)
    assert last == [*known, (min(before),)]
    assert after == [found["r"]] * 4
    assert found["r"] > max(before) + GAP
    assert (judged.judged, found["q"] > found["r"]) == (2, True)


async def test_lanes_of_one_process_share_an_incarnation(database_url: str) -> None:
    """The first that gives out a number begins it, whichever that is."""
    async with lanes(database_url, 4) as process:
        for lane in range(4):
            await Batch(view(f"again {lane}")).commit(process.lane(lane))
        await Batch(view("whole")).commit(process.whole)
        assert len(await rows(database_url, _BEGUN)) == 2  # and the one before there were any


async def test_two_processes_that_begin_at_once_begin_one_each(database_url: str) -> None:
    """Each follows what the other has reached, wherever the lanes' heads were."""
    async with lanes(database_url, 2) as process, lanes(database_url, 2) as elsewhere:
        for ledgers in (process, elsewhere):
            restarted(ledgers)
        before = len(await rows(database_url, _BEGUN))
        batches = [Batch(view("p")), Batch(view("q"))]
        await asyncio.gather(
            batches[0].commit(process.lane(0)), batches[1].commit(elsewhere.lane(1))
        )
        begun = await rows(database_url, _BEGUN)

    found = await numbers(database_url)
    assert len(begun) == before + 2
    assert begun[-1] == (min(found["p"], found["q"]),)


async def test_one_lane_is_the_whole(database_url: str) -> None:
    """Its numbers are dense, and whoever writes to all of it is judged ahead as it is."""
    process = await open_ledgers(Database.at(database_url))
    assert process.whole is process.lane(0)
    ledger = open_ledger(Database.at(database_url))
    await Batch(view("a"), view("b")).commit(ledger)
    await (await (batch := Batch(view("c"))).begin(ledger))
    await ledger.close()
    await process.close()

    found = await numbers(database_url)
    assert batch.judged == 1
    assert [found[each] - found["a"] for each in "abc"] == [0, 1, 2]


async def test_what_was_judged_for_other_lanes_is_not_stored(database_url: str) -> None:
    """Neither what was judged ahead, nor what begins later; also by a lane that is no more."""
    async with lanes(database_url, 4) as process:
        begun = [await Batch(view(f"lost {lane}")).begin(process.lane(lane)) for lane in (1, 3)]
        layout = await change_lanes(Database.at(database_url), 2)
        for each in begun:
            with pytest.raises(LayoutChanged):
                await each
        for lane in (0, 3):
            with pytest.raises(LayoutChanged):
                await Batch(view("lost")).commit(process.lane(lane))
        await Batch(view("whole")).commit(process.whole)
        anew = await open_ledgers(Database.at(database_url))
        await Batch(view("stored")).commit(anew.lane(1))
        await anew.close()

    assert anew.layout == layout
    found = await numbers(database_url)
    assert found["whole"] < found["stored"]
    assert not [target for target in found if target.startswith("lost")]
