"""Allowances: how many subscriptions a caller may have under way, and that each is given back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from resolvers.errors import CursorTooOld
from tests.durability.server import until, until_awaited
from tests.graph.feed.feeds import TRANSPORTS
from tests.graph.transport.leading import Led, leading
from tests.graph.transport.streams import soon

TICKS = 'subscription { ticks(wish: "all") { number } }'
MOST = 3


@pytest.fixture
async def led() -> AsyncIterator[Led]:
    """A server that lets each caller have three subscriptions at once."""
    async with leading(most=MOST) as led:
        yield led


async def may_subscribe(led: Led) -> bool:
    """Whether one more subscription of the caller would begin."""
    joined = led.lead.joined
    async with led.opened(TICKS, vanishes=True) as client:
        answer = asyncio.create_task(client.payload())
        await until(lambda: answer.done() or led.lead.joined > joined)
        answer.cancel()
        await asyncio.wait([answer])
        return led.lead.joined > joined


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_one_more_than_is_allowed_is_overloaded(led: Led, transport: str) -> None:
    """Whichever transports the others came by; another caller has an allowance of its own."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(led.subscribed(TICKS, each)) for each in TRANSPORTS
        ]
        async with led.opened(TICKS, transport) as refused:
            (error,) = await refused.errors()
        other = await stack.enter_async_context(led.subscribed(TICKS, transport, who="b"))
        led.lead.tell()

        assert error["extensions"] == {"code": "OVERLOADED"}
        assert error["message"] == ("3 subscriptions of this caller are under way, as many as may")
        for client in (*clients, other):
            assert await client.event() == {"number": 1}


async def test_queries_need_no_allowance(led: Led) -> None:
    """What is no subscription is answered, however many are under way."""
    led.lead.may_answer.set()
    async with AsyncExitStack() as stack:
        for _ in range(MOST):
            await stack.enter_async_context(led.subscribed(TICKS))
        async with led.opened("{ answer }") as client:
            assert await client.payload() == {"data": {"answer": 1}}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("end", ["leave", "vanish", "break off", "refuse"])
async def test_an_allowance_is_given_back_however_a_subscription_ends(
    led: Led, transport: str, end: str
) -> None:
    """When its client leaves or vanishes, when its origin breaks off, and when it never began."""
    for _ in range(2 * MOST):
        if end == "refuse":
            query = 'subscription { ticks(wish: "nothing") { number } }'
            async with led.opened(query, transport) as client:
                (error,) = await client.errors()
                assert error["extensions"]["code"] == "BAD_USER_INPUT"
            continue
        joined = led.lead.joined
        async with led.opened(TICKS, transport, vanishes=end == "vanish") as client:
            first = asyncio.create_task(client.payload())
            await until(lambda joined=joined: led.lead.joined > joined)  # type: ignore[misc]
            led.lead.tell()
            await soon(first)
            if end == "break off":
                led.lead.fail(CursorTooOld())
                await client.errors()
        await until_awaited(lambda: may_subscribe(led))


async def test_an_allowance_is_given_back_when_an_operation_is_completed(led: Led) -> None:
    """A client's `complete` is enough; its socket may stay."""
    async with led.socket() as socket:
        for number in range(3 * MOST):
            await socket.subscribe(str(number), TICKS)
            await until(lambda number=number: led.lead.joined > number)  # type: ignore[misc]
            await socket.send(id=str(number), type="complete")


async def test_all_of_a_socket_s_allowances_are_given_back_with_it(led: Led) -> None:
    """However many operations it held."""
    for _ in range(2):
        async with led.socket() as socket:
            joined = led.lead.joined
            for number in range(MOST):
                await socket.subscribe(str(number), TICKS)
            await until(lambda joined=joined: led.lead.joined == joined + MOST)  # type: ignore[misc]
            assert not await may_subscribe(led)
            socket.vanish()
        await until_awaited(lambda: may_subscribe(led))
        await until(lambda: led.lead.followers == [])
