"""Allowances: how many subscriptions a caller may have under way, and that each is given back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from resolvers.errors import CursorTooOld
from tests.support.durability.server import until, until_awaited
from tests.support.live.feeds import TRANSPORTS
from tests.support.live.streams import soon
from tests.support.live.ticking import Ticking, serving_ticker

TICKS = 'subscription { ticks(topic: "all") { number } }'
MOST = 3


@pytest.fixture
async def server() -> AsyncIterator[Ticking]:
    """A server that lets each caller have three subscriptions at once."""
    async with serving_ticker(most=MOST) as server:
        yield server


async def may_subscribe(server: Ticking) -> bool:
    """Whether one more subscription of the caller would begin."""
    joined = server.ticker.joined
    async with server.opened(TICKS, vanishes=True) as client:
        answer = asyncio.create_task(client.payload())
        await until(lambda: answer.done() or server.ticker.joined > joined)
        answer.cancel()
        await asyncio.wait([answer])
        return server.ticker.joined > joined


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_one_more_than_is_allowed_is_overloaded(server: Ticking, transport: str) -> None:
    """Whichever transports the others came by; another caller has an allowance of its own."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(server.subscribed(TICKS, each)) for each in TRANSPORTS
        ]
        async with server.opened(TICKS, transport) as refused:
            (error,) = await refused.errors()
        other = await stack.enter_async_context(server.subscribed(TICKS, transport, who="b"))
        server.ticker.tick()

        assert error["extensions"] == {"code": "OVERLOADED"}
        assert error["message"] == ("3 subscriptions of this caller are under way, as many as may")
        for client in (*clients, other):
            assert await client.event() == {"number": 1}


async def test_queries_need_no_allowance(server: Ticking) -> None:
    """What is no subscription is answered, however many are under way."""
    server.ticker.may_answer.set()
    async with AsyncExitStack() as stack:
        for _ in range(MOST):
            await stack.enter_async_context(server.subscribed(TICKS))
        async with server.opened("{ answer }") as client:
            assert await client.payload() == {"data": {"answer": 1}}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("end", ["leave", "vanish", "break off", "refuse"])
async def test_an_allowance_is_given_back_however_a_subscription_ends(
    server: Ticking, transport: str, end: str
) -> None:
    """When its client leaves or vanishes, when its origin breaks off, and when it never began."""
    for _ in range(2 * MOST):
        if end == "refuse":
            query = 'subscription { ticks(topic: "nothing") { number } }'
            async with server.opened(query, transport) as client:
                (error,) = await client.errors()
                assert error["extensions"]["code"] == "BAD_USER_INPUT"
            continue
        joined = server.ticker.joined
        async with server.opened(TICKS, transport, vanishes=end == "vanish") as client:
            first = asyncio.create_task(client.payload())
            await until(lambda joined=joined: server.ticker.joined > joined)  # type: ignore[misc]
            server.ticker.tick()
            await soon(first)
            if end == "break off":
                server.ticker.fail(CursorTooOld())
                await client.errors()
        await until_awaited(lambda: may_subscribe(server))


async def test_an_allowance_is_given_back_when_an_operation_is_completed(
    server: Ticking,
) -> None:
    """A client's `complete` is enough; its socket may stay."""
    async with server.socket() as socket:
        for number in range(3 * MOST):
            await socket.subscribe(str(number), TICKS)
            await until(lambda number=number: server.ticker.joined > number)  # type: ignore[misc]
            await socket.send(id=str(number), type="complete")


async def test_all_of_a_socket_s_allowances_are_given_back_with_it(server: Ticking) -> None:
    """However many operations it held."""
    for _ in range(2):
        async with server.socket() as socket:
            joined = server.ticker.joined
            for number in range(MOST):
                await socket.subscribe(str(number), TICKS)
            await until(lambda joined=joined: server.ticker.joined == joined + MOST)  # type: ignore[misc]
            assert not await may_subscribe(server)
            socket.vanish()
        await until_awaited(lambda: may_subscribe(server))
        await until(lambda: server.ticker.followers == [])
