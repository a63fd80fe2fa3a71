"""Positives are found by their indexes, also where the database does not know yet how many are."""

import pytest

from models.database.database import Database
from models.following import positives
from tests.support.signals.plans import Planner
from tests.support.sql import run

ROWS = """
INSERT INTO positives (user_alias, post, ordinal, marks)
SELECT 'u' || n % 100, n, n / 100, 1 FROM generate_series(1, 20000) n
"""
KEYS = [(f"u{post % 100}", post) for post in range(1, 4_001)]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_table_that_was_empty_a_moment_ago_is_not_read_whole(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statistics say that there is nothing, as they do until autovacuum comes."""
    planner = Planner()
    monkeypatch.setattr(positives, "fetch", planner.fetch)
    await run(database_url, "ANALYZE positives")
    await run(database_url, ROWS)

    async with Database.at(database_url).reading(10.0):
        found = await positives.positives_of(KEYS)
        near = await positives.positives_near(KEYS[:20], 3)
        latest = await positives.latest_ordinals({alias for alias, _ in KEYS}, 20)

    assert sorted((each.user_alias, each.post) for each in found) == sorted(KEYS)
    assert len(near) == 20 * 4
    assert len(latest) == 100
    assert len(planner.plans) == 3
    assert not [plan for plan in planner.plans if "Seq Scan on positives" in plan]
