"""Plans of PostgreSQL: made for tables as they are, though statements are planned once."""

import pytest

from models.database import Database
from models.ledger import Ledger
from models.postgres_ledger import PLANNED_FROM, PostgresLedger
from resolvers.judging import Rules, judge, wanted
from tests.durability.ledgers import view

_READING = "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%FROM log_head,%'"
_NOTHING = "'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'"


async def record(ledger: Ledger, *post_ids: str) -> None:
    submissions = [view(post_id) for post_id in post_ids]
    await ledger.transact(wanted(submissions), lambda known: judge(submissions, known, Rules())[1])


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_was_planned_for_empty_tables_is_planned_anew(database_url: str) -> None:
    """A score is looked up by its subject, not along the ranks of all, once there are many."""
    ledger = Database.at(database_url).ledger()
    assert isinstance(ledger, PostgresLedger)
    await record(ledger, "first")
    await record(ledger, *(f"p{number}" for number in range(10 * PLANNED_FROM)))
    await record(ledger, "last")

    connection = await ledger._connected()
    name = await connection.fetchval(_READING)
    plan = "\n".join(
        row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE {name}({_NOTHING})")
    )
    await ledger.close()

    assert "using uid_scores_" in plan
    assert "using idx_scores_" not in plan
