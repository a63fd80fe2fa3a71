"""Stopping a writer whose database stalls: all are answered within seconds."""

import asyncio

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.ledger.sqlite_ledger import LOCK_WAIT_S
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.judging import Rules
from resolvers.recording.writer import STOP_S, Writer
from tests.support.durability.ledgers import submitted, writing
from tests.support.durability.stores import log_held, targets

#: What is told of a batch that waits for the lock: its connection to PostgreSQL ends with all of it
#: sent, while SQLite says that it did not get the lock.
_UNDER_WAY = {"sqlite": Overloaded, "postgres": OutcomeUnknown}


@pytest.mark.slow
async def test_stopping_waits_no_longer_than_it_says(database_url: str) -> None:
    """While nothing can be committed it ends within seconds, and nobody is left without answer."""
    dialect = Database.at(database_url).dialect
    writer = Writer(open_ledger(Database.at(database_url)), Rules())
    writer.start()
    async with log_held(database_url):
        waiting = await submitted(writer, ["p0"])
        await asyncio.sleep(0.1)  # the first is under way, the others wait
        waiting += await submitted(writer, ["p1"], ["p2", "p3"])

        async with asyncio.timeout(STOP_S + LOCK_WAIT_S + 1.0):
            await writer.stop()
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(answer) for answer in answers] == [_UNDER_WAY[dialect], Overloaded, Overloaded]
    stored = await targets(database_url)
    assert [target for target in stored if target != "p0"] == []


@pytest.mark.slow
async def test_stopping_refuses_what_has_not_begun(database_url: str) -> None:
    """However many batches of it wait, while nothing can be committed."""
    dialect = Database.at(database_url).dialect
    async with log_held(database_url):
        async with asyncio.timeout(STOP_S + LOCK_WAIT_S + 1.0):
            async with writing(database_url, batch_limit=3) as (writer, ledger):
                calls = await submitted(writer, *([f"p{number}"] for number in range(40)))
                await ledger.has_begun(1)
        answers = await asyncio.gather(*calls, return_exceptions=True)

    expected = [_UNDER_WAY[dialect]] * 3 + [Overloaded] * 37
    assert [type(answer) for answer in answers] == expected
