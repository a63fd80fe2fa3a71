"""Plans of PostgreSQL: made for tables as they are, though statements are planned once."""

import asyncio

from models.database.database import Database
from models.ledger.ledger import Ledger
from models.ledger.opening import open_ledger
from models.ledger.postgres_ledger import PostgresLedger
from models.ledger.writer_connection import PLANNED_FROM
from resolvers.recording.judging import Rules, judge, wanted
from tests.support.databases import postgres_server
from tests.support.durability.ledgers import view

_READING = """SELECT name FROM pg_prepared_statements
    WHERE statement LIKE '%FROM log_head,%' AND statement NOT LIKE '%pg_prepared_statements%'"""
_NOTHING = "'', '{}', '{}', '{}', '', '', '', '', '', ''"


def test_what_was_planned_for_empty_tables_is_planned_anew() -> None:
    """A score is looked up by its subject, not along the ranks of all, once there are many.

    The server is new: in one that others use, what it has seen of their tables decides as well.
    """
    with postgres_server() as url:
        plan = asyncio.run(_plan_after_growth(url))

    assert "using scores_pkey" in plan
    assert "using idx_scores_" not in plan


async def _plan_after_growth(url: str) -> str:
    ledger = open_ledger(Database.at(url))
    assert isinstance(ledger, PostgresLedger)
    await _record(ledger, "first")
    await _record(ledger, *(f"p{number}" for number in range(100 * PLANNED_FROM)))
    await _record(ledger, "last")
    connection = await ledger._idle.get_nowait().connected()
    name = await connection.fetchval(_READING)
    rows = await connection.fetch(f"EXPLAIN EXECUTE {name}({_NOTHING})")
    await ledger.close()
    return "\n".join(row[0] for row in rows)


async def _record(ledger: Ledger, *post_ids: str) -> None:
    submissions = [view(post_id) for post_id in post_ids]
    await ledger.transact(wanted(submissions), lambda known: judge(submissions, known, Rules()))
