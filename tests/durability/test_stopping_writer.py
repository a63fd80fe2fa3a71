"""Stopping a writer whose database stands still: all are answered within seconds."""

import asyncio

import pytest

from models.database import Database
from models.sqlite_ledger import LOCK_WAIT_S
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.judging import Rules
from resolvers.writer import STOP_S, Writer
from tests.durability.ledgers import submitted, writing
from tests.durability.stores import log_held, targets


@pytest.mark.slow
async def test_stopping_waits_no_longer_than_it_says(database_url: str) -> None:
    """While nothing can be committed it ends within seconds, and nobody is left without answer."""
    writer = Writer(Database.at(database_url).ledger(), Rules())
    writer.start()
    async with log_held(database_url):
        waiting = await submitted(writer, ["p0"])
        await asyncio.sleep(0.1)  # the first is under way, the others wait
        waiting += await submitted(writer, ["p1"], ["p2", "p3"])

        async with asyncio.timeout(STOP_S + LOCK_WAIT_S + 1.0):
            await writer.stop()
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert {type(answer) for answer in answers} <= {Overloaded, OutcomeUnknown}
    if OutcomeUnknown not in {type(answer) for answer in answers}:
        assert await targets(database_url) == []


@pytest.mark.slow
async def test_stopping_refuses_what_has_not_begun(database_url: str) -> None:
    """However many batches of it wait, while nothing can be committed."""
    async with log_held(database_url):
        async with asyncio.timeout(STOP_S + LOCK_WAIT_S + 1.0):
            async with writing(database_url, batch_limit=3) as (writer, ledger):
                calls = await submitted(writer, *([f"p{number}"] for number in range(40)))
                await ledger.has_begun(1)
        answers = await asyncio.gather(*calls, return_exceptions=True)

    assert {type(answer) for answer in answers} <= {Overloaded, OutcomeUnknown}
