"""How long transactions waited for their lock, as the ledgers tell it."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from models.database.database import Database
from models.database.turnstile import lock
from models.ledger.ledger import Ledger
from models.ledger.postgres_ledger import PostgresLedger
from models.ledger.sqlite_ledger import SqliteLedger
from models.records import Changes, Known, Wanted
from tests.support.durability.server import until, until_awaited

HELD_S = 0.2
PATIENT_S = 60.0


async def test_a_wait_for_a_file_that_another_writes_to_is_told(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """From when the turnstile is asked for until the file's lock is held."""
    file = Path(shutil.copy(sqlite_file, tmp_path / "trailmark.db"))
    ledger = SqliteLedger(file, lock_wait_s=PATIENT_S, answer_s=PATIENT_S)
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            committing = asyncio.create_task(_commit(ledger))
            await until(lambda: _is_waited_for(file))
            await asyncio.sleep(HELD_S)
            other.execute("ROLLBACK")
        await committing
        await _commit(ledger)
    finally:
        await ledger.close()

    assert ledger.lock_waits.total >= HELD_S
    assert sum(ledger.lock_waits.counts) == 2


async def test_waits_on_postgresql_are_told_where_processes_take_turns(postgres: str) -> None:
    """A process that commits alone takes the lock by the statement that writes, and tells none."""
    credentials = Database.at(postgres).credentials
    one, other = PostgresLedger(credentials), PostgresLedger(credentials)

    async def take_turns() -> bool:
        await _commit(other)
        await _commit(one)
        return sum(one.lock_waits.counts) > 0

    try:
        await _commit(one)
        alone = sum(one.lock_waits.counts)
        await until_awaited(take_turns)
    finally:
        await one.close()
        await other.close()

    assert alone == 0
    assert one.lock_waits.total > 0


async def _commit(ledger: Ledger) -> None:
    await ledger.transact(Wanted(), _nothing)


def _nothing(known: Known) -> tuple[Changes, None]:
    return Changes(known.last_number, unlogged=True), None


def _is_waited_for(file: Path) -> bool:
    """Whether somebody holds the turnstile of a file, who waits for its lock."""
    turnstile = Path(f"{file}.turn.lock")
    if not turnstile.exists():
        return False
    with turnstile.open() as opened:
        return not lock(opened)
