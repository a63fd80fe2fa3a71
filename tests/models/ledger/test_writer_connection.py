"""A connection that the ledger writes by: what it does when its time ends while it is opened."""

import asyncio
from typing import Any

import pytest

from models.database.database import Database
from models.database.postgres import Connection, connect
from models.errors import DatabaseUnavailable
from models.ledger import writer_connection
from models.ledger.writer_connection import WriterConnection
from tests.support.durability.server import until

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


class Opening:
    """Opens connections that are there only when they may be."""

    def __init__(self) -> None:
        self.opened: list[Connection] = []
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def connect(self, *arguments: Any) -> Connection:
        self.has_begun.set()
        await self.may_end.wait()
        self.opened.append(await connect(*arguments))
        return self.opened[-1]


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Opening:
    opening = Opening()
    monkeypatch.setattr(writer_connection, "connect", opening.connect)
    return opening


async def used(writer: WriterConnection) -> None:
    async with writer.transaction():
        await writer.connected()


async def test_a_connection_that_opens_after_the_time_of_its_transaction_is_not_used(
    database_url: str, opening: Opening
) -> None:
    """Nothing would end it any more, however long the server stood still."""
    writer = WriterConnection(Database.at(database_url).credentials, answer_s=0.01)
    writer.begin()
    using = asyncio.create_task(used(writer))
    await opening.has_begun.wait()
    await until(lambda: writer._is_late)

    opening.may_end.set()
    with pytest.raises(DatabaseUnavailable) as failed:
        await using
    writer.ended()

    assert failed.value.is_silent
    assert failed.value.reason == "PostgreSQL has not answered for 0.01 seconds"
    assert [connection.is_closed() for connection in opening.opened] == [True]


async def test_a_connection_that_opens_after_the_ledger_was_closed_is_given_back(
    database_url: str, opening: Opening
) -> None:
    """Else the server would keep it for as long as the process lives."""
    writer = WriterConnection(Database.at(database_url).credentials)
    using = asyncio.create_task(used(writer))
    await opening.has_begun.wait()

    writer.end()
    opening.may_end.set()
    with pytest.raises(DatabaseUnavailable, match="the ledger is closed"):
        await using

    assert [connection.is_closed() for connection in opening.opened] == [True]
