"""Ids of server-sent events: the feed's cursors, by which an EventSource goes on by itself."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.live.clients import EVENTS
from tests.support.live.feeds import Feed
from tests.support.live.streams import soon

FOLLOW = """subscription ($after: String) {
  interactions(after: $after) { type cursor interaction { action target { id } } } }"""
STATS = 'subscription { postStats(ids: ["a"], initial: true) { counts { count } } }'
BY = ("post", "get")


async def _record(feed: Feed, *post_ids: str) -> None:
    inputs = [{"userId": "ann", "action": "VIEW", "postId": each} for each in post_ids]
    assert set(await feed.caller.outcomes(*inputs)) == {"CREATED"}


async def _lines(feed: Feed, query: str, count: int, **variables: Any) -> list[list[str]]:
    """The lines of so many events of an operation."""
    sent = {"query": query, "variables": variables}
    headers = {"Accept": EVENTS}
    events: list[list[str]] = [[]]
    async with feed.http.stream("POST", "/graphql", json=sent, headers=headers) as response:
        lines = response.aiter_lines()
        while len(events) <= count:
            text = await soon(anext(lines))
            if text and text != ":":
                events[-1].append(text)
            elif events[-1]:
                events.append([])
    return events[:count]


async def test_the_id_of_an_event_is_its_cursor(feed: Feed) -> None:
    """Also of those that are replayed."""
    start = await feed.cursor()
    await _record(feed, "a", "b")

    for name, data, id in await _lines(feed, FOLLOW, 2, after=start):
        event = json.loads(data.removeprefix("data: "))["data"]["interactions"]
        assert (name, id) == ("event: next", f"id: {event['cursor']}")


async def test_what_has_no_cursor_has_no_id(feed: Feed) -> None:
    """Else a client would go on from where nothing is."""
    ((name, data),) = await _lines(feed, STATS, 1)

    assert name == "event: next"
    assert data.startswith('data: {"data":{"postStats"')


@pytest.mark.parametrize("transport", BY)
async def test_a_client_that_comes_again_goes_on_where_it_was(feed: Feed, transport: str) -> None:
    """By Last-Event-ID alone, without a gap and without a repeat."""
    start = await feed.cursor()
    await _record(feed, "a", "b", "c")
    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        first = await subscriber.event()

    again = replace(feed, headers={"Last-Event-ID": first["cursor"]})
    async with again.subscribed(FOLLOW, transport) as subscriber:
        assert await subscriber.received(2) == ["RECORDED VIEW b", "RECORDED VIEW c"]
        await _record(feed, "d")
        assert await subscriber.received(1) == ["RECORDED VIEW d"]


@pytest.mark.parametrize("transport", BY)
async def test_what_was_got_last_counts_before_where_it_began(feed: Feed, transport: str) -> None:
    """An EventSource comes again to its first address, in which `after` is of that time."""
    start = await feed.cursor()
    await _record(feed, "a", "b")
    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        first = await subscriber.event()

    again = replace(feed, headers={"Last-Event-ID": first["cursor"]})
    async with again.subscribed(FOLLOW, transport, after=start) as subscriber:
        assert await subscriber.received(1) == ["RECORDED VIEW b"]


@pytest.mark.parametrize("transport", BY)
async def test_a_last_event_that_the_feed_never_had_is_refused(feed: Feed, transport: str) -> None:
    """Rather than to begin somewhere."""
    again = replace(feed, headers={"Last-Event-ID": "1"})
    error = await again.refused(FOLLOW, transport)

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == "after: got '1'; allowed is a cursor that the feed gave out"


@pytest.mark.parametrize("transport", BY)
async def test_a_stream_without_cursors_begins_anew(feed: Feed, transport: str) -> None:
    """What does not take `after` passes the header over."""
    again = replace(feed, headers={"Last-Event-ID": "1"})
    async with again.subscribed(STATS, transport) as subscriber:
        assert await subscriber.event() == {"counts": []}
