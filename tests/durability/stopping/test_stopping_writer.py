"""Stopping a writer whose database stalls: all are answered within seconds."""

import asyncio

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.ledger.sqlite_ledger import LOCK_WAIT_S
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.judging import Rules
from resolvers.recording.writer import STOP_S, Writer
from resolvers.recording.writing.sizing import UNDER_WAY
from tests.support.durability.ledgers import Watched, nothing, submitted, writing
from tests.support.durability.stores import log_held, targets

#: What is told of the batches under way, which wait for the lock: a connection to PostgreSQL ends
#: with all of its batch sent, while SQLite says that it did not get the lock.
_UNDER_WAY = {"sqlite": Overloaded, "postgres": OutcomeUnknown}


@pytest.mark.slow
async def test_stopping_waits_no_longer_than_it_says(database_url: str) -> None:
    """While nothing can be committed it ends within seconds, and nobody is left without answer."""
    dialect = Database.at(database_url).dialect
    ledger = Watched(open_ledger(Database.at(database_url)), lambda _: nothing())
    writer = Writer(ledger, Rules(), batch_limit=3)
    writer.start()
    async with log_held(database_url):
        waiting = await submitted(writer, ["p0"])
        await ledger.has_begun(1)
        waiting += await submitted(writer, ["p1"], ["p2", "p3"], ["p4"])  # three fit

        async with asyncio.timeout(STOP_S + LOCK_WAIT_S + 1.0):
            await writer.stop()
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    under_way = _UNDER_WAY[dialect]
    assert [type(answer) for answer in answers] == [*[under_way] * 3, Overloaded]
    refused = {"p4"} if under_way is OutcomeUnknown else {"p0", "p1", "p2", "p3", "p4"}
    assert not refused & set(await targets(database_url))


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

    expected = [_UNDER_WAY[dialect]] * 3 * UNDER_WAY
    expected += [Overloaded] * (40 - len(expected))
    assert [type(answer) for answer in answers] == expected
