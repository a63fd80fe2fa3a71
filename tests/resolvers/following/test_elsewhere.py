"""Followers in another process, as who serves knows them."""

import asyncio
from collections.abc import Mapping

import pytest

from models.database import process_locks
from models.database.database import Database
from models.following.at_work import Told
from resolvers.following import followers
from resolvers.following.followers import FollowersElsewhere, FollowersHere


async def test_while_nobody_follows_all_lags(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From when that was seen first, until somebody does."""
    monkeypatch.setattr(process_locks, "TELL_S", 0.01)
    monkeypatch.setattr(followers, "FRESH_S", 0)
    elsewhere, database = FollowersElsewhere(["co-engagement"]), Database.at(postgres)
    async with database.reading(), elsewhere.at_work(), asyncio.timeout(20):
        while not all(elsewhere.lags.values()):
            await elsewhere.refresh()
        before = elsewhere.lags
        await elsewhere.refresh()

        assert before.keys() == {"co-engagement", "ranks"}
        assert all(0 < seconds < elsewhere.lags[name] for name, seconds in before.items())

        async with FollowersHere(database, []).at_work():
            while any(elsewhere.lags.values()):
                await elsewhere.refresh()


async def _told(monkeypatch: pytest.MonkeyPatch, told: Mapping[str, Told]) -> FollowersElsewhere:
    """What is known where this is told."""

    async def at_work() -> Mapping[str, Told]:
        return told

    monkeypatch.setattr(followers, "at_work", at_work)
    elsewhere = FollowersElsewhere(["co-engagement"])
    await elsewhere.refresh()
    return elsewhere


async def test_who_is_behind_is_more_so_the_longer_ago_that_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who is not behind may say so for a while; not who stands still."""
    told = {"following": Told((1.5,), 0.5), "ranking": Told((0.0, 7.0), 9.0)}
    known = await _told(monkeypatch, told)

    assert known.lags == {"co-engagement": 2.0, "ranks": 0.0}
    assert known.pending_ranks == 7

    known = await _told(monkeypatch, {**told, "ranking": Told((0.0, 7.0), 30.0)})

    assert known.lags["ranks"] == 30


async def test_what_was_known_long_ago_is_told_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several workers only the one that is asked looks again, and the highest counts."""
    known = await _told(monkeypatch, {"following": Told((1.5,), 0), "ranking": Told((9.0, 7), 0)})

    monkeypatch.setattr(followers, "KNOWN_S", 0)

    assert known.lags == {"co-engagement": 0.0, "ranks": 0.0}
    assert known.pending_ranks == 0
