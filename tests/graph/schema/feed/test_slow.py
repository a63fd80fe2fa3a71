"""Subscribers who take events more slowly than they come: ended or not, and nobody else's worry."""

import gc
from typing import Any

import pytest

from graph.transport.documents.limits import Limits
from graph.transport.live.subscriber import Subscriber
from tests.support.client import FixedClock
from tests.support.live.feeds import Feed, feeding, replayed, usual
from tests.support.metrics.scraping import scrape

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) {
    type cursor interaction { action target { id } context { metadata } }
  }
}
"""
BRIEFLY = """
subscription Briefly($after: String) {
  interactions(after: $after) { type interaction { action target { id } } }
}
"""
HELD = 300
BATCH = 100
ENOUGH = 30  # batches: more than buffers of sockets and HELD events together can be
LONG = "-" * 4000

pytestmark = pytest.mark.slow


def limited(url: str) -> Any:
    return usual(url, limits=Limits(held_events=HELD))


async def record(feed: Feed, batch: int) -> list[str]:
    """Record a batch of long events; their posts' ids."""
    ids = [str(batch * BATCH + number) for number in range(BATCH)]
    input = {"userId": "ann", "action": "VIEW", "context": {"metadata": LONG}}
    await feed.caller.outcomes(*({**input, "postId": id} for id in ids))
    return ids


def told(events: list[dict[str, Any]]) -> list[str]:
    return [event["interaction"]["target"]["id"] for event in events]


def held() -> list[int]:
    """How many answers wait for each subscriber there is in this process."""
    return [len(each._held) for each in gc.get_objects() if type(each) is Subscriber]


@pytest.mark.parametrize("transport", ["websocket", "post"])
async def test_who_does_not_read_is_ended_with_where_to_go_on(
    database_url: str, clock: FixedClock, transport: str
) -> None:
    """Its last event is CONSUMER_TOO_SLOW with the cursor of what came before it.

    After that cursor it goes on without a gap and without a repeat. Meanwhile others are told
    everything at once, writers do not wait, and no more than the limit is held for it.
    """
    async with feeding(limited(database_url), clock) as feed:
        start = await feed.cursor()
        async with (
            feed.stalling(FOLLOW, transport, after=start) as slow,
            feed.subscribed(BRIEFLY, after=start) as quick,
        ):
            recorded = await record(feed, 0)
            events = [await slow.event()]
            assert told(await quick.events(BATCH)) == recorded
            for batch in range(1, ENOUGH):
                ids = await record(feed, batch)
                assert told(await quick.events(BATCH)) == ids
                assert max(held()) <= HELD
                recorded += ids

            while "errors" not in (payload := await slow.payload()):
                events.append(payload["data"]["interactions"])
            await slow.completes()
        metrics = await scrape(feed.caller.http)
        rest = await replayed(feed, FOLLOW, after=events[-1]["cursor"])

    (error,) = payload["errors"]
    assert error == {
        "message": "events came faster than they were taken; go on from the cursor",
        "extensions": {"code": "CONSUMER_TOO_SLOW", "cursor": events[-1]["cursor"]},
    }
    assert BATCH < len(events) < len(recorded)
    assert told(events) + told(rest) == recorded
    assert metrics.number("trailmark_dropped_subscriptions_total", code="CONSUMER_TOO_SLOW") == 1


@pytest.mark.parametrize("transport", ["websocket", "post"])
async def test_who_is_late_already_may_take_its_time(
    database_url: str, clock: FixedClock, transport: str
) -> None:
    """While it catches up it is ended by nothing: what it has not read yet is in the database."""
    async with feeding(limited(database_url), clock) as feed:
        start, recorded = await feed.cursor(), list[str]()
        for batch in range(ENOUGH):
            recorded += await record(feed, batch)

        async with feed.stalling(FOLLOW, transport, after=start) as slow:
            events = await slow.events(1)
            for batch in range(ENOUGH, ENOUGH + 10):  # more than is held
                recorded += await record(feed, batch)
                assert max(held()) <= HELD
            events += await slow.events(len(recorded) - 1)

    assert told(events) == recorded


@pytest.mark.parametrize("transport", ["websocket", "post"])
async def test_who_vanishes_without_reading_is_let_go(
    database_url: str, clock: FixedClock, transport: str
) -> None:
    """Though the server waits to send to it, nothing of it is left once it is gone."""
    async with feeding(limited(database_url), clock) as feed:
        async with feed.stalling(FOLLOW, transport, after=await feed.cursor()) as slow:
            await record(feed, 0)
            await slow.event()
            for batch in range(1, ENOUGH // 2):
                await record(feed, batch)
        async with feed.subscribed(BRIEFLY, after=await feed.cursor()) as other:
            ids = await record(feed, ENOUGH)

            assert told(await other.events(BATCH)) == ids
            gc.collect()
            assert len(held()) == 1


async def test_who_watches_and_does_not_read_gets_the_last_values(
    database_url: str, clock: FixedClock
) -> None:
    """Values that were not taken are replaced by newer ones: it is never too slow.

    A value may be read when more was committed than it is told for; it then comes once more.
    """
    query = """subscription ($ids: [ID!]!) {
      postStats(ids: $ids, initial: true) {
        postId counts { count }
        post { id interactions(first: 100) { nodes { context { metadata } } } }
      }
    }"""
    async with (
        feeding(limited(database_url), clock) as feed,
        feed.stalling(query, ids=["p", "q"]) as slow,
    ):
        await slow.events(2)
        input = {"userId": "ann", "action": "VIEW", "context": {"metadata": LONG}}
        for _ in range(20):
            for post_id in ("p", "q"):
                batch = ({**input, "postId": post_id} for _ in range(20))
                await feed.caller.outcomes(*batch)
        last = {"p": 0, "q": 0}
        while set(last.values()) != {400}:
            event = await slow.event()
            assert event["counts"][0]["count"] >= last[event["postId"]]
            last[event["postId"]] = event["counts"][0]["count"]
