"""A network on which each round trip to PostgreSQL takes longer."""

from time import monotonic

from bench.scaling.delaying import delayed
from models.database.database import Database

DELAY_MS = 40
LARGE = "SELECT string_agg(n::text, ',' ORDER BY n) FROM generate_series(1, 200000) n"


async def test_a_round_trip_takes_longer_and_carries_all(postgres: str) -> None:
    """Answers of many parts come whole and in order."""
    database = Database.at(postgres)
    async with database.connected() as near:
        expected = await near.fetchval(LARGE)

    with delayed(database, DELAY_MS) as far:
        async with far.connected() as connection:
            began = monotonic()
            for _ in range(3):
                await connection.execute("SELECT 1")
            took_ms = 1_000 * (monotonic() - began)
            found = await connection.fetchval(LARGE)

    assert took_ms >= 3 * DELAY_MS
    assert found == expected


async def test_without_a_delay_there_is_no_network(postgres: str) -> None:
    """The database is the one that was given."""
    database = Database.at(postgres)

    with delayed(database, 0) as same:
        assert same is database
