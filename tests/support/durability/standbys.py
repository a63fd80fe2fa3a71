"""Standbys that reads go to: open a database with them, and have them lag, fall and come back."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tortoise.context import require_context

from models.database.database import Database
from models.replicas.fetching import fetch_current
from models.replicas.replicas import reading_replicas
from tests.support.durability.server import until, until_awaited
from tests.support.durability.stores import rows

LONG_S = 120.0
"""A busy machine may lose standbys again and again, which are then left alone for half a minute."""

WRITE = """INSERT INTO facts (name, value) VALUES ('test', '{0}')
    ON CONFLICT (name) DO UPDATE SET value = '{0}' RETURNING value"""


class Reads:
    """Reads of a database by a process that may ask standbys; and one that writes beside it."""

    def __init__(self, url: str, said: pytest.LogCaptureFixture) -> None:
        self._url = url
        self._said = said
        self._written = 0
        client: Any = require_context().db()
        self._replicas = client.replicas._replicas

    async def go_to(self, *numbers: int) -> None:
        """Return once these of the replicas answer, and no others."""
        expected = [number in numbers for number in range(len(self._replicas))]
        await until(lambda: [each.answers for each in self._replicas] == expected, LONG_S)

    async def write(self) -> None:
        """Commit something, as another process would."""
        self._written += 1
        await rows(self._url, WRITE.format(self._written))

    async def is_fresh(self) -> bool:
        """Whether a standby has answered; what it or the primary says must be what was written."""
        ((value, is_standby),) = await fetch_current(
            "SELECT value, pg_is_in_recovery() FROM facts WHERE name = 'test'", ()
        )
        assert value == str(self._written)
        return bool(is_standby)

    async def are_by_standbys(self) -> None:
        """Return once a standby has answered, each time of a new state."""

        async def is_by_standby() -> bool:
            await self.write()
            return await self.is_fresh()

        await until_awaited(is_by_standby, LONG_S)

    async def by_standbys(self, count: int = 20) -> int:
        """How many of so many reads standbys answer, each of a new state."""
        answered = 0
        for _ in range(count):
            await self.write()
            answered += await self.is_fresh()
        return answered

    @property
    def lines(self) -> list[str]:
        """What the log says of replicas: the word that tells each line."""
        return [
            "back" if "answers reads" in record.getMessage() else "lost"
            for record in self._said.records
            if record.name.startswith("models.replicas")
        ]


@asynccontextmanager
async def reading(
    url: str, standbys: Sequence[str], said: pytest.LogCaptureFixture
) -> AsyncIterator[Reads]:
    """Reads of a database in this process, for which standbys may be asked."""
    said.set_level(logging.INFO, "models.replicas")
    said.clear()
    database = Database.at(url)
    async with (
        database.reading(),
        reading_replicas(database, [Database.at(each) for each in standbys]),
    ):
        reads = Reads(url, said)
        await reads.write()
        yield reads


@asynccontextmanager
async def paused(standby: str) -> AsyncIterator[None]:
    """Within this, a standby replays nothing."""
    await rows(standby, "SELECT pg_wal_replay_pause()::text")
    try:
        await until_awaited(lambda: _is_paused(standby))
        yield
    finally:
        await rows(standby, "SELECT pg_wal_replay_resume()::text")


async def _is_paused(standby: str) -> bool:
    return await rows(standby, "SELECT pg_get_wal_replay_pause_state()") == [("paused",)]
