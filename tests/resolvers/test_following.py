"""Following the log: each row once and in order, however much is too much to be held."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.filters import Filter
from models.vocabulary import ACTIONS, ActionType
from resolvers.errors import CursorTooOld
from resolvers.following import Following, Log
from resolvers.tail import Tail
from tests.durability.server import until
from tests.graph.transport.streams import soon
from tests.resolvers.tails import NoBell, tailing, views, write
from tests.sql import run

ALL = Filter()
VIEWS = Filter(actions=(ACTIONS[ActionType.VIEW].code,))


@asynccontextmanager
async def following(url: str) -> AsyncIterator[tuple[Tail, Log]]:
    """A log that may be followed, whose tail looks when it is rung."""
    async with tailing(url, NoBell()) as (tail, _):
        log = Log(tail)
        await log.begin()
        yield tail, log


async def told(follower: Following, count: int) -> list[str]:
    """The next so many rows' targets."""
    found: list[str] = []
    while len(found) < count:
        found += [told.row.target_id for told in await soon(follower.next())]
    return found


async def test_a_follower_is_told_what_passes_its_filters(database_url: str) -> None:
    """Each row comes once, with those of the filters that it passes; others do not come."""
    odd, one = Filter(post_ids=("1", "3")), Filter(post_ids=("1", "9"))
    async with following(database_url) as (tail, log):
        follower = log.follow()
        follower.wish(odd)
        follower.wish(one)
        await write(database_url, views(*"01234"))
        tail.ring()

        found = await soon(follower.next())
        follower.unwish(odd)
        await write(database_url, views(*"01234"))
        tail.ring()
        later = await soon(follower.next())

    assert [(each.row.target_id, set(each.filters)) for each in found] == [
        ("1", {odd, one}),
        ("3", {odd}),
    ]
    assert [(each.row.target_id, each.filters) for each in later] == [("1", [one])]


@pytest.mark.parametrize("limit", [1, 7, 50, 400])
async def test_what_is_too_much_to_be_held_is_read(
    database_url: str, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """A follower that is asked late forgets what it held and reads the log: once each, in order."""
    monkeypatch.setattr("resolvers.following.HELD_LIMIT", limit)
    ids = [str(number) for number in range(1_000)]
    async with following(database_url) as (tail, log):
        late, quick = log.follow(), log.follow()
        late.wish(ALL)
        quick.wish(VIEWS)
        follow = asyncio.create_task(told(quick, len(ids)))
        found: list[str] = []
        for start in range(0, len(ids), 200):
            await write(database_url, views(*ids[start : start + 200]))
            tail.ring()
            await until(lambda start=start: tail.position >= start + 200)  # type: ignore[misc]
            assert len(late._held) <= limit
            found += await told(late, 1)  # a little at a time, and the rest at the end

        found += await told(late, len(ids) - len(found))
        assert found == ids
        assert await follow == ids
        await write(database_url, views("more"))
        tail.ring()
        assert await told(late, 1) == ["more"]


async def test_while_it_reads_what_it_let_go_more_may_come(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However reading and writing fall together, each row comes once and in order."""
    monkeypatch.setattr("resolvers.following.HELD_LIMIT", 20)
    ids = [str(number) for number in range(2_000)]

    async def ring(tail: Tail) -> None:
        while True:
            tail.ring()
            await asyncio.sleep(0.002)

    async with following(database_url) as (tail, log):
        follower = log.follow()
        follower.wish(ALL)
        ringing = asyncio.create_task(ring(tail))
        writing = asyncio.create_task(write(database_url, views(*ids), at_once=30))
        try:
            found = await told(follower, len(ids))
        finally:
            ringing.cancel()
            await asyncio.wait([ringing, writing])

    assert found == ids


async def test_a_follower_that_lost_rows_is_ended(database_url: str) -> None:
    """When rows went before they were read, it is CURSOR_TOO_OLD and never a silent gap."""
    async with following(database_url) as (tail, log):
        follower = log.follow()
        follower.wish(ALL)
        await write(database_url, views("a", "b"))
        await run(database_url, "UPDATE log_head SET pruned_number = 1")
        tail.ring()

        with pytest.raises(CursorTooOld):
            await soon(follower.next())


async def test_what_was_let_go_and_pruned_since_is_not_passed_over(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would have to read again may be gone: it is ended rather than given the rest."""
    monkeypatch.setattr("resolvers.following.HELD_LIMIT", 2)
    async with following(database_url) as (tail, log):
        follower = log.follow()
        follower.wish(ALL)
        await write(database_url, views(*"abcde"))
        tail.ring()
        await until(lambda: tail.position == 5)
        await run(database_url, "UPDATE log_head SET pruned_number = 1")

        with pytest.raises(CursorTooOld):
            await soon(follower.next())


async def test_the_last_follower_to_leave_lets_the_log_rest(database_url: str) -> None:
    """Nothing is held for who has left, and whoever comes then is told what the tail reads next."""
    async with following(database_url) as (tail, log):
        one, other = log.follow(), log.follow()
        for follower in (one, other):
            follower.wish(ALL)
        one.close()
        await write(database_url, views("a"))
        tail.ring()
        assert await told(other, 1) == ["a"]
        assert not one._held
        other.close()
        assert not log.interests
        await write(database_url, views("b"))

        await log.begin()
        again = log.follow()
        again.wish(ALL)
        await write(database_url, views("c"))
        tail.ring()
        assert (await told(again, 1))[0] in ("b", "c")


async def test_what_was_pruned_before_it_was_told_of_costs_no_follower(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too much after a long silence is read from the end of the silence, not from its start."""
    monkeypatch.setattr("resolvers.following.HELD_LIMIT", 5)
    rare = Filter(post_ids=("rare",))
    async with following(database_url) as (tail, log):
        follower = log.follow()
        follower.wish(rare)
        await write(database_url, views(*"0123456789"))
        tail.ring()
        await until(lambda: tail.position == 10)
        await run(database_url, "UPDATE log_head SET pruned_number = 8")

        await write(database_url, views(*["rare"] * 20))
        tail.ring()
        await until(lambda: tail.position == 30)

        assert await told(follower, 20) == ["rare"] * 20
