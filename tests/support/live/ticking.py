"""A source of numbers that a test moves on, and a server of subscriptions to it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from graph.transport.documents.limits import Limits
from graph.transport.engine import Engine
from graph.transport.http.endpoint import HttpEndpoint
from graph.transport.live.live_query import Event, LiveQuery, ReplayTarget
from graph.transport.websocket import WebSocketEndpoint
from resolvers.errors import BadUserInput
from tests.support.durability.server import until
from tests.support.live.clients import PROTOCOL, Socket, client, listening
from tests.support.live.feeds import Subscriber as Client
from tests.support.live.feeds import stream
from tests.support.live.streams import CANARY

TOPICS = ("even", "odd", "all")


@dataclass(eq=False, repr=False)
class Follower:
    """Follows the numbers that a ticker tells, each with those of its topics."""

    ticker: "Ticker"
    topics: set[str] = field(default_factory=set)
    waiting: asyncio.Queue[int | Exception] = field(default_factory=asyncio.Queue)

    @property
    def position(self) -> int:
        return self.ticker.position

    def subscribe(self, topic: str) -> None:
        self.topics.add(topic)

    def unsubscribe(self, topic: str) -> None:
        self.topics.discard(topic)

    async def next(self) -> Sequence[int]:
        found = await self.waiting.get()
        if isinstance(found, Exception):
            raise found
        return [found]

    def retry(self, number: int) -> None:
        """A number comes once, however it could be shown."""

    def close(self) -> None:
        self.ticker.followers.remove(self)


@dataclass(eq=False, repr=False)
class Ticker:
    """Gives out numbers from 1 on when a test says so; knows which were executed."""

    position: int = 0
    executed: list[int] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    joined: int = 0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.source = Source(self)

    def tick(self, count: int = 1) -> list[int]:
        """Give the next numbers to all followers."""
        numbers = [self.position + step for step in range(1, count + 1)]
        self.position += count
        for number in numbers:
            for follower in self.followers:
                follower.waiting.put_nowait(number)
        return numbers

    def fail(self, error: Exception) -> None:
        """End what all follow with an error."""
        for follower in self.followers:
            follower.waiting.put_nowait(error)

    def live(self, topic: str, after: int | None) -> LiveQuery:
        """What happens of one topic, from now on or after a number."""

        async def begin() -> None:
            pass

        async def missed(subscriber: ReplayTarget) -> AsyncGenerator[Sequence[Event], None]:
            self.joined += 1
            last = after
            while last is not None and last < subscriber.start:
                until_then = subscriber.start
                numbers = range(last + 1, until_then + 1)
                yield [_event(self, number) for number in numbers if topic in topics_of(number)]
                last = until_then

        return LiveQuery(self.source, frozenset({topic}), begin, missed, str)


@dataclass(frozen=True)
class Source:
    """The numbers of a ticker as events."""

    ticker: Ticker

    def follow(self) -> Follower:
        follower = Follower(self.ticker)
        self.ticker.followers.append(follower)
        return follower

    def event(self, number: int) -> Event:
        return _event(self.ticker, number)


def topics_of(number: int) -> tuple[str, str]:
    """The topics of a number."""
    return ("odd" if number % 2 else "even"), "all"


def _event(ticker: Ticker, number: int) -> Event:
    return Event(
        key=number,
        topics=topics_of(number),
        value=lambda _: Tick(ticker=ticker, number=number),
        sequence=number,
        cursor=str(number),
    )


@strawberry.type
class Tick:
    """A number that happened."""

    ticker: strawberry.Private[Ticker]
    number: int

    @strawberry.field
    def shown(self, info: strawberry.Info, plus: int | None = 0) -> int:
        self.ticker.executed.append(self.number)
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


Topic = Annotated[str, strawberry.argument(description="even, odd or all.")]


def _schema(ticker: Ticker) -> strawberry.Schema:
    async def ticks(topic: Topic = "all", after: int | None = None) -> AsyncIterable[Tick]:
        if topic not in TOPICS:
            raise BadUserInput("topic", "no such topic")
        return ticker.live(topic, after)

    async def answer() -> int:
        ticker.asked.set()
        await ticker.may_answer.wait()
        return 1

    @strawberry.type
    class Query:
        slow = strawberry.field(resolver=answer, name="answer")

    @strawberry.type
    class Subscription:
        following = strawberry.subscription(resolver=ticks, name="ticks")

    return strawberry.Schema(Query, subscription=Subscription)


@dataclass
class Ticking:
    """A server of a ticker's numbers, and its clients, each by a name of its own."""

    ticker: Ticker
    engine: Engine
    http: httpx.AsyncClient

    @asynccontextmanager
    async def subscribed(
        self, query: str, transport: str = "websocket", who: str = "a", **variables: Any
    ) -> AsyncIterator[Client]:
        """Someone who receives what happens from now on."""
        joined = self.ticker.joined
        async with self.opened(query, transport, who, **variables) as client:
            first = asyncio.create_task(client.payload())
            try:
                await until(lambda: self.ticker.joined > joined)
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
async def serving_ticker(most: int = 1000, limits: Limits | None = None) -> AsyncIterator[Ticking]:
    """A server where people whose names begin alike see the same.

    Each may have so many subscriptions under way at once.
    """
    ticker = Ticker()
    engine = Engine(
        _schema(ticker),
        lambda who: who,
        authenticate=_who,
        limits=limits,
        audience=lambda who, fields: who[0],
        allowance=lambda who: (who, most),
    )
    routes = [
        Route("/graphql", HttpEndpoint(engine)),
        WebSocketRoute("/graphql", WebSocketEndpoint(engine)),
    ]
    async with listening(Starlette(routes=routes)) as port, client(port) as http:
        yield Ticking(ticker, engine, http)
