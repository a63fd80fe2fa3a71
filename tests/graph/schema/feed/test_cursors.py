"""Cursors of the feed: going on after one, from a page or an event, and what is no cursor."""

import asyncio
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from models.reading.log import LogPosition
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from tests.support.client import FixedClock
from tests.support.live.feeds import TRANSPORTS, Feed, feeding, line, replayed, usual
from tests.support.serving import SECRET
from tests.support.sql import run

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type cursor interaction { interactionId action target { id } } }
}
"""
PAGE = "pageInfo { hasNextPage endCursor } nodes { interactionId } edges { cursor }"
OLDER = f"query ($after: String) {{ interactions(first: 100, after: $after) {{ {PAGE} }} }}"
PRUNE = "mutation { pruneInteractions(input: {olderThanDays: 90}) { removed } }"
DAY_S = 86_400


def views(*post_ids: str) -> list[dict[str, Any]]:
    return [{"userId": "ann", "action": "VIEW", "postId": post_id} for post_id in post_ids]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_after_an_event_s_cursor_the_next_one_follows(feed: Feed, transport: str) -> None:
    """Whichever event it was of, what follows is told, and goes on with what happens next."""
    start = await feed.cursor()
    await feed.caller.outcomes(*views("a", "b", "c", "d"))
    events = await replayed(feed, FOLLOW, after=start)
    assert [line(event)[-1] for event in events] == ["a", "b", "c", "d"]

    for number, event in enumerate(events):
        async with feed.subscribed(FOLLOW, transport, after=event["cursor"]) as subscriber:
            rest = events[number + 1 :]
            assert await subscriber.events(len(rest)) == rest
            assert line(await subscriber.event()) == "RECORDED CLICK the last"
            await feed.caller.outcomes(*views(f"e{number}"))
            assert (await subscriber.received(number + 1))[-1] == f"RECORDED VIEW e{number}"


async def test_a_cursor_of_a_filtered_event_serves_any_filter(feed: Feed) -> None:
    """It is a place in the log, not in what passes."""
    query = """subscription ($after: String!, $posts: [ID!]) {
      interactions(after: $after, filter: {postIds: $posts}) {
        type cursor interaction { action target { id } } } }"""
    start = await feed.cursor()
    await feed.caller.outcomes(*views("a", "b", "a", "c"))

    async with feed.subscribed(query, after=start, posts=["a"]) as subscriber:
        first = await subscriber.event()
    async with feed.subscribed(query, after=first["cursor"], posts=["b", "c"]) as subscriber:
        told = await subscriber.received(2)

    assert told == ["RECORDED VIEW b", "RECORDED VIEW c"]


@pytest.mark.parametrize(
    "query",
    [
        f"{{ feedCursor interactions(first: 100) {{ {PAGE} }} }}",
        f"{{ interactions(first: 100) {{ {PAGE} }} feedCursor }}",
    ],
    ids=["cursor first", "page first"],
)
async def test_between_a_page_and_the_feed_after_it_nothing_falls(feed: Feed, query: str) -> None:
    """While others record, whatever no page shows follows the cursor that came with the first."""
    stored: list[str] = []
    enough = asyncio.Event()

    async def record() -> None:
        while not enough.is_set():
            payload = await feed.caller.record(userId="ann", action="VIEW", postId="p")
            stored.append(payload["interaction"]["interactionId"])

    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(record())
        for _ in range(5):
            answer = await feed.caller.data(query)
            cursor, page = answer["feedCursor"], answer["interactions"]
            shown = [node["interactionId"] for node in page["nodes"]]
            while page["pageInfo"]["hasNextPage"]:
                after = page["pageInfo"]["endCursor"]
                page = (await feed.caller.data(OLDER, after=after))["interactions"]
                shown += [node["interactionId"] for node in page["nodes"]]
            await asyncio.sleep(0.02)  # not to wait for anything: more is recorded meanwhile
            before = list(stored)
            told = [
                e["interaction"]["interactionId"]
                for e in await replayed(feed, FOLLOW, after=cursor)
            ]

            assert len(shown) == len(set(shown))
            assert len(told) == len(set(told))
            assert set(before) <= {*shown, *told}
        enough.set()

    assert len(stored) > 20


async def test_pages_and_the_feed_after_them_hold_all_exactly_once(feed: Feed) -> None:
    """Where nobody records between the cursor and its page, nothing is in both."""
    await feed.caller.outcomes(*views(*(f"p{number}" for number in range(130))))
    query = f"{{ feedCursor interactions(first: 100) {{ {PAGE} }} }}"

    answer = await feed.caller.data(query)
    after = answer["interactions"]["pageInfo"]["endCursor"]
    older = await feed.caller.data(OLDER, after=after)
    await feed.caller.outcomes(*views("p130", "p131"))
    told = await replayed(feed, FOLLOW, after=answer["feedCursor"])

    shown = answer["interactions"]["nodes"] + older["interactions"]["nodes"]
    ids = [node["interactionId"] for node in [*shown, *(each["interaction"] for each in told)]]
    assert [line(event)[-4:] for event in told] == ["p130", "p131"]
    assert len(set(ids)) == len(ids) == 132


@pytest.mark.either_database
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_is_no_cursor_of_the_feed_is_refused(feed: Feed, transport: str) -> None:
    """BAD_USER_INPUT names `after`, shows what it got, cut, and says what is allowed."""
    payload = await feed.caller.record(userId="ann", action="VIEW", postId="p")
    page = await feed.caller.data(f"{{ interactions {{ {PAGE} }} }}")
    id_cipher: IdCipher = feed.app.state.services.id_cipher
    other = IdCipher(Identity("another secret than the tests' own").key("interaction ids"))
    cursor = await feed.cursor()

    for after in (
        "",
        "no cursor",
        "é" * 100,
        cursor[:-4] + "AAAA",
        cursor + "A",
        page["interactions"]["edges"][0]["cursor"],
        payload["interaction"]["interactionId"],
        other.feed_cursor(id_cipher.open_feed_cursor(cursor) or LogPosition(0, 0)),
    ):
        error = await feed.refused(FOLLOW, transport, after=after)

        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}, after
        got = f"'{after}'" if len(after) <= 64 else f"'{after[:64]}…'"
        assert error["message"] == (f"after: got {got}; allowed is a cursor that the feed gave out")


async def test_a_cursor_of_another_past_is_too_old(feed: Feed) -> None:
    """It is of an incarnation that is not known here, or that has not come as far here."""
    id_cipher: IdCipher = feed.app.state.services.id_cipher
    first = id_cipher.open_feed_cursor(await feed.cursor())
    await feed.caller.outcomes(*views("a"))
    later = id_cipher.open_feed_cursor(await feed.cursor())
    assert first is not None
    assert later is not None

    for position in (
        LogPosition(later.incarnation, later.sequence + 1),
        LogPosition(later.incarnation + 1, later.sequence),
        LogPosition(later.incarnation + 1, first.sequence),
        LogPosition(first.incarnation, first.sequence + 1),  # where the next incarnation followed
        LogPosition(first.incarnation, later.sequence),
    ):
        error = await feed.refused(FOLLOW, TRANSPORTS[0], after=id_cipher.feed_cursor(position))
        assert error["extensions"] == {"code": "CURSOR_TOO_OLD"}, position
    for position in (first, LogPosition(later.incarnation, first.sequence)):
        events = await replayed(feed, FOLLOW, after=id_cipher.feed_cursor(position))
        assert line(events[0]) == "RECORDED VIEW a"


async def test_a_cursor_from_before_an_upgrade_goes_on(
    database_url: str, clock: FixedClock
) -> None:
    """It is of what the database held before it knew incarnations, and of nothing later."""
    async with feeding(usual(database_url), clock) as feed:
        await feed.caller.outcomes(*views("a", "b"))
    await run(database_url, "DELETE FROM incarnations WHERE follows >= 0")
    (first,), (second,) = await run(database_url, "SELECT seq FROM interactions ORDER BY seq")

    async with feeding(usual(database_url), clock) as feed:
        await feed.caller.outcomes(*views("c"))

        for sequence, following in ((first, "bc"), (second, "c")):
            async with feed.subscribed(FOLLOW, after=older_cursor(sequence)) as subscriber:
                expected = [f"RECORDED VIEW {id}" for id in following]
                assert await subscriber.received(len(expected)) == expected
        for sequence in (second + 1, second + 2**42):
            error = await feed.refused(FOLLOW, TRANSPORTS[0], after=older_cursor(sequence))
            assert error["extensions"] == {"code": "CURSOR_TOO_OLD"}


def older_cursor(sequence: int) -> str:
    """A cursor as servers gave it out before there were incarnations."""
    id_cipher = IdCipher(Identity(SECRET).key("interaction ids"))
    return urlsafe_b64encode(id_cipher._seal(sequence, b"the feed")).decode()


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_after_what_was_pruned_a_cursor_is_too_old(feed: Feed, transport: str) -> None:
    """Never a silent gap: CURSOR_TOO_OLD, until after the last row that went."""
    start = await feed.cursor()
    await feed.caller.outcomes(*views("a", "b"))
    events = await replayed(feed, FOLLOW, after=start)  # which records one more
    end = await feed.cursor()
    feed.caller.clock.advance(91 * DAY_S)
    await feed.caller.outcomes(*views("c"))

    assert await feed.caller.data(PRUNE) == {"pruneInteractions": {"removed": 3}}

    for after in (start, events[0]["cursor"], events[1]["cursor"]):
        error = await feed.refused(FOLLOW, transport, after=after)
        assert error["extensions"] == {"code": "CURSOR_TOO_OLD"}
        assert error["message"] == (
            "what followed the cursor is no longer kept in full; read lists anew and go on from "
            "`feedCursor`"
        )
    async with feed.subscribed(FOLLOW, transport, after=end) as subscriber:
        assert await subscriber.received(1) == ["RECORDED VIEW c"]


async def test_pruning_disturbs_nobody_who_is_up_to_date(feed: Feed) -> None:
    """Who was told of all that goes is told of what comes."""
    async with feed.subscribed(FOLLOW, after=await feed.cursor()) as subscriber:
        await feed.caller.outcomes(*views("a", "b"))
        assert await subscriber.received(2) == ["RECORDED VIEW a", "RECORDED VIEW b"]
        feed.caller.clock.advance(91 * DAY_S)
        await feed.caller.data(PRUNE)
        await feed.caller.outcomes(*views("c"))

        assert await subscriber.received(1) == ["RECORDED VIEW c"]


async def test_a_cursor_outlives_the_server(database_url: str, clock: FixedClock) -> None:
    """What a server gave out, the next one over the same database goes on from."""
    async with feeding(usual(database_url), clock) as feed:
        start = await feed.cursor()
        await feed.caller.outcomes(*views("a", "b", "c"))
        async with feed.subscribed(FOLLOW, after=start) as subscriber:
            first = await subscriber.event()

    async with (
        feeding(usual(database_url), clock) as feed,
        feed.subscribed(FOLLOW, "post", after=first["cursor"]) as subscriber,
    ):
        await feed.caller.outcomes(*views("d"))
        assert await subscriber.received(3) == [f"RECORDED VIEW {post}" for post in "bcd"]
