"""Filters of the subscription `interactions`: what passes, as it happens and in a replay alike."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.support.live.feeds import TRANSPORTS, Feed, Subscriber
from tests.support.pasts import alias

pytestmark = pytest.mark.either_database

FOLLOW = """
subscription Follow($filter: InteractionFilter, $after: String) {
  interactions(filter: $filter, after: $after) {
    type interaction { action target { id } context { metadata } }
  }
}
"""
#: What happens, each known by its letter: who, what, to what, and in which context.
HAPPENED: dict[str, dict[str, Any]] = {
    "a": {"userId": "ann", "action": "VIEW", "postId": "p", "context": {"source": "home"}},
    "b": {"userId": "bob", "action": "VIEW", "postId": "q", "context": {"source": "search"}},
    "c": {"userId": "ann", "action": "REPLY", "postId": "q", "context": {"recommended": True}},
    "d": {"userId": "cid", "action": "SHARE", "postId": "p"},
    "e": {"userId": "bob", "action": "HASHTAG_USE", "target": {"kind": "HASHTAG", "id": "p"}},
    "f": {"userId": "ann", "action": "SEARCH", "target": {"kind": "QUERY", "id": "cats"}},
    "g": {
        "userId": "bob",
        "action": "CLICK",
        "postId": "p",
        "occurredAt": "2026-11-20T11:00:00Z",
        "context": {"source": "home", "recommended": True},
    },
}
BOB, ANN = alias("bob"), alias("ann")
FILTERS: list[tuple[dict[str, Any] | None, str]] = [
    (None, "abcdefg"),
    ({}, "abcdefg"),
    ({"actions": ["VIEW", "HASHTAG_USE"]}, "abe"),
    ({"actions": []}, ""),
    ({"families": ["CREATION", "DISCOVERY"]}, "ef"),
    ({"families": ["ENGAGEMENT"], "actions": ["VIEW", "SEARCH"]}, "ab"),
    ({"families": ["NEGATIVE"], "actions": ["VIEW"]}, ""),
    ({"postIds": ["p"]}, "adg"),
    ({"postIds": ["p", "q", "no such post"]}, "abcdg"),
    ({"targetKinds": ["POST"]}, "abcdg"),
    ({"targetKinds": ["HASHTAG", "QUERY"]}, "ef"),
    ({"targetKinds": ["HASHTAG"], "postIds": ["p"]}, ""),
    ({"userAliases": [ANN]}, "acf"),
    ({"userAliases": [ANN, BOB, f"u_{'0' * 32}"]}, "abcefg"),
    ({"userAliases": []}, ""),
    ({"sources": ["home", "nowhere"]}, "ag"),
    ({"recommended": True}, "cg"),
    ({"recommended": False}, "abdef"),
    ({"since": "2026-11-20T12:00:00Z"}, "abcdef"),
    ({"since": "2026-11-20T12:00:00.000001Z"}, ""),
    ({"until": "2026-11-20T12:00:00Z"}, "g"),
    ({"since": "2026-11-20T11:00:00Z", "until": "2026-11-20T11:00:00.000001Z"}, "g"),
    ({"userAliases": [ANN], "postIds": ["q"], "recommended": True}, "c"),
    ({"userAliases": [BOB], "sources": ["home"], "families": ["ENGAGEMENT"]}, "g"),
    ({"userAliases": [BOB], "recommended": True, "since": "2026-11-20T12:00:00Z"}, ""),
]


Letters = list[str]


async def happen(feed: Feed, round: str) -> None:
    """Let everything happen, in one batch; metadata tell what of which round it is."""
    inputs = [
        {**input, "context": {**input.get("context", {}), "metadata": f"{round}{letter}"}}
        for letter, input in HAPPENED.items()
    ]
    assert set(await feed.caller.outcomes(*inputs)) == {"CREATED"}


async def letters(subscriber: Subscriber, count: int) -> Letters:
    """What so many events are about, by round and letter, user by user."""
    events = await subscriber.events(count)
    return by_user([event["interaction"]["context"]["metadata"] for event in events])


def passing(expected: str, *rounds: str) -> Letters:
    return by_user([f"{round}{letter}" for round in rounds for letter in expected])


def by_user(letters: Letters) -> Letters:
    """Each user's in their order, which is all that the feed promises."""
    return sorted(letters, key=lambda each: str(HAPPENED[each[-1]]["userId"]))


async def test_each_filter_lets_pass_what_fulfils_all_of_it(feed: Feed) -> None:
    """Twice the same happens: between what passes the first time and the second comes no more."""
    start = await feed.cursor()
    async with AsyncExitStack() as stack:
        subscribers = [
            await stack.enter_async_context(feed.subscribed(FOLLOW, filter=filter, after=start))
            for filter, _ in FILTERS
        ]
        for round in ("1", "2"):
            await happen(feed, round)

        live = [
            await letters(subscriber, 2 * len(expected))
            for subscriber, (_, expected) in zip(subscribers, FILTERS, strict=True)
        ]

    assert live == [passing(expected, "1", "2") for _, expected in FILTERS]


async def test_a_replay_is_filtered_alike(feed: Feed) -> None:
    """What happened before a subscription goes by the same conditions, and so does what follows."""
    start = await feed.cursor()
    for round in ("1", "2"):
        await happen(feed, round)

    async with AsyncExitStack() as stack:
        subscribers = [
            await stack.enter_async_context(feed.subscribed(FOLLOW, filter=filter, after=start))
            for filter, _ in FILTERS
        ]
        replays = [
            await letters(subscriber, 2 * len(expected))
            for subscriber, (_, expected) in zip(subscribers, FILTERS, strict=True)
        ]
        await happen(feed, "3")
        live = [
            await letters(subscriber, len(expected))
            for subscriber, (_, expected) in zip(subscribers, FILTERS, strict=True)
        ]

    assert replays == [passing(expected, "1", "2") for _, expected in FILTERS]
    assert live == [passing(expected, "3") for _, expected in FILTERS]


@pytest.mark.parametrize(
    ("filter", "argument"),
    [
        ({"postIds": [""]}, "filter.postIds"),
        ({"postIds": [f"p{number}" for number in range(101)]}, "filter.postIds"),
        ({"userAliases": ["ann"]}, "filter.userAliases"),
        (
            {"since": "2026-11-20T12:00:00Z", "until": "2026-11-20T11:00:00Z"},
            "filter.since",
        ),
    ],
    ids=["an id", "many ids", "an alias", "an end before its beginning"],
)
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_filter_that_cannot_be_is_refused(
    feed: Feed, transport: str, filter: dict[str, Any], argument: str
) -> None:
    """BAD_USER_INPUT names what of it, and nothing is followed."""
    error = await feed.refused(FOLLOW, transport, filter=filter)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


async def test_filters_by_sources_alone_are_for_the_feed_too(feed: Feed) -> None:
    """Unlike a global list, a subscription need not search: it may ask for sources alone."""
    async with feed.subscribed(
        FOLLOW, filter={"sources": ["home"]}, after=await feed.cursor()
    ) as subscriber:
        await happen(feed, "1")

        assert await letters(subscriber, 2) == passing("ag", "1")
