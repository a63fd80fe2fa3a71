"""Access while PostgreSQL is really away: for a while by what is known, and then not at all."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.database.migrating import migrate
from resolvers.keys import STALE_S
from tests.support.access.callers import TOKEN_SECRET, TRANSPORTS, serving_guarded
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import Postgres, own_postgres
from tests.support.serving import SECRET

pytestmark = pytest.mark.slow

READ = '{ post(id: "p") { postId } }'  # which asks the database for nothing
GOOD = {"post": {"postId": "p"}}


@pytest.fixture
def stoppable() -> Iterator[Postgres]:
    """A migrated PostgreSQL server that a test may stop."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        yield server


async def test_nobody_is_let_in_for_long_by_keys_that_cannot_be_read(stoppable: Postgres) -> None:
    """Nine seconds by what is known, then 503 for every key; and in again once it is back.

    User tokens need no database, so they go on.
    """
    settings = Settings(stoppable.url, SECRET, token_secret=TOKEN_SECRET)
    async with serving_guarded(settings, "read") as guarded:
        await asyncio.to_thread(stoppable.stop, "immediate")
        stopped_at = time.monotonic()

        assert (await guarded.post("read", READ)).data == GOOD
        begun = time.monotonic()
        unknown = await asyncio.gather(*(guarded.post(f"tmk_{n:012}_x", READ) for n in range(20)))
        assert {(reply.status, reply.outcome) for reply in unknown} == {(503, "OVERLOADED")}
        assert time.monotonic() - begun < 10

        async def is_shut() -> bool:
            return (await guarded.post("read", READ)).outcome == "OVERLOADED"

        await until_awaited(is_shut)
        assert time.monotonic() - stopped_at < STALE_S + 1
        for transport in TRANSPORTS:
            status = 1013 if transport == "websocket" else 503
            assert (await guarded.ask(transport, "read", READ)).status == status
            assert (await guarded.ask(transport, "ann", READ)).data == GOOD

        await asyncio.to_thread(stoppable.start)

        async def is_back() -> bool:
            return (await guarded.post("read", READ)).outcome == "yes"

        await until_awaited(is_back)
