"""Finishing: what a server that is about to stop tells those who are connected."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from tests.support.durability.server import until
from tests.support.live.clients import EVENTS, answers_in
from tests.support.live.feeds import TRANSPORTS
from tests.support.live.streams import soon
from tests.support.live.ticking import Ticking, serving_ticker

TICKS = 'subscription { ticks(topic: "all") { number } }'
FINISH_S = 2.0
ANSWER_S = 60.0


@pytest.fixture
async def server() -> AsyncIterator[Ticking]:
    """A server of what a test leads."""
    async with serving_ticker() as server:
        yield server


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_subscriptions_are_completed(server: Ticking, transport: str) -> None:
    """After what was told, `complete` comes and the connection's operation is over."""
    async with server.subscribed(TICKS, transport) as client:
        server.ticker.tick(2)
        assert await client.events(2) == [{"number": 1}, {"number": 2}]

        await soon(server.engine.finish(FINISH_S, ANSWER_S))

        await client.completes()
    assert server.ticker.followers == []


async def test_each_subscription_of_a_socket_is_completed_and_its_queries_are_answered(
    server: Ticking,
) -> None:
    """Finishing waits for the queries under way, whose answers and `complete` come as usual."""
    async with server.socket() as socket:
        for id in ("a", "b"):
            await socket.subscribe(id, TICKS)
        await until(lambda: server.ticker.joined == 2)
        await socket.subscribe("q", "{ answer }")
        await soon(server.ticker.asked.wait())

        finishing = asyncio.create_task(server.engine.finish(FINISH_S, ANSWER_S))

        completed = [await socket.receive() for _ in range(2)]
        assert not finishing.done()
        server.ticker.may_answer.set()
        answered = [await socket.receive() for _ in range(2)]
        await soon(finishing)
        assert await socket.is_alive()  # until the server itself ends it

    assert completed == [{"id": id, "type": "complete"} for id in ("a", "b")]
    assert answered == [
        {"id": "q", "type": "next", "payload": {"data": {"answer": 1}}},
        {"id": "q", "type": "complete"},
    ]


async def test_a_query_over_events_is_answered(server: Ticking) -> None:
    """What is no subscription is under way, and not to be cut off, whatever form it asked for."""
    sent, headers = {"query": "{ answer }"}, {"Accept": EVENTS}
    asking = asyncio.create_task(server.http.post("/graphql", json=sent, headers=headers))
    await soon(server.ticker.asked.wait())

    finishing = asyncio.create_task(server.engine.finish(FINISH_S, ANSWER_S))
    await asyncio.sleep(0)
    server.ticker.may_answer.set()

    assert answers_in((await soon(asking)).text) == [{"data": {"answer": 1}}]
    await soon(finishing)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_no_subscription_begins_any_more(server: Ticking, transport: str) -> None:
    """OVERLOADED says that it may elsewhere or later; queries are answered to the end."""
    server.ticker.may_answer.set()
    await server.engine.finish(FINISH_S, ANSWER_S)

    async with server.opened(TICKS, transport) as client:
        (error,) = await client.errors()
    async with server.opened("{ answer }", transport) as client:
        answer = await client.payload()

    assert error["message"] == "the server is stopping"
    assert error["extensions"] == {"code": "OVERLOADED"}
    assert answer == {"data": {"answer": 1}}


async def test_what_has_no_answer_in_time_is_broken_off_and_says_so(server: Ticking) -> None:
    """Before the server would end it: TIMEOUT and no data; so is what is asked after that."""
    asking = asyncio.create_task(server.http.post("/graphql", json={"query": "{ answer }"}))
    await soon(server.ticker.asked.wait())

    await server.engine.finish(FINISH_S, 0.05)
    answers = [(await soon(asking)).json()]
    answers.append((await soon(server.http.post("/graphql", json={"query": "{ answer }"}))).json())

    message = "the operation was broken off: the server is stopping"
    error = {"message": message, "extensions": {"code": "TIMEOUT"}}
    assert answers == [{"data": None, "errors": [error]}] * 2


async def test_what_takes_too_long_is_not_waited_for(server: Ticking) -> None:
    """A query that does not end in time leaves finishing be, and the subscriptions are over."""
    async with server.socket() as socket:
        await socket.subscribe("q", "{ answer }")
        await soon(server.ticker.asked.wait())
        await socket.subscribe("a", TICKS)
        await until(lambda: server.ticker.joined == 1)

        await soon(server.engine.finish(0.05, ANSWER_S))

        assert await socket.receive() == {"id": "a", "type": "complete"}
        server.ticker.may_answer.set()
        assert json.loads(await soon(socket.connection.recv()))["id"] == "q"
