"""A live origin that a test leads from event to event, and a server of subscriptions to it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from graph.transport.engine import Engine
from graph.transport.http import HttpEndpoint
from graph.transport.limits import Limits
from graph.transport.live import Event, Live, Origin, Subscriber
from graph.transport.websocket import WebSocketEndpoint
from resolvers.errors import BadUserInput
from tests.durability.server import until
from tests.graph.feed.feeds import Subscriber as Client
from tests.graph.feed.feeds import stream
from tests.graph.transport.live import PROTOCOL, Socket, client, listening
from tests.graph.transport.streams import CANARY

WISHES = ("even", "odd", "all")


@dataclass(eq=False, repr=False)
class Follower:
    """Follows the numbers that a lead tells, each with those of its wishes that it fulfils."""

    lead: "Lead"
    wishes: set[str] = field(default_factory=set)
    waiting: asyncio.Queue[int | Exception] = field(default_factory=asyncio.Queue)

    @property
    def position(self) -> int:
        return self.lead.position

    def wish(self, wish: str) -> None:
        self.wishes.add(wish)

    def unwish(self, wish: str) -> None:
        self.wishes.discard(wish)

    async def next(self) -> Sequence[int]:
        found = await self.waiting.get()
        if isinstance(found, Exception):
            raise found
        return [found]

    def again(self, number: int) -> None:
        """A number is told once, however it could be shown."""

    def close(self) -> None:
        self.lead.followers.remove(self)


@dataclass(eq=False, repr=False)
class Lead:
    """Tells numbers, one after another, from 1 on; knows which were executed, and for whom."""

    position: int = 0
    executed: list[int] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    joined: int = 0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.origin = Origin(self._follow, partial(_event, self))

    def tell(self, count: int = 1) -> list[int]:
        """Tell the next numbers to all who follow."""
        numbers = [self.position + turn for turn in range(1, count + 1)]
        self.position += count
        for number in numbers:
            for follower in self.followers:
                follower.waiting.put_nowait(number)
        return numbers

    def fail(self, error: Exception) -> None:
        """End what all follow with an error."""
        for follower in self.followers:
            follower.waiting.put_nowait(error)

    def _follow(self) -> Follower:
        follower = Follower(self)
        self.followers.append(follower)
        return follower

    def live(self, wish: str, after: int | None) -> Live:
        """What is told of one wish, from now on or after a number."""

        async def begin() -> None:
            pass

        async def missed(subscriber: Subscriber) -> AsyncGenerator[Sequence[Event], None]:
            self.joined += 1
            last = after
            while last is not None and last < subscriber.start:
                until_then = subscriber.start
                numbers = range(last + 1, until_then + 1)
                yield [_event(self, number) for number in numbers if wish in wishes_of(number)]
                last = until_then

        return Live(self.origin, frozenset({wish}), begin, missed, str)


def wishes_of(number: int) -> tuple[str, str]:
    """The wishes that a number fulfils."""
    return ("odd" if number % 2 else "even"), "all"


def _event(lead: Lead, number: int) -> Event:
    return Event(
        number, wishes_of(number), lambda _: Tick(lead=lead, number=number), number, str(number)
    )


@strawberry.type
class Tick:
    """A number that was told."""

    lead: strawberry.Private[Lead]
    number: int

    @strawberry.field
    def told(self, info: strawberry.Info, plus: int | None = 0) -> int:
        self.lead.executed.append(self.number)
        return self.number + (plus or 0)

    @strawberry.field
    def mine(self, info: strawberry.Info) -> str:
        return str(info.context)

    @strawberry.field
    def padding(self, kilobytes: int) -> str:
        return "-" * 1024 * kilobytes

    @strawberry.field
    def wrong(self) -> int:
        raise RuntimeError(CANARY)


Wished = Annotated[str, strawberry.argument(description="even, odd or all.")]


def _schema(lead: Lead) -> strawberry.Schema:
    async def ticks(wish: Wished = "all", after: int | None = None) -> AsyncIterable[Tick]:
        if wish not in WISHES:
            raise BadUserInput("wish", "no such wish")
        return lead.live(wish, after)

    async def answer() -> int:
        lead.asked.set()
        await lead.may_answer.wait()
        return 1

    @strawberry.type
    class Query:
        slow = strawberry.field(resolver=answer, name="answer")

    @strawberry.type
    class Subscription:
        following = strawberry.subscription(resolver=ticks, name="ticks")

    return strawberry.Schema(Query, subscription=Subscription)


@dataclass
class Led:
    """A server of what a lead tells, and clients of it, each by a name of its own."""

    lead: Lead
    engine: Engine
    http: httpx.AsyncClient

    @asynccontextmanager
    async def subscribed(
        self, query: str, transport: str = "websocket", who: str = "a", **variables: Any
    ) -> AsyncIterator[Client]:
        """Someone who is told what happens, from now on."""
        joined = self.lead.joined
        async with self.opened(query, transport, who, **variables) as client:
            first = asyncio.create_task(client.payload())
            try:
                await until(lambda: self.lead.joined > joined)
                async with aclosing(_from(first, client)) as payloads:
                    yield Client(payloads)
            finally:
                first.cancel()
                await asyncio.wait([first])

    @asynccontextmanager
    async def opened(
        self,
        query: str,
        transport: str = "websocket",
        who: str = "a",
        *,
        vanishes: bool = False,
        **variables: Any,
    ) -> AsyncIterator[Client]:
        """Someone who has asked for a subscription, whatever it comes to."""
        headers = {"who": who}
        payloads = stream(self.http, transport, query, variables, headers, vanishes=vanishes)
        async with aclosing(payloads):
            yield Client(payloads)

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        """A socket of `a`, on which many operations may be under way."""
        address = f"ws://127.0.0.1:{self.http.base_url.port}/graphql"
        async with connect(address, subprotocols=[Subprotocol(PROTOCOL)], proxy=None) as connection:
            socket = Socket(connection)
            await socket.send(type="connection_init", payload={"who": "a"})
            assert await socket.receive() == {"type": "connection_ack"}
            yield socket


async def _from(
    first: asyncio.Task[dict[str, Any]], client: Client
) -> AsyncGenerator[dict[str, Any], None]:
    """A client's payloads, the first of which was asked for already."""
    try:
        yield await first
    except StopAsyncIteration:
        return
    async for payload in client.payloads:
        yield payload


async def _who(connection: HTTPConnection, params: Mapping[str, Any]) -> str:
    return str(params.get("who") or connection.headers.get("who"))


@asynccontextmanager
async def leading(most: int = 1000, limits: Limits | None = None) -> AsyncIterator[Led]:
    """A server where people whose names begin alike see the same.

    Each may have so many subscriptions under way at once.
    """
    lead = Lead()
    engine = Engine(
        _schema(lead),
        lambda who: who,
        _who,
        limits=limits,
        audience=lambda who, fields: who[0],
        allowance=lambda who: (who, most),
    )
    routes = [
        Route("/graphql", HttpEndpoint(engine)),
        WebSocketRoute("/graphql", WebSocketEndpoint(engine)),
    ]
    async with listening(Starlette(routes=routes)) as port, client(port) as http:
        yield Led(lead, engine, http)
