"""The engine: what every operation is given, whichever way it came: so much time and no more."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
import strawberry

from graph.server.app import create_app
from graph.transport.documents.documents import UNHURRIED
from graph.transport.documents.limits import Limits
from tests.support.client import Caller, FixedClock
from tests.support.live.clients import Live, answers_in, client, listening
from tests.support.live.streams import soon
from tests.support.serving import Settling

SECONDS = 0.05
LATE = "the operation took longer than 0.05 seconds"


class Slowness:
    """What the resolvers of one server wait for and tell."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.stopped = asyncio.Event()

    async def wait(self) -> int:
        try:
            await self.may_end.wait()
        finally:
            self.stopped.set()
        return 1


def _schema(slowness: Slowness) -> strawberry.Schema:
    async def wait() -> int:
        return await slowness.wait()

    async def wait_long() -> int:
        asyncio.get_running_loop().call_later(SECONDS * 2, slowness.may_end.set)
        return await slowness.wait()

    @strawberry.type
    class Event:
        number: int
        late: int | None = strawberry.field(resolver=wait)

    async def count() -> AsyncGenerator[Event, None]:
        for number in (1, 2):
            yield Event(number=number)

    class Query:
        hurried = strawberry.field(resolver=wait, name="wait")
        unhurried = strawberry.field(resolver=wait_long, name="waitLong", metadata=UNHURRIED)

    class Subscription:
        counting = strawberry.subscription(resolver=count, name="count")

    return strawberry.Schema(strawberry.type(Query), subscription=strawberry.type(Subscription))


@pytest.fixture
def slowness() -> Slowness:
    return Slowness()


@pytest.fixture
async def slow(settings: Settling, slowness: Slowness) -> AsyncIterator[Live]:
    """A server with little time and slow resolvers."""
    limited, clock = settings(limits=Limits(seconds=SECONDS)), FixedClock()
    app = create_app(limited, clock, _schema(slowness))
    async with listening(app) as port, client(port) as http:
        yield Live(port, http, Caller(http, limited.database_url, clock))


async def test_an_operation_that_takes_too_long_is_ended(
    slow: Live, slowness: Slowness, caplog: pytest.LogCaptureFixture
) -> None:
    """It is answered with TIMEOUT on every transport, and what it waited for is let go.

    As it was executed, and may have changed something, that is no refusal: its data is null. The
    log names the first, and counts those after it.
    """
    headers = {"Accept": "application/graphql-response+json"}
    sent = {"query": "query Waiting { wait }"}
    http = await slow.http.post("/graphql", json=sent, headers=headers)
    await soon(slowness.stopped.wait())
    events = await slow.events("{ wait }")
    async with slow.socket() as socket:
        await socket.subscribe("1", "{ wait }")
        message = await socket.receive()

    assert http.status_code == 503
    assert message["type"] == "next"
    for answer in (http.json(), *answers_in(events), message["payload"]):
        assert _is_late(answer)
    assert caplog.messages == [f"Waiting: {LATE}; more are counted for a minute"]


async def test_an_unhurried_field_takes_its_time(slow: Live) -> None:
    """An operation with a field that may take long has no such limit, through fragments as well."""
    query = "{ ...F } fragment F on Query { ... { waitLong } }"

    assert await slow.caller.data(query) == {"waitLong": 1}


async def test_each_event_has_the_whole_time(slow: Live) -> None:
    """One that takes too long is answered so; the stream goes on with the next."""
    answers = answers_in(await slow.events("subscription { count { number late } }"))
    quick = answers_in(await slow.events("subscription { count { number } }"))

    assert [_is_late(answer) for answer in answers] == [True, True]
    assert quick == [{"data": {"count": {"number": number}}} for number in (1, 2)]


def _is_late(answer: dict[str, Any]) -> bool:
    """Whether an answer, which has data, is null for want of time."""
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"]) == (LATE, {"code": "TIMEOUT"})
    return "data" in answer and answer["data"] is None
