"""Subscribers to the log: each row once and in order, whether it was buffered or read again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.reading.filters import Filter
from models.vocabulary import ACTIONS, ActionType
from resolvers.errors import CursorTooOld
from resolvers.feed.log_subscriber import LogFanout, LogSubscriber
from resolvers.feed.log_tailer import LogTailer
from tests.support.live.streams import soon
from tests.support.recording.tails import NoNotifications, has_read, tailing, views, write
from tests.support.sql import run

ALL = Filter()
VIEWS = Filter(actions=(ACTIONS[ActionType.VIEW].code,))


@asynccontextmanager
async def fanning_out(url: str) -> AsyncIterator[tuple[LogTailer, LogFanout]]:
    """A fanout of a real log, whose tailer reads when it is notified."""
    async with tailing(url, NoNotifications()) as (tailer, listener):
        tailer.detach(listener)  # which leaves it to the subscribers
        log = LogFanout(tailer)
        await log.begin()
        yield tailer, log


def pruned_up_to(target_id: str) -> str:
    """The statement that says so at the log's head."""
    row = f"SELECT seq FROM interactions WHERE target_id = '{target_id}'"
    return f"UPDATE log_head SET pruned_number = ({row})"


async def next_targets(subscriber: LogSubscriber, count: int) -> list[str]:
    """The next so many rows' targets."""
    found: list[str] = []
    while len(found) < count:
        found += [event.row.target_id for event in await soon(subscriber.next())]
    return found


async def test_a_subscriber_gets_what_passes_its_filters(database_url: str) -> None:
    """Each row comes once, with those of the filters that it passes; others do not come."""
    odd, one = Filter(post_ids=("1", "3")), Filter(post_ids=("1", "9"))
    async with fanning_out(database_url) as (tailer, log):
        subscriber = log.follow()
        subscriber.subscribe(odd)
        subscriber.subscribe(one)
        await write(database_url, views(*"01234"))
        tailer.notify()

        found = await soon(subscriber.next())
        subscriber.unsubscribe(odd)
        await write(database_url, views(*"01234"))
        tailer.notify()
        later = await soon(subscriber.next())

    assert [(each.row.target_id, set(each.filters)) for each in found] == [
        ("1", {odd, one}),
        ("3", {odd}),
    ]
    assert [(each.row.target_id, each.filters) for each in later] == [("1", [one])]


@pytest.mark.parametrize("limit", [1, 7, 50, 400])
async def test_what_is_too_much_for_the_buffer_is_read(
    database_url: str, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """A subscriber that is asked late drops its buffer and reads the log: once each, in order."""
    monkeypatch.setattr("resolvers.feed.log_subscriber.BUFFER_LIMIT", limit)
    ids = [str(number) for number in range(1_000)]
    async with fanning_out(database_url) as (tailer, log):
        late, quick = log.follow(), log.follow()
        late.subscribe(ALL)
        quick.subscribe(VIEWS)
        follow = asyncio.create_task(next_targets(quick, len(ids)))
        found: list[str] = []
        for start in range(0, len(ids), 200):
            await write(database_url, views(*ids[start : start + 200]))
            tailer.notify()
            await has_read(tailer)
            assert len(late._buffer) <= limit
            found += await next_targets(late, 1)  # a little at a time, and the rest at the end

        found += await next_targets(late, len(ids) - len(found))
        assert found == ids
        assert await follow == ids
        await write(database_url, views("more"))
        tailer.notify()
        assert await next_targets(late, 1) == ["more"]


async def test_while_it_reads_what_it_dropped_more_may_come(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However reading and writing fall together, each row comes once and in order."""
    monkeypatch.setattr("resolvers.feed.log_subscriber.BUFFER_LIMIT", 20)
    ids = [str(number) for number in range(2_000)]

    async def notify(tailer: LogTailer) -> None:
        while True:
            tailer.notify()
            await asyncio.sleep(0.002)

    async with fanning_out(database_url) as (tailer, log):
        subscriber = log.follow()
        subscriber.subscribe(ALL)
        notifying = asyncio.create_task(notify(tailer))
        writing = asyncio.create_task(write(database_url, views(*ids), at_once=30))
        try:
            found = await next_targets(subscriber, len(ids))
        finally:
            notifying.cancel()
            await asyncio.wait([notifying, writing])

    assert found == ids


async def test_a_subscriber_that_lost_rows_is_ended(database_url: str) -> None:
    """When rows went before they were read, it is CURSOR_TOO_OLD and never a silent gap."""
    async with fanning_out(database_url) as (tailer, log):
        subscriber = log.follow()
        subscriber.subscribe(ALL)
        await write(database_url, views("a", "b"))
        await run(database_url, pruned_up_to("a"))
        tailer.notify()

        with pytest.raises(CursorTooOld):
            await soon(subscriber.next())


async def test_what_was_dropped_and_pruned_since_is_not_passed_over(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would have to read again may be gone: it is ended rather than given the rest."""
    monkeypatch.setattr("resolvers.feed.log_subscriber.BUFFER_LIMIT", 2)
    async with fanning_out(database_url) as (tailer, log):
        subscriber = log.follow()
        subscriber.subscribe(ALL)
        await write(database_url, views(*"abcde"))
        tailer.notify()
        await has_read(tailer)
        await run(database_url, pruned_up_to("a"))

        with pytest.raises(CursorTooOld):
            await soon(subscriber.next())


async def test_the_last_subscriber_to_leave_stops_the_tailer(database_url: str) -> None:
    """Nothing is buffered for who has left; who comes then gets what is committed from then on."""
    async with fanning_out(database_url) as (tailer, log):
        one, other = log.follow(), log.follow()
        for subscriber in (one, other):
            subscriber.subscribe(ALL)
        one.close()
        await write(database_url, views("a"))
        tailer.notify()
        assert await next_targets(other, 1) == ["a"]
        assert not one._buffer
        other.close()
        assert not log.filters
        await write(database_url, views("b"))  # which nobody is there to read

        await log.begin()
        again = log.follow()
        again.subscribe(ALL)
        await write(database_url, views("c"))
        tailer.notify()
        assert await next_targets(again, 1) == ["c"]


async def test_what_was_pruned_before_it_was_given_costs_no_subscriber(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too much after a long silence is read from the end of the silence, not from its start."""
    monkeypatch.setattr("resolvers.feed.log_subscriber.BUFFER_LIMIT", 5)
    rare = Filter(post_ids=("rare",))
    async with fanning_out(database_url) as (tailer, log):
        subscriber = log.follow()
        subscriber.subscribe(rare)
        await write(database_url, views(*"0123456789"))
        tailer.notify()
        await has_read(tailer)
        await run(database_url, pruned_up_to("7"))

        await write(database_url, views(*["rare"] * 20))
        tailer.notify()
        await has_read(tailer)

        assert await next_targets(subscriber, 20) == ["rare"] * 20
