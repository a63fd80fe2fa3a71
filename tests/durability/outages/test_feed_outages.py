"""The live feed while its database is away: whoever follows waits, and misses nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest

from models.database.database import Database
from models.database.migrating import migrate
from tests.support.client import FixedClock
from tests.support.durability.outages import recovered, view
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import Postgres, away, end_connections, own_postgres
from tests.support.live.feeds import TRANSPORTS, Feed, feeding, line, usual

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type cursor interaction { action target { id } } }
}
"""
STATS = """
subscription Stats($ids: [ID!]!) {
  postStats(ids: $ids, initial: true) { postId counts { action count } }
}
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A PostgreSQL server that may be stopped."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        yield server


@asynccontextmanager
async def followed(feed: Feed, transport: str) -> AsyncIterator[None]:
    """Within this, the database goes and comes; all that is told before and after is checked."""
    start = await feed.cursor()
    async with (
        feed.subscribed(FOLLOW, transport, after=start) as rows,
        feed.subscribed(STATS, transport, ids=["b"]) as stats,
    ):
        await feed.caller.record(**view("a"))
        assert await rows.received(1) == ["RECORDED VIEW a"]
        assert await stats.event() == {"postId": "b", "counts": []}

        yield

        await recovered(feed.caller, "b")
        await feed.caller.record(**view("c"))
        assert await rows.received(2) == ["RECORDED VIEW b", "RECORDED VIEW c"]
        assert (await stats.event())["counts"] == [{"action": "VIEW", "count": 1}]
    async with feed.subscribed(FOLLOW, transport, after=start) as again:
        assert [line(event)[-1] for event in await again.events(3)] == ["a", "b", "c"]


async def is_overloaded(feed: Feed, transport: str) -> bool:
    """Whether someone who subscribes now is told to come back later; it is that or it works."""
    async with feed.subscribed(STATS, transport, ids=["p"]) as subscriber:
        payload = await subscriber.payload()
    if "errors" not in payload:
        return False
    (error,) = payload["errors"]
    assert error["extensions"] == {"code": "OVERLOADED"}, error
    return True


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_subscriptions_outlive_their_server_database(
    own: Postgres, clock: FixedClock, mode: Literal["fast", "immediate"], transport: str
) -> None:
    """Over a restart of PostgreSQL they stay open; who subscribes meanwhile is OVERLOADED."""
    async with feeding(usual(own.url), clock) as feed, followed(feed, transport):
        own.stop(mode)
        assert await is_overloaded(feed, transport)
        own.start()


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_subscriptions_outlive_every_connection(
    database_url: str, clock: FixedClock, transport: str
) -> None:
    """That all connections are ended at once is felt by nobody who follows."""
    async with feeding(usual(database_url), clock) as feed, followed(feed, transport):
        await end_connections(database_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_subscriptions_outlive_the_absence_of_their_file(
    database_url: str, clock: FixedClock, transport: str
) -> None:
    """While an embedded database is elsewhere nothing is told, and once it is back all is."""
    file: Path = Database.at(database_url).path
    async with feeding(usual(database_url), clock) as feed, followed(feed, transport):
        with away(file):
            await until_awaited(lambda: is_overloaded(feed, transport))
