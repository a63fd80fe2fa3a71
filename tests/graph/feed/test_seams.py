"""Seams of the feed: between what a subscriber has seen, what it missed and what comes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from graph.feed import Feed
from graph.transport.answers import Answer
from graph.transport.channels import Channels
from graph.transport.live import Event
from graph.transport.members import Member
from models.filters import Filter
from resolvers.following import AT_ONCE
from resolvers.opaque import Opaque
from resolvers.tail import Tail
from tests.durability.server import until
from tests.graph.transport.streams import soon
from tests.resolvers.tails import NoBell, tailing, views, write


@asynccontextmanager
async def subscribing(tail: Tail, after: int) -> AsyncIterator[tuple[Member, list[int]]]:
    """A subscriber after a place that has read what it missed, and the sizes of what it read."""
    live = Feed(tail, Opaque(bytes(16))).interactions(Filter(), after)
    await live.begin()
    member = Channels(1_000).join("a channel", live, _places)
    try:
        sizes = [len(events) async for events in live.missed(member)]
        member.go_live()
        yield member, sizes
    finally:
        member.leave()


async def _places(events: Sequence[Event]) -> list[Answer]:
    return [Answer(b"%d" % event.place) for event in events]


@pytest.mark.parametrize("seen", [1, 2, 3])
async def test_a_cursor_that_the_tail_has_not_come_to_is_not_repeated(
    database_url: str, seen: int
) -> None:
    """What lies before it was seen, though this process has not read it yet."""
    async with tailing(database_url, NoBell()) as (tail, _):
        await write(database_url, views("a", "b", "c", "d"))
        async with subscribing(tail, seen) as (member, missed):
            assert (tail.position, missed) == (0, [])

            tail.ring()
            await until(lambda: tail.position == 4)
            told = await soon(member.take())

    assert [int(each.content) for each in told] == list(range(seen + 1, 5))


async def test_what_was_missed_is_read_a_little_at_a_time(database_url: str) -> None:
    """So that others have their turn, however much it is."""
    async with tailing(database_url, NoBell()) as (tail, _):
        await write(database_url, views(*map(str, range(3 * AT_ONCE + 7))))
        tail.ring()
        await until(lambda: tail.position == 3 * AT_ONCE + 7)

        async with subscribing(tail, 2) as (_, sizes):
            pass

    assert sizes == [AT_ONCE, AT_ONCE, AT_ONCE, 5]
