"""Sharing: an event is executed once for all whose answers to it are the same, and for no other."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from resolvers.errors import CursorTooOld
from tests.durability.server import until
from tests.graph.feed.feeds import TRANSPORTS
from tests.graph.transport.leading import Led, leading
from tests.graph.transport.streams import CANARY

TICKS = """
subscription Ticks($wish: String! = "all", $after: Int, $plus: Int! = 0) {
  ticks(wish: $wish, after: $after) { told(plus: $plus) }
}
"""


@pytest.fixture
async def led() -> Any:
    """A server of what a test leads."""
    async with leading() as led:
        yield led


async def numbers(client: Any, count: int) -> list[int]:
    """The next numbers that a client is told."""
    return [event["told"] for event in await client.events(count)]


async def test_an_event_is_executed_once_for_all_who_ask_alike(led: Led) -> None:
    """However many they are, whichever transport they came by, and whoever of one audience."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                led.subscribed(TICKS, TRANSPORTS[number % 3], who=f"a{number}")
            )
            for number in range(30)
        ]
        led.lead.tell(3)

        told = [await numbers(client, 3) for client in clients]

    assert told == [[1, 2, 3]] * 30
    assert led.lead.executed == [1, 2, 3]


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
    led: Led, query: str, who: str, variables: dict[str, Any]
) -> None:
    """A variable within the selection, the audience and the text of the document tell apart."""
    async with led.subscribed(TICKS) as one, led.subscribed(query, who=who, **variables) as other:
        led.lead.tell(2)

        assert await numbers(one, 2) == [1, 2]
        assert await numbers(other, 2) == [
            1 + variables.get("plus", 0),
            2 + variables.get("plus", 0),
        ]

    assert sorted(led.lead.executed) == [1, 1, 2, 2]


async def test_a_variable_left_out_is_not_one_that_is_null(led: Led) -> None:
    """Left out, it has its default; null is null: whoever differs in that shares nothing."""
    query = "subscription ($plus: Int = 10) { ticks { told(plus: $plus) } }"
    async with led.subscribed(query) as one, led.subscribed(query, plus=None) as other:
        led.lead.tell()

        assert await numbers(one, 1) == [11]
        assert await numbers(other, 1) == [1]


async def test_arguments_of_the_root_alone_keep_nobody_apart(led: Led) -> None:
    """Each gets what it wished for, after where it left off, and all of it is executed once."""
    led.lead.tell(4)
    async with (
        led.subscribed(TICKS, wish="odd") as odd,
        led.subscribed(TICKS, wish="even") as even,
        led.subscribed(TICKS) as all_of_them,
        led.subscribed(TICKS, after=2) as late,
    ):
        assert await numbers(late, 2) == [3, 4]
        led.lead.executed.clear()
        led.lead.tell(4)

        assert await numbers(odd, 2) == [5, 7]
        assert await numbers(even, 2) == [6, 8]
        assert await numbers(all_of_them, 4) == [5, 6, 7, 8]
        assert await numbers(late, 4) == [5, 6, 7, 8]

    assert led.lead.executed == [5, 6, 7, 8]


async def test_what_everyone_wishes_for_is_followed_no_longer_once_all_have_left(led: Led) -> None:
    """A wish goes with the last who had it, and the following with the last of all."""
    async with led.subscribed(TICKS, wish="odd") as one:
        async with led.subscribed(TICKS, wish="even"):
            (follower,) = led.lead.followers
            assert follower.wishes == {"odd", "even"}
        await until(lambda: follower.wishes == {"odd"})
        led.lead.tell(2)
        assert await numbers(one, 1) == [1]
    await until(lambda: led.lead.followers == [])

    async with led.subscribed(TICKS) as again:
        led.lead.tell()
        assert await numbers(again, 1) == [3]


async def test_who_begins_a_channel_may_leave_it(led: Led) -> None:
    """The others go on with what it was executed by."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(led.subscribed(TICKS, who="a1"))
        async with led.subscribed(TICKS, who="a2") as other:
            led.lead.tell()
            assert await numbers(first, 1) == await numbers(other, 1) == [1]
            await stack.aclose()
            await until(lambda: len(led.engine.streams) == 1)
            led.lead.tell()

            assert await numbers(other, 1) == [2]


async def test_a_fault_in_one_event_is_told_to_all_and_ends_nothing(led: Led) -> None:
    """The event is a result with a masked error; the next one comes as usual."""
    query = "subscription { ticks { number wrong } }"
    async with led.subscribed(query) as one, led.subscribed(query, "post") as other:
        led.lead.tell(2)
        for client in (one, other):
            for _ in range(2):
                payload = await client.payload()

                assert payload["data"] is None
                assert [each["extensions"]["code"] for each in payload["errors"]] == ["INTERNAL"]
                assert CANARY not in str(payload)


async def test_an_origin_that_breaks_off_ends_all_who_follow_it(led: Led) -> None:
    """They get its error after what was told before it; whoever subscribes then begins anew."""
    async with led.subscribed(TICKS) as one, led.subscribed(TICKS, "post") as other:
        led.lead.tell(2)
        led.lead.fail(CursorTooOld())
        for client in (one, other):
            assert await numbers(client, 2) == [1, 2]
            (error,) = await client.errors()
            assert error["extensions"] == {"code": "CURSOR_TOO_OLD"}

    async with led.subscribed(TICKS) as again:
        led.lead.tell()
        assert await numbers(again, 1) == [3]


async def test_a_fault_of_an_origin_is_masked(led: Led, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever follows learns that something went wrong, and the log what."""
    async with led.subscribed(TICKS) as client:
        led.lead.fail(RuntimeError(CANARY))
        (error,) = await client.errors()

    assert error["extensions"]["code"] == "INTERNAL"
    assert CANARY not in str(error)
    assert CANARY in caplog.text
