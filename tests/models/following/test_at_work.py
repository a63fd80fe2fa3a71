"""Who follows, as PostgreSQL knows it."""

import asyncio

import pytest

from models.database import process_locks
from models.database.database import Database
from models.database.process_locks import process_lock
from models.following.at_work import SILENT_S, Told, at_work, telling


async def test_who_holds_a_lock_of_followers_is_at_work(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it tells is known until its session ends; what is told anew replaces it."""
    monkeypatch.setattr(process_locks, "TELL_S", 0.01)
    database, numbers = Database.at(postgres), [0.25, 12]
    lock = process_lock(database, "ranking", tells=lambda: telling("ranking", numbers))
    async with database.reading(), asyncio.timeout(20):
        while await at_work():  # the session of a test before may just end
            pass
        async with lock:
            while not (told := await at_work())["ranking"].numbers:
                pass
            assert told["ranking"].numbers == (0.2, 12.0)
            assert not told["ranking"].is_silent
            numbers[1] = 3
            while (await at_work())["ranking"].numbers != (0.2, 3.0):
                pass
        while await at_work():
            pass


async def test_one_that_tells_nothing_is_at_work_all_the_same(postgres: str) -> None:
    """As one of a former version."""
    database = Database.at(postgres)
    async with database.reading(), process_lock(database, "following"):
        told = await at_work()

    assert told["following"].numbers == ()
    assert list(told) == ["following"]


def test_a_session_that_says_nothing_for_long_belongs_to_who_stands_still() -> None:
    """Each says something now and then, also where nothing changes."""
    assert not Told((0.0,), SILENT_S).is_silent
    assert Told((0.0,), SILENT_S + 1).is_silent
