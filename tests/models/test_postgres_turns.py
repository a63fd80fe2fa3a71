"""Turns on PostgreSQL: processes that commit at once do so one after another."""

import asyncio

import pytest

from models.database import Database
from models.ledger import Ledger
from models.postgres_statements import Writing
from models.postgres_transaction import Transaction
from models.postgres_turn import PATIENCE_S, TURN_LOCK, TURN_S, WITHOUT_S
from tests.durability.ledgers import view
from tests.durability.stores import rows, targets
from tests.models.batches import Batch, ledgers

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

_COUNTS = "SELECT subject_id, count FROM totals WHERE subject_kind = 1 ORDER BY subject_id"


async def test_processes_that_commit_at_once_take_turns(database_url: str) -> None:
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
    """Nobody takes turns with itself."""
    second_is_heard, commit = asyncio.Event(), Transaction.commit

    async def commit_and_hear(transaction: Transaction) -> Writing:
        written = await commit(transaction)
        if transaction.lane.last_number == written.changes.last_number - 1:
            await second_is_heard.wait()
        return written

    async with ledgers(database_url, 1) as (ledger,):
        await Batch(view("p")).commit(ledger)
        monkeypatch.setattr(Transaction, "commit", commit_and_hear)
        first, second = [await Batch(view("p")).begin(ledger) for _ in range(2)]
        hearing = asyncio.ensure_future(first)
        await second
        second_is_heard.set()
        await hearing
        assert ledger.overlaps


async def test_who_has_the_turn_passes_it_on(database_url: str) -> None:
    """Once it was held for long enough, what has begun ends, and another process goes first."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        begun = await (early := Batch(view("early"))).begin(ledger)
        other = asyncio.create_task((Batch(view("other"))).commit(elsewhere))
        await asyncio.sleep(2 * TURN_S)
        late = asyncio.create_task(Batch(view("late")).commit(ledger))
        await asyncio.sleep(0.1)
        assert not other.done()
        assert not late.done()
        await begun
        await asyncio.gather(other, late)

    assert early.judged == 1
    assert (await targets(database_url))[-3:] == ["early", "other", "late"]


async def test_who_has_nothing_to_commit_keeps_nobody_waiting(database_url: str) -> None:
    """A turn ends with the last of what has begun."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        for _ in range(3):
            await Batch(view("p")).commit(ledger)
            begun_s = asyncio.get_running_loop().time()
            await Batch(view("p")).commit(elsewhere)
            assert asyncio.get_running_loop().time() - begun_s < PATIENCE_S


async def test_who_cannot_have_a_turn_goes_on_without(database_url: str) -> None:
    """A process that holds it for ever costs others a moment, and nothing but that."""
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        await _meet(ledger, elsewhere)
        async with Database.at(database_url).connected() as stuck:
            await stuck.execute(f"SELECT pg_advisory_lock({TURN_LOCK})")
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
