"""Reading: connections that serve one reader after another."""

import asyncio

import pytest

from models.database import Database, fetch, snapshot

_LAST = "SELECT query FROM pg_stat_activity WHERE application_name = 'trailmark reader'"
_COUNT = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
    SELECT max(i) FROM n"""
_LONG, _ENDLESS = _COUNT.format(1_000_000), _COUNT.format(2_000_000_000)


async def test_nothing_is_sent_after_a_query(postgres: str) -> None:
    """Whoever reads would wait for it. What PostgreSQL got last is the query itself."""
    database = Database.at(postgres)
    async with database.reading(), database.connected() as beside:
        await fetch("SELECT 1 AS last", ())

        assert [row["query"] for row in await beside.fetch(_LAST)] == ["SELECT 1 AS last"]


async def test_a_transaction_leaves_nothing_to_who_reads_next(postgres: str) -> None:
    """A connection comes back from a snapshot as it was, also from one that failed."""
    database = Database.at(postgres)
    async with database.reading():
        for fails in (False, True):
            try:
                async with snapshot():
                    await fetch("SELECT 1 / $1::int", [int(not fails)])
            except Exception:
                assert fails
            ((level,),) = map(tuple, await fetch("SHOW transaction_isolation", ()))
            assert level == "read committed"


async def test_who_is_cut_off_keeps_nobody_waiting(database_url: str) -> None:
    """A statement ends with its reader; one whose reader had not had its turn ends nothing."""
    async with Database.at(database_url).reading():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fetch(_ENDLESS, ())
        async with asyncio.timeout(5):
            assert [tuple(row) for row in await fetch("SELECT 1", ())] == [(1,)]

        first = asyncio.create_task(fetch(_LONG, ()))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.gather(asyncio.sleep(1), fetch(_LONG, ()))
        assert [tuple(row) for row in await first] == [(1_000_000,)]
