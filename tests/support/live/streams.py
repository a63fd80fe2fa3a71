"""Subscriptions of the tests' own, which a test leads from event to event."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import strawberry

from graph.access.rights import RIGHTS, USERS, enforce
from graph.context import Services
from graph.schema.info import Info
from graph.schema.schema import build
from graph.schema.types.posts import Post
from resolvers.errors import BadUserInput
from tests.support.shared.documents import share_documents

WAIT_S = 10  # for what must happen; nothing waits that long unless a test fails
CANARY = "a canary in the fault"
STREAMS = ("count", "follow", "post", "fail", "refuse")

T = TypeVar("T")


async def soon(awaited: Awaitable[T]) -> T:
    """What is awaited, which must come."""
    return await asyncio.wait_for(awaited, WAIT_S)


@dataclass
class Stage:
    """What the streams of one server wait for and tell; a channel is a stream's by its name."""

    events: defaultdict[str, asyncio.Queue[int | None]] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )
    started: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    ended: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def send(self, channel: str, *events: int | None) -> None:
        """Let a stream yield events; None is its end."""
        for event in events:
            self.events[channel].put_nowait(event)

    async def stream(self, channel: str) -> AsyncGenerator[int, None]:
        """The events of a channel, up to its end."""
        self.started.put_nowait(channel)
        try:
            while (event := await self.events[channel].get()) is not None:
                yield event
        finally:
            self.ended.put_nowait(channel)

    @contextmanager
    def leading(self, services: Services) -> Iterator[None]:
        """Within this, it leads what is begun of the streams of a server with these services."""
        _LEADING[id(services)] = self
        try:
            yield
        finally:
            del _LEADING[id(services)]


_LEADING: dict[int, Stage] = {}


@cache
def schema(*, for_users: bool = False) -> strawberry.Schema:
    """The product's schema with subscriptions that stages lead, each those of its server.

    They are for admins, or also for users; it is built once, which takes as long as ten tests.
    """
    built = _build()
    rights = {**RIGHTS, "Streams": dict.fromkeys(STREAMS, USERS)} if for_users else RIGHTS
    enforce(built._schema, rights)
    share_documents(built._schema)
    return built


def _stage(info: Info) -> Stage:
    return _LEADING[id(info.context.services)]


def _build() -> strawberry.Schema:

    async def count(to: int) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    async def follow(channel: str, info: Info) -> AsyncGenerator[int, None]:
        async for event in _stage(info).stream(channel):
            yield event

    async def post(id: str, info: Info) -> AsyncGenerator[Post, None]:
        async for _ in _stage(info).stream(id):
            yield Post.of(id)

    async def fail(after: int) -> AsyncGenerator[int, None]:
        for number in range(1, after + 1):
            yield number
        raise RuntimeError(CANARY)

    async def refuse(after: int) -> AsyncGenerator[int, None]:
        for number in range(1, after + 1):
            yield number
        raise BadUserInput("after", "got too far")

    class Streams:
        count_up = strawberry.subscription(resolver=count, name="count")
        follow_channel = strawberry.subscription(resolver=follow, name="follow")
        follow_post = strawberry.subscription(resolver=post, name="post")
        break_down = strawberry.subscription(resolver=fail, name="fail")
        turn_away = strawberry.subscription(resolver=refuse, name="refuse")

    return build(subscription=strawberry.type(Streams))
