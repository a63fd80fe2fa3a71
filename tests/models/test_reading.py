"""Reading: connections that serve one reader after another."""

from models.database import Database, fetch, snapshot

_LAST = "SELECT query FROM pg_stat_activity WHERE application_name = 'trailmark reader'"


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
