"""Readers of the live feed that lose their connections again and again, and go on from a cursor."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from tests.support.durability.load import EVENTS, Load
from tests.support.durability.server import SECRET, Server, until
from tests.support.durability.stores import rows
from tests.support.live.feeds import Broken, stream

FOLLOW = """
subscription Follow($after: String!) {
  interactions(after: $after) { type cursor interaction { interactionId target { id } } }
}
"""
#: How a reader is connected, and whether it leaves without a word.
WAYS = (
    ("websocket", False),
    ("websocket", True),
    ("post", True),
    ("get", True),
)
LOST = (Broken, httpx.TransportError, WebSocketException, OSError, TimeoutError, EOFError)
LAST = "the last"
ID_CIPHER = IdCipher(Identity(SECRET).key("interaction ids"))


@dataclass
class Reader:
    """Follows the log on one of some servers at a time, and remembers all that it was told.

    It leaves after up to 300 events, or at some moment within a second, and goes on elsewhere
    from the last cursor that it was given.
    """

    servers: Sequence[Server]
    number: int
    cursor: str
    events: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    too_slow: int = 0

    async def run(self) -> None:
        """Follow until it was told of the last event."""
        chance = random.Random(self.number)  # noqa: S311 (reproducible, not secret)
        transport, vanishes = WAYS[self.number % len(WAYS)]
        while not self.is_done:
            server = chance.choice(self.servers)
            try:
                async with (
                    httpx.AsyncClient(base_url=server.url, timeout=30, trust_env=False) as http,
                    asyncio.timeout(chance.uniform(0.05, 1.0)),
                    aclosing(
                        stream(http, transport, FOLLOW, {"after": self.cursor}, vanishes=vanishes)
                    ) as payloads,
                ):
                    self.connections += 1
                    await self._read(payloads, chance.randrange(1, 300))
            except LOST:
                await asyncio.sleep(0.01)  # the server may be down

    @property
    def is_done(self) -> bool:
        return bool(self.events) and self.events[-1]["interaction"]["target"]["id"] == LAST

    @property
    def sequences(self) -> list[int]:
        """The events' sequences in the log."""
        positions = [ID_CIPHER.open_feed_cursor(event["cursor"]) for event in self.events]
        return [position.sequence for position in positions if position is not None]

    async def _read(self, payloads: AsyncIterator[dict[str, Any]], most: int) -> None:
        async for payload in payloads:
            if "errors" in payload:
                self._refused(payload["errors"])
                return
            event = payload["data"]["interactions"]
            self.cursor = event["cursor"]
            self.events.append(event)
            most -= 1
            if self.is_done or not most:
                return

    def _refused(self, errors: list[dict[str, Any]]) -> None:
        (error,) = errors
        code = error["extensions"]["code"]
        if code == "CONSUMER_TOO_SLOW":
            assert error["extensions"]["cursor"] == self.cursor
            self.too_slow += 1
        else:
            assert code == "OVERLOADED", error


@asynccontextmanager
async def reading(servers: Sequence[Server], readers: int) -> AsyncIterator[list[Reader]]:
    """Within this, readers follow the log; after it, they have read all that was recorded."""
    async with servers[0].caller() as caller:
        cursor = (await caller.data("{ feedCursor }"))["feedCursor"]
    following = [Reader(servers, number, cursor) for number in range(readers)]
    async with asyncio.TaskGroup() as tasks:
        for reader in following:
            tasks.create_task(reader.run())
        yield following
        async with servers[0].caller() as caller:
            await caller.record(userId="max", action="VIEW", postId=LAST)
        await until(lambda: all(reader.is_done for reader in following), 60, servers[0])


async def check_reading(readers: Sequence[Reader], url: str, *loads: Load) -> None:
    """Every reader was told all that was recorded, in the log's order, each sequence once.

    Of a row that it was told of more than once, the last time is how it ended.
    """
    stored = await rows(
        url, "SELECT id, seq, status FROM interactions WHERE status IN (0, 2) ORDER BY seq"
    )
    ended = [(ID_CIPHER.interaction_id(id), seq, status == 2) for id, seq, status in stored]
    events = acknowledged_events(*loads)
    for reader in readers:
        sequences = reader.sequences
        assert sequences == sorted(set(sequences))
        last: dict[str, tuple[int, bool]] = {}
        for event, sequence in zip(reader.events, sequences, strict=True):
            id = event["interaction"]["interactionId"]
            assert id not in events or id not in last, "an event was told twice"
            last[id] = sequence, event["type"] == "UNDONE"
        told = sorted((sequence, id, undone) for id, (sequence, undone) in last.items())
        assert [(id, sequence, undone) for sequence, id, undone in told] == ended
        assert events <= last.keys()


def acknowledged_events(*loads: Load) -> set[str]:
    """The ids of all events, which are no states, that clients know to be stored."""
    return {
        answer.interaction_id
        for load in loads
        for client in load.clients
        for input, answer in client.acknowledged.values()
        if input["action"] in EVENTS and answer.interaction_id is not None
    }
