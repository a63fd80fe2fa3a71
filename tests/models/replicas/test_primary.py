"""The primary's position: what it covers, and how often it is asked for."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from models.database.database import Database
from models.errors import IS_OUTAGE
from models.replicas.primary import PrimaryLost, primary_session
from models.replicas.replicas import Replicas
from models.replicas.session import NoReplica, open_session
from resolvers.tasks import cancel
from tests.support.databases import empty
from tests.support.durability.server import until
from tests.support.durability.stores import rows

WRITE = "INSERT INTO facts (name, value) VALUES ('{}', '') RETURNING name"


@pytest.fixture
async def url(postgres: str) -> AsyncIterator[str]:
    """A PostgreSQL database, which is emptied in the end."""
    yield postgres
    await empty(Database.at(postgres))


async def test_what_is_committed_lies_before_the_position(url: str) -> None:
    """Each commit of another session moves it, before it is acknowledged."""
    async with primary_session(Database.at(url)) as primary:
        for number in range(10):
            before = await primary.look()
            await rows(url, WRITE.format(f"position {number}"))

            assert await primary.look() > before


async def test_all_who_ask_in_one_turn_share_a_look_and_later_ones_get_a_later_one(
    url: str,
) -> None:
    """A look that was sent serves nobody who asks after that."""
    async with primary_session(Database.at(url)) as primary:
        shared = await asyncio.gather(*(primary.look() for _ in range(100)))

        sent = asyncio.create_task(primary.look())
        await asyncio.sleep(0)  # the look is begun
        await asyncio.sleep(0)  # the look is sent
        await rows(url, WRITE.format("between two looks"))
        later = await primary.look()

        assert len(set(shared)) == 1
        assert await sent <= later
        assert shared[0] < later


async def test_a_session_that_is_gone_says_so_to_all(url: str) -> None:
    """Nobody waits for it, and it ends."""
    async with primary_session(Database.at(url)) as primary:
        primary._connection.terminate()

        with pytest.raises(PrimaryLost):
            await primary.look()
        with pytest.raises(PrimaryLost):
            await primary.proof()
        assert primary.ended.is_set()


async def test_the_primary_itself_is_no_replica(url: str) -> None:
    """An address that leads to it, as after a failover, is left alone."""
    database = Database.at(url)
    async with primary_session(database) as primary:
        session = await open_session(database)
        try:
            with pytest.raises(NoReplica, match="no standby"):
                await session.admit(primary)
            await session.prove(primary)  # which it can all the same
        finally:
            session.terminate()


async def test_that_it_does_not_say_where_it_is_is_told_as_no_outage(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The database may be read and written all the same, as where it has no more sessions."""
    nobody = Database.at("postgres://trailmark@127.0.0.1:1/trailmark")
    with caplog.at_level(logging.WARNING, "models.replicas.replicas"):
        keeping = asyncio.create_task(Replicas(nobody, [nobody]).keep())
        await until(lambda: bool(caplog.records))
        await cancel([keeping])

    (record,) = caplog.records
    assert record.getMessage().startswith("replicas are left alone: the primary does not say")
    assert not hasattr(record, IS_OUTAGE)
