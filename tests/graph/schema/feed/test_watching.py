"""`postStats` and `engagementScore`: told when something counts, coalesced, the last always."""

import asyncio
import time
from typing import Any

import pytest

from models.vocabulary import PrivacyLevel
from tests.support.levels import set_level
from tests.support.live.feeds import TRANSPORTS, Feed, Subscriber
from tests.support.pasts import alias, choose, erase
from tests.support.serving import SECRET

pytestmark = pytest.mark.either_database

STATS = """
subscription Stats($ids: [ID!]!, $initial: Boolean! = false) {
  postStats(ids: $ids, initial: $initial) { postId counts { action count } }
}
"""
SCORE = """
subscription Score($id: ID, $alias: ID, $initial: Boolean! = false) {
  engagementScore(id: $id, alias: $alias, initial: $initial) {
    user { alias } score components { action count }
  }
}
"""
A_SECOND = 10  # events of one subject
VIEW = {"userId": "ann", "action": "VIEW", "postId": "p"}
FAVORITE = {**VIEW, "action": "FAVORITE"}


def counts(event: dict[str, Any]) -> dict[str, int]:
    found = event["counts"] if "counts" in event else event["components"]
    return {each["action"]: each["count"] for each in found}


async def first(subscriber: Subscriber) -> dict[str, int]:
    """The counts that a subscription begins with: from now on it tells whatever counts."""
    return counts(await subscriber.event())


async def told_at_last(subscriber: Subscriber, expected: dict[str, int]) -> int:
    """Return when counts are as expected, which must come; after how many events."""
    events = 1
    while counts(await subscriber.event()) != expected:
        events += 1
    return events


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_post_s_stats_move_with_what_is_done_to_it(feed: Feed, transport: str) -> None:
    """Each record and undo that counts is told, and nothing of other posts."""
    async with feed.subscribed(STATS, transport, ids=["p", "q"], initial=True) as subscriber:
        initial = await subscriber.events(2)
        told = []
        for input in (VIEW, FAVORITE, {**FAVORITE, "undo": True}, {**VIEW, "postId": "q"}):
            await feed.caller.record(**{**input, "postId": "another"})
            await feed.caller.record(**input)
            told.append(await subscriber.event())

    assert [(event["postId"], counts(event)) for event in initial] == [("p", {}), ("q", {})]
    assert [(event["postId"], counts(event)) for event in told] == [
        ("p", {"VIEW": 1}),
        ("p", {"FAVORITE": 1, "VIEW": 1}),
        ("p", {"VIEW": 1}),
        ("q", {"VIEW": 1}),
    ]


async def test_without_initial_the_first_news_come_first(feed: Feed) -> None:
    """A subscription begins with what happens, unless it asks for what is so already."""
    await feed.caller.record(**VIEW)

    async with feed.subscribed(STATS, ids=["p"]) as subscriber:
        told = asyncio.create_task(subscriber.event())
        views = 1
        while not told.done():
            await feed.caller.record(**VIEW)
            views += 1
            await asyncio.wait([told], timeout=0.2)

    assert 1 < counts(told.result())["VIEW"] <= views


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_user_s_score_moves_with_what_it_does(feed: Feed, transport: str) -> None:
    """By id or by alias; what others do to the same post is not told."""
    for name in ({"id": "ann"}, {"alias": alias("ann")}):
        async with feed.subscribed(SCORE, transport, initial=True, **name) as subscriber:
            before = await first(subscriber)
            await feed.caller.record(**{**FAVORITE, "userId": "bob"})
            await feed.caller.record(userId="ann", action="REPLY", postId="p")
            event = await subscriber.event()

        assert event["user"] == {"alias": alias("ann")}
        assert counts(event) == {"REPLY": before.get("REPLY", 0) + 1}
        assert event["score"] == pytest.approx(6 * counts(event)["REPLY"])


async def test_what_limited_users_do_moves_stats_and_nothing_else(feed: Feed) -> None:
    """It counts, though no row tells of it; a NONE user's does not."""
    for user, level in (("lea", "LIMITED"), ("nora", "NONE")):
        await set_level(feed.caller.url, SECRET, user, PrivacyLevel[level])

    async with (
        feed.subscribed(STATS, ids=["p"], initial=True) as stats,
        feed.subscribed(SCORE, id="lea", initial=True) as score,
    ):
        await first(stats)
        await first(score)
        for input, expected in (
            (FAVORITE, {"FAVORITE": 1}),
            (VIEW, {"FAVORITE": 1, "VIEW": 1}),
            ({**FAVORITE, "undo": True}, {"VIEW": 1}),
        ):
            await feed.caller.record(**{**input, "userId": "nora"})
            await feed.caller.record(**{**input, "userId": "lea"})
            assert counts(await stats.event()) == expected
        await set_level(feed.caller.url, SECRET, "lea", PrivacyLevel.FULL)
        await feed.caller.record(**{**VIEW, "userId": "lea"})

        assert counts(await stats.event()) == {"VIEW": 2}
        assert await first(score) == {"VIEW": 1}


