"""Other processes are told of commits: soon, once for many, and never within a commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.database.database import Database
from models.database.notifications.commit_notifier import CommitNotifier
from models.database.notifications.listening import LOG_CHANNEL
from models.database.postgres import COMMANDS, connect
from tests.support.durability.server import until
from tests.support.durability.stores import end_connections

PAUSE_S = 0.2


@asynccontextmanager
async def heard(url: str) -> AsyncIterator[list[str]]:
    """What a connection hears on the channel of the log."""
    messages: list[str] = []
    connection = await connect(Database.at(url).credentials, COMMANDS)
    try:
        await connection.add_listener(LOG_CHANNEL, lambda *told: messages.append(str(told[3])))
        yield messages
    finally:
        connection.terminate()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_many_commits_are_one_notification(database_url: str) -> None:
    """The first is told at once; all that follow within the pause are told together after it."""
    notifier = CommitNotifier(Database.at(database_url).credentials, PAUSE_S)
    async with heard(database_url) as messages:
        notifier.notify()
        await until(lambda: len(messages) == 1)
        for _ in range(50):
            notifier.notify()
            await asyncio.sleep(0)
        await notifier.close()
        await until(lambda: len(messages) == 2)

    assert messages == ["", ""]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_it_notifies_again_after_its_connection_was_ended(database_url: str) -> None:
    """What was lost meanwhile is lost; what is committed then is told on a new connection."""
    notifier = CommitNotifier(Database.at(database_url).credentials, 0.001)
    try:
        notifier.notify()
        await end_connections(database_url)
        async with heard(database_url) as messages:

            def is_heard() -> bool:
                notifier.notify()
                return bool(messages)

            await until(is_heard)
    finally:
        await notifier.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_closing_without_a_commit_opens_nothing(database_url: str) -> None:
    """A process that only reads has no such connection."""
    credentials = {**Database.at(database_url).credentials, "port": 1}

    await CommitNotifier(credentials).close()
