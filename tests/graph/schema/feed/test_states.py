"""States on the feed whose turns come out of order, or after they were pruned or imported."""

from tests.support.live.feeds import Feed, line, replayed
from tests.support.pasts import choose

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type interaction { action target { id } occurredAt } }
}
"""
PRUNE = "mutation { pruneInteractions(input: {olderThanDays: 90}) { removed } }"
DAY_S = 86_400
FAVORITE = {"userId": "ann", "action": "FAVORITE", "postId": "p"}
LAST = {"userId": "ann", "action": "VIEW", "postId": "last"}


async def test_the_undo_of_a_pruned_state_is_told(feed: Feed) -> None:
    """A state outlives its row in the history; whoever holds it to be so is told its end."""
    async with feed.subscribed(FOLLOW, after=await feed.cursor()) as subscriber:
        await feed.caller.record(**FAVORITE)
        assert await subscriber.received(1) == ["RECORDED FAVORITE p"]
        feed.caller.clock.advance(91 * DAY_S)
        await feed.caller.data(PRUNE)
        start = await feed.cursor()

        assert await feed.caller.outcome(**FAVORITE) == "UNCHANGED"
        assert await feed.caller.outcome(**FAVORITE, undo=True) == "UNDONE"
        assert await feed.caller.outcome(**LAST) == "CREATED"

        assert await subscriber.received(2) == ["UNDONE FAVORITE p", "RECORDED VIEW last"]
    assert [line(event) for event in await replayed(feed, FOLLOW, after=start)] == [
        "UNDONE FAVORITE p",
        "RECORDED VIEW last",
    ]


async def test_the_opposite_of_a_pruned_state_ends_it(feed: Feed) -> None:
    """Both are told: that the old one is undone and that the new one holds."""
    more, less = ({**FAVORITE, "action": f"{word}_LIKE_THIS"} for word in ("MORE", "LESS"))
    await feed.caller.record(**more)
    feed.caller.clock.advance(91 * DAY_S)
    await feed.caller.data(PRUNE)

    async with feed.subscribed(FOLLOW, after=await feed.cursor()) as subscriber:
        await feed.caller.record(**less)

        assert await subscriber.received(2) == [
            "UNDONE MORE_LIKE_THIS p",
            "RECORDED LESS_LIKE_THIS p",
        ]


async def test_what_never_came_to_hold_is_not_told(feed: Feed) -> None:
    """A record that an undo or an opposite had overtaken before it arrived changes nothing."""
    more, less = ({**FAVORITE, "action": f"{word}_LIKE_THIS"} for word in ("MORE", "LESS"))
    ten, eleven = ({"occurredAt": f"2026-11-20T{hour}:00:00Z"} for hour in (10, 11))

    async with feed.subscribed(FOLLOW, after=await feed.cursor()) as subscriber:
        assert await feed.caller.outcome(**less, **eleven) == "CREATED"
        await feed.caller.outcome(**more, **ten)
        await feed.caller.outcome(**FAVORITE, **eleven, undo=True)
        await feed.caller.outcome(**FAVORITE, **ten)
        await feed.caller.outcome(**LAST)

        assert await subscriber.received(2) == ["RECORDED LESS_LIKE_THIS p", "RECORDED VIEW last"]


async def test_a_state_that_was_undone_before_it_was_recorded_is_told(feed: Feed) -> None:
    """Also where nothing else was recorded in between, live and to who reads on from there."""
    await feed.caller.outcome(**FAVORITE, undo=True)
    start = await feed.cursor()
    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        assert await feed.caller.outcome(**FAVORITE) == "CREATED"

        assert await subscriber.received(1) == ["RECORDED FAVORITE p"]
    assert [line(event) for event in await replayed(feed, FOLLOW, after=start)] == [
        "RECORDED FAVORITE p"
    ]


async def test_a_state_that_comes_to_hold_late_is_told_with_its_own_instant(feed: Feed) -> None:
    """Records and undos are told as they arrive; the instant is that of when it came to hold."""
    turns = (("10", False, 1), ("12", True, 1), ("11", False, 0), ("11", True, 0))
    told = []

    async with feed.subscribed(FOLLOW, after=await feed.cursor()) as subscriber:
        for hour, undo, events in turns:
            at = f"2026-11-20T{hour}:00:00Z"
            await feed.caller.outcome(**FAVORITE, undo=undo, occurredAt=at)
            told += await subscriber.events(events)
        await feed.caller.outcome(**LAST)
        told += await subscriber.events(1)

    assert [line(event) for event in told] == [
        "RECORDED FAVORITE p",
        "UNDONE FAVORITE p",
        "RECORDED VIEW last",
    ]
    assert told[0]["interaction"]["occurredAt"] == "2026-11-20T10:00:00.000000Z"


async def test_who_goes_from_limited_to_full_is_told_of_from_then_on(feed: Feed) -> None:
    """What was LIMITED stays untold, an undo of it included."""
    await choose(feed.caller, userId="ann", level="LIMITED")
    start = await feed.cursor()

    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        assert await feed.caller.outcome(**FAVORITE) == "AGGREGATED"
        await choose(feed.caller, userId="ann", level="FULL")
        await feed.caller.outcome(**{**FAVORITE, "postId": "q"})

        assert await subscriber.received(1) == ["RECORDED FAVORITE q"]
