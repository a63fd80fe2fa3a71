"""Sharing: an event is executed once for all whose answers to it are the same, and for no other."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from resolvers.errors import CursorTooOld
from tests.support.durability.server import until
from tests.support.live.feeds import TRANSPORTS
from tests.support.live.streams import CANARY
from tests.support.live.ticking import Ticking, serving_ticker

TICKS = """
subscription Ticks($topic: String! = "all", $after: Int, $plus: Int! = 0) {
  ticks(topic: $topic, after: $after) { shown(plus: $plus) }
}
"""


@pytest.fixture
async def server() -> Any:
    """A server of what a test leads."""
    async with serving_ticker() as server:
        yield server


async def numbers(client: Any, count: int) -> list[int]:
    """The next numbers that a client receives."""
    return [event["shown"] for event in await client.events(count)]


async def test_an_event_is_executed_once_for_all_who_ask_alike(server: Ticking) -> None:
    """However many they are, whichever transport they came by, and whoever of one audience."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                server.subscribed(TICKS, TRANSPORTS[number % 3], who=f"a{number}")
            )
            for number in range(30)
        ]
        server.ticker.tick(3)

        received = [await numbers(client, 3) for client in clients]

    assert received == [[1, 2, 3]] * 30
    assert server.ticker.executed == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "who", "variables"),
    [
        (TICKS, "a", {"plus": 10}),
        (TICKS, "b", {}),
        (TICKS + "\n", "a", {}),
    ],
    ids=["another variable", "another audience", "another document"],
)
async def test_whoever_may_see_another_answer_has_it_executed_anew(
    server: Ticking, query: str, who: str, variables: dict[str, Any]
) -> None:
    """A variable within the selection, the audience and the text of the document tell apart."""
    async with (
        server.subscribed(TICKS) as one,
        server.subscribed(query, who=who, **variables) as other,
    ):
        server.ticker.tick(2)

        assert await numbers(one, 2) == [1, 2]
        assert await numbers(other, 2) == [
            1 + variables.get("plus", 0),
            2 + variables.get("plus", 0),
        ]

    assert sorted(server.ticker.executed) == [1, 1, 2, 2]


async def test_a_variable_left_out_is_not_one_that_is_null(server: Ticking) -> None:
    """Left out, it has its default; null is null: whoever differs in that shares nothing."""
    query = "subscription ($plus: Int = 10) { ticks { shown(plus: $plus) } }"
    async with server.subscribed(query) as one, server.subscribed(query, plus=None) as other:
        server.ticker.tick()

        assert await numbers(one, 1) == [11]
        assert await numbers(other, 1) == [1]


async def test_arguments_of_the_root_alone_keep_nobody_apart(server: Ticking) -> None:
    """Each gets its own topic, after where it left off, and all of it is executed once."""
    server.ticker.tick(4)
    async with (
        server.subscribed(TICKS, topic="odd") as odd,
        server.subscribed(TICKS, topic="even") as even,
        server.subscribed(TICKS) as all_of_them,
        server.subscribed(TICKS, after=2) as late,
    ):
        assert await numbers(late, 2) == [3, 4]
        server.ticker.executed.clear()
        server.ticker.tick(4)

        assert await numbers(odd, 2) == [5, 7]
        assert await numbers(even, 2) == [6, 8]
        assert await numbers(all_of_them, 4) == [5, 6, 7, 8]
        assert await numbers(late, 4) == [5, 6, 7, 8]

    assert server.ticker.executed == [5, 6, 7, 8]


async def test_a_source_is_followed_no_longer_once_all_have_left(server: Ticking) -> None:
    """A topic ends with its last subscriber, and the channel with the last of all."""
    async with server.subscribed(TICKS, topic="odd") as one:
        async with server.subscribed(TICKS, topic="even"):
            (follower,) = server.ticker.followers
            assert follower.topics == {"odd", "even"}
        await until(lambda: follower.topics == {"odd"})
        server.ticker.tick(2)
        assert await numbers(one, 1) == [1]
    await until(lambda: server.ticker.followers == [])

    async with server.subscribed(TICKS) as again:
        server.ticker.tick()
        assert await numbers(again, 1) == [3]


async def test_who_begins_a_channel_may_leave_it(server: Ticking) -> None:
    """The others go on with what it was executed by."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(server.subscribed(TICKS, who="a1"))
        async with server.subscribed(TICKS, who="a2") as other:
            server.ticker.tick()
            assert await numbers(first, 1) == await numbers(other, 1) == [1]
            await stack.aclose()
            await until(lambda: len(server.engine.streams) == 1)
            server.ticker.tick()

            assert await numbers(other, 1) == [2]


async def test_a_fault_in_one_event_is_told_to_all_and_ends_nothing(server: Ticking) -> None:
    """The event is a result with a masked error; the next one comes as usual."""
    query = "subscription { ticks { number wrong } }"
    async with server.subscribed(query) as one, server.subscribed(query, "post") as other:
        server.ticker.tick(2)
        for client in (one, other):
            for _ in range(2):
                payload = await client.payload()

                assert payload["data"] is None
                assert [each["extensions"]["code"] for each in payload["errors"]] == ["INTERNAL"]
                assert CANARY not in str(payload)


async def test_an_origin_that_breaks_off_ends_all_who_follow_it(server: Ticking) -> None:
    """They get its error after what came before it; whoever subscribes then begins anew."""
    async with server.subscribed(TICKS) as one, server.subscribed(TICKS, "post") as other:
        server.ticker.tick(2)
        server.ticker.fail(CursorTooOld())
        for client in (one, other):
            assert await numbers(client, 2) == [1, 2]
            (error,) = await client.errors()
            assert error["extensions"] == {"code": "CURSOR_TOO_OLD"}

    async with server.subscribed(TICKS) as again:
        server.ticker.tick()
        assert await numbers(again, 1) == [3]


async def test_a_fault_of_a_source_is_masked(
    server: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever follows learns that something went wrong, and the log what."""
    async with server.subscribed(TICKS) as client:
        server.ticker.fail(RuntimeError(CANARY))
        (error,) = await client.errors()

    assert error["extensions"]["code"] == "INTERNAL"
    assert CANARY not in str(error)
    assert CANARY in caplog.text