@pytest.mark.parametrize("how", ["erase", "NONE"])
async def test_what_is_taken_out_is_told(feed: Feed, how: str) -> None:
    """Erasing and lowering to NONE move the stats of posts and the user's own score."""
    await feed.caller.outcomes(FAVORITE, VIEW, {**FAVORITE, "userId": "bob"})

    async with (
        feed.subscribed(STATS, ids=["p"], initial=True) as stats,
        feed.subscribed(SCORE, id="ann", initial=True) as score,
    ):
        assert await first(stats) == {"FAVORITE": 2, "VIEW": 1}
        assert await first(score) == {"FAVORITE": 1, "VIEW": 1}
        if how == "erase":
            await erase(feed.caller, userId="ann", confirm=True)
        else:
            await choose(feed.caller, userId="ann", level="NONE")

        await told_at_last(stats, {"FAVORITE": 1})
        await told_at_last(score, {})


async def test_lowering_to_limited_takes_the_score_alone(feed: Feed) -> None:
    """The user's score goes; the post's stats stay."""
    await feed.caller.outcomes(FAVORITE, VIEW)

    async with (
        feed.subscribed(STATS, ids=["p"], initial=True) as stats,
        feed.subscribed(SCORE, id="ann", initial=True) as score,
    ):
        await first(stats)
        await first(score)
        await choose(feed.caller, userId="ann", level="LIMITED")
        await told_at_last(score, {})
        await feed.caller.record(**{**VIEW, "userId": "bob"})

        assert await told_at_last(stats, {"FAVORITE": 1, "VIEW": 2}) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("level", ["FULL", "LIMITED"])
async def test_a_burst_is_told_ten_times_a_second_and_its_end_always(
    feed: Feed, level: str
) -> None:
    """Of 300 records at once each subscriber gets some values, never back, and the last one."""
    users = [f"user {number}" for number in range(300)]
    for user in users if level == "LIMITED" else ():
        await set_level(feed.caller.url, SECRET, user, PrivacyLevel.LIMITED)
    arrived: list[tuple[float, int]] = []

    async with feed.subscribed(STATS, ids=["p"], initial=True) as subscriber:
        await first(subscriber)

        async def follow() -> None:
            while not arrived or arrived[-1][1] < 300:
                event = await subscriber.event()
                arrived.append((time.monotonic(), counts(event)["VIEW"]))

        following = asyncio.create_task(follow())
        limit = asyncio.Semaphore(20)

        async def record(user: str) -> None:
            async with limit:
                await feed.caller.record(**{**VIEW, "userId": user})

        await asyncio.gather(*map(record, users))
        await following

    values = [value for _, value in arrived]
    assert values == sorted(values)
    seconds = arrived[-1][0] - arrived[0][0]
    assert len(arrived) <= A_SECOND * seconds + 2


async def test_each_subject_has_a_rate_of_its_own(feed: Feed) -> None:
    """A busy post does not keep a quiet one waiting: both are told of within a second."""
    async with feed.subscribed(STATS, ids=["busy", "quiet"], initial=True) as subscriber:
        await subscriber.events(2)
        begun = time.monotonic()
        for _ in range(5):
            await feed.caller.outcomes(*({**VIEW, "postId": "busy"} for _ in range(20)))
        await feed.caller.record(**{**VIEW, "postId": "quiet"})
        while (await subscriber.event())["postId"] != "quiet":
            pass

    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    ("query", "variables", "argument"),
    [
        (STATS, {"ids": [""]}, "ids"),
        (STATS, {"ids": ["p", "a\nb"]}, "ids"),
        (STATS, {"ids": ["p" * 256]}, "ids"),
        (STATS, {"ids": [f"p{number}" for number in range(101)]}, "ids"),
        (SCORE, {}, "id"),
        (SCORE, {"id": "ann", "alias": f"u_{'0' * 32}"}, "id"),
        (SCORE, {"id": ""}, "id"),
        (SCORE, {"alias": "ann"}, "alias"),
    ],
    ids=["empty", "control", "long", "101", "neither", "both", "no user", "no alias"],
)
async def test_ids_that_cannot_be_are_refused(
    feed: Feed, transport: str, query: str, variables: dict[str, Any], argument: str
) -> None:
    """BAD_USER_INPUT names the argument."""
    error = await feed.refused(query, transport, **variables)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


async def test_a_hundred_posts_may_be_watched_at_once(feed: Feed) -> None:
    """Each is told of; an id that is named twice begins once."""
    ids = [f"p{number}" for number in range(99)] + ["p0"]

    async with feed.subscribed(STATS, ids=ids, initial=True) as subscriber:
        initial = await subscriber.events(99)
        await feed.caller.outcomes(*({**VIEW, "postId": id} for id in ids[:99]))
        told = await subscriber.events(99)

    assert [event["postId"] for event in initial] == ids[:99]
    assert sorted(event["postId"] for event in told) == sorted(ids[:99])
    assert {event["counts"][0]["count"] for event in told} == {1}


async def test_who_watches_nothing_disturbs_nobody(feed: Feed) -> None:
    """An empty list tells nothing, whoever shares its document comes and goes."""
    async with feed.subscribed(STATS, ids=[]) as nothing:
        waiting = asyncio.create_task(nothing.payload())
        for number in range(1, 4):
            async with feed.subscribed(STATS, ids=["p"], initial=True) as subscriber:
                await first(subscriber)
                await feed.caller.record(**VIEW)
                assert await first(subscriber) == {"VIEW": number}
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
