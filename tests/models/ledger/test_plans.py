"""Plans of PostgreSQL: made for tables as they are, though statements are planned once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from bench.databases.filling import fill
from models.database.database import Database
from models.ledger.ledger import Ledger
from models.ledger.opening import open_ledger
from models.ledger.writer_connection import PLANNED_FROM
from models.vocabulary import ACTIONS, ActionType
from resolvers.recording.judging import Rules, judge, wanted
from tests.support.databases import postgres_server
from tests.support.durability.ledgers import view
from tests.support.recording.plans import Planned, planned

Prepare = Callable[[Database], Awaitable[Ledger]]

#: What is looked up: a table, and the columns of the key.
LOOKED_UP = {
    ("privacy_settings", "user_alias"),
    ("event_ids", "user_key", "event_key"),
    ("interactions", "event_key"),
    ("interactions", "state_key"),
    ("totals", "subject_kind", "subject_id", "action"),
    ("scores", "subject_kind", "subject_id"),
    ("totals", "ctid"),  # in the places where they were read
    ("scores", "ctid"),
    ("posts", "post_id"),
}


def test_what_was_planned_for_empty_tables_is_planned_anew() -> None:
    """Each row is looked up by its key, not along another index, once there are many.

    The server is new: in one that others use, what it has seen of their tables decides as well.
    """
    found = _planned(_grown(100 * PLANNED_FROM))

    assert _walks(found) == []


@pytest.mark.parametrize("rows", [1_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_no_look_up_by_key_walks_another_index(rows: int) -> None:
    """However many rows there are when statements are planned."""
    found = _planned(_filled(rows))

    assert _walks(found) == []


def _walks(found: Sequence[Planned]) -> list[str]:
    """The scans that are no look-ups by the columns of a key; all keys are looked up by some."""
    tables = {table for table, *_ in LOOKED_UP}
    scans = [scan for each in found for scan in each.scans if scan.table in tables]
    known = {key for scan in scans for key in LOOKED_UP if _is_by(scan.condition, key)}
    assert known == LOOKED_UP
    return [
        f"{scan.table} by {scan.index or 'all rows'}: {scan.condition}"
        for scan in scans
        if not any(key[0] == scan.table and _is_by(scan.condition, key) for key in LOOKED_UP)
    ]


def _is_by(condition: str, key: tuple[str, ...]) -> bool:
    """Whether a condition names each column of a key, after its table."""
    return all(f"{column})::text" in condition or f"{column} =" in condition for column in key[1:])


def _planned(prepare: Prepare) -> list[Planned]:
    """What a ledger has planned on a server of its own."""

    async def run(url: str) -> list[Planned]:
        ledger = await prepare(Database.at(url))
        try:
            return await planned(ledger)
        finally:
            await ledger.close()

    with postgres_server() as url:
        return asyncio.run(run(url))


def _grown(rows: int) -> Prepare:
    """A ledger that planned its statements for empty tables, and has filled them since."""

    async def prepare(database: Database) -> Ledger:
        ledger = open_ledger(database)
        await _record(ledger, "first")
        await _record(ledger, *(f"p{number}" for number in range(rows)))
        await _record(ledger, "last")
        return ledger

    return prepare


def _filled(rows: int) -> Prepare:
    """A ledger that was opened when there were so many rows."""

    async def prepare(database: Database) -> Ledger:
        await fill(database, rows, rows // 50, rows // 100)
        ledger = open_ledger(database)
        await _record(ledger, "one")
        await _record(ledger, "another")
        return ledger

    return prepare


async def _record(ledger: Ledger, *post_ids: str) -> None:
    """Record events, and a state with an id, so that there is something of each kind to look up."""
    favorite = replace(view(post_ids[0]), action=ACTIONS[ActionType.FAVORITE], event_id=post_ids[0])
    submissions = [*(view(post_id) for post_id in post_ids), favorite]
    await ledger.transact(wanted(submissions), lambda known: judge(submissions, known, Rules()))
