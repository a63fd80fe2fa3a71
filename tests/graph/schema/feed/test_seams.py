"""Seams of the feed: between what a subscriber has seen, what it missed and what comes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from graph.compiled.slices import UNDIVIDED
from graph.schema.feed import live_interactions
from graph.transport.answers import Answer
from graph.transport.live.channels import Channels
from graph.transport.live.live_query import Event
from graph.transport.live.subscriber import Subscriber
from models.reading.filters import Filter
from models.reading.log import LogPosition, read_head
from resolvers.feed.log_subscriber import AT_ONCE, LogFanout
from resolvers.feed.log_tailer import LogTailer
from resolvers.id_cipher import IdCipher
from tests.support.live.streams import soon
from tests.support.recording.tails import NoNotifications, has_read, tailing, views, write


@asynccontextmanager
async def subscribing(
    tail: LogTailer, after: LogPosition
) -> AsyncIterator[tuple[Subscriber, list[int]]]:
    """A subscriber after a place that has read what it missed, and the sizes of what it read."""
    live = live_interactions(Filter(), after, LogFanout(tail), IdCipher(bytes(16)))
    await live.begin()
    member = Channels(1_000, UNDIVIDED).join("a channel", live, _places)
    try:
        sizes = [len(events) async for events in live.missed(member)]
        member.go_live()
        yield member, sizes
    finally:
        member.leave()


async def _places(events: Sequence[Event]) -> list[Answer]:
    return [Answer(b"%d" % event.sequence) for event in events]


@pytest.mark.parametrize("seen", [1, 2, 3])
async def test_a_cursor_that_the_tail_has_not_come_to_is_not_repeated(
    database_url: str, seen: int
) -> None:
    """What lies before it was seen, though this process has not read it yet."""
    async with tailing(database_url, NoNotifications()) as (tail, _):
        await write(database_url, views("a", "b", "c", "d"))
        incarnation, last = (await read_head()).position
        async with subscribing(tail, LogPosition(incarnation, last - 4 + seen)) as (member, missed):
            assert (tail.position, missed) == (LogPosition(0, 0), [])

            tail.notify()
            await has_read(tail)
            told = await soon(member.take())

    assert [int(each.content) for each in told] == list(range(last - 3 + seen, last + 1))


async def test_what_was_missed_is_read_a_little_at_a_time(database_url: str) -> None:
    """So that others have their turn, however much it is."""
    async with tailing(database_url, NoNotifications()) as (tail, _):
        await write(database_url, views(*map(str, range(3 * AT_ONCE + 7))))
        tail.notify()
        await has_read(tail)
        incarnation, last = tail.position
        second = LogPosition(incarnation, last - 3 * AT_ONCE - 5)

        async with subscribing(tail, second) as (_, sizes):
            pass

    assert sizes == [AT_ONCE, AT_ONCE, AT_ONCE, 5]
