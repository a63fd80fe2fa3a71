"""The fairness lock: processes that commit at once do so one after another."""

import asyncio
from typing import Any

import pytest

from models.database.advisory_locks import AdvisoryLock
from models.database.database import Database
from models.ledger.fairness_lock import HOLD_S, PATIENCE_S, WITHOUT_S
from models.ledger.ledger import Ledger
from models.ledger.postgres_transaction import Committed, JudgedAhead
from tests.support.durability.ledgers import view
from tests.support.durability.stores import rows, targets
from tests.support.recording.batches import Batch, ledgers

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

_COUNTS = "SELECT subject_id, count FROM totals WHERE subject_kind = 1 ORDER BY subject_id"


async def test_processes_that_commit_at_once_take_the_fairness_lock(database_url: str) -> None:
    """After one commit in vain, nothing that another process commits is in anybody's way."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await Batch(view("p")).commit(ledger)
        begun = await (late := Batch(view("p"))).begin(ledger)
        await Batch(view("p")).commit(elsewhere)
        await begun
        assert late.judged == 2

        for _ in range(3):
            await Batch(view("p")).commit(elsewhere)
            await (alike := Batch(view("p"))).commit(ledger)
            assert alike.judged == 1

        await Batch(view("p")).commit(ledger)
        begun = await (alone := Batch(view("p"))).begin(ledger)
        await begun
        assert alone.judged == 1
    assert await rows(database_url, _COUNTS) == [("p", 11)]


async def test_hearing_of_commits_in_another_order_is_not_hearing_of_another_process(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process alone never takes the fairness lock."""
    second_is_heard, commit = asyncio.Event(), JudgedAhead.commit

    async def commit_and_hear(judged: JudgedAhead[Any]) -> Committed[Any]:
        committed = await commit(judged)
        if judged.work.before is None:
            await second_is_heard.wait()
        return committed

    async with ledgers(database_url, 1) as (ledger,):
        for _ in range(2):  # with several lanes the first has the locks of all
            await Batch(view("p")).commit(ledger)
        monkeypatch.setattr(JudgedAhead, "commit", commit_and_hear)
        first, second = [await Batch(view("p")).begin(ledger) for _ in range(2)]
        hearing = asyncio.ensure_future(first)
        await second
        second_is_heard.set()
        await hearing
        assert ledger.overlaps


async def test_who_holds_the_fairness_lock_releases_it(database_url: str) -> None:
    """Once it was held for long enough, what has begun ends, and another process goes first."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        begun = await (early := Batch(view("early"))).begin(ledger)
        other = asyncio.create_task((Batch(view("other"))).commit(elsewhere))
        await asyncio.sleep(2 * HOLD_S)
        late = asyncio.create_task(Batch(view("late")).commit(ledger))
        await asyncio.sleep(0.1)
        assert not other.done()
        assert not late.done()
        await begun
        await asyncio.gather(other, late)

    assert early.judged == 1
    assert (await targets(database_url))[-3:] == ["early", "other", "late"]


async def test_who_has_nothing_to_commit_keeps_nobody_waiting(database_url: str) -> None:
    """The lock is released with the last of what has begun."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        for _ in range(3):
            await Batch(view("p")).commit(ledger)
            begun_s = asyncio.get_running_loop().time()
            await Batch(view("p")).commit(elsewhere)
            assert asyncio.get_running_loop().time() - begun_s < PATIENCE_S


async def test_who_goes_on_at_once_keeps_the_lock(database_url: str) -> None:
    """To release it after each of one's own commits, and to take it anew, would cost as much."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        await Batch(view("p")).commit(ledger)
        begun = await Batch(view("p")).begin(ledger)

        assert ledger.overlaps

        await begun


async def test_who_cannot_have_the_fairness_lock_goes_on_without(database_url: str) -> None:
    """A process that holds it for ever costs others a moment, and nothing but that."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        async with Database.at(database_url).connected() as stuck:
            await stuck.execute(f"SELECT pg_advisory_lock({AdvisoryLock.FAIRNESS})")
            loop, batches = asyncio.get_running_loop(), [Batch(view("p")) for _ in range(20)]
            begun_s = loop.time()
            for batch in batches:
                await batch.commit(ledger)
            took_s = loop.time() - begun_s

    assert PATIENCE_S <= took_s < PATIENCE_S + WITHOUT_S
    assert [batch.judged for batch in batches] == [1] * 20
    assert await rows(database_url, _COUNTS) == [("met", 4), ("p", 20)]


async def _meet(*meeting: Ledger) -> None:
    """Have ledgers notice that others commit as well."""
    for ledger in (*meeting, *meeting):
        await Batch(view("met")).commit(ledger)
