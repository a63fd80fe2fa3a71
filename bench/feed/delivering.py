"""The live feed: deliveries beside strawberry's own view, latency, and what a reader costs."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bench.databases.empty import start_empty
from bench.feed.readers import Reader, over_events, over_websocket, reading
from bench.servers.running import url
from bench.servers.usage import memory, processor_s
from models.database.database import Database
from tests.support.durability.server import until_awaited

READERS = 200
EVENTS = {"/graphql": 1_000, "/stock/": 60}
IDLE = 1_000
RATE = 100  # events a second
SECONDS = 4
PORT = 8765

RECORD_MANY = """mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded } }"""
RECORD = """mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { outcome } }"""


@dataclass(frozen=True)
class Server:
    """The benchmark's server in a process of its own."""

    http: httpx.AsyncClient
    pid: int

    async def record(self, count: int) -> None:
        """Record events, up to a hundred a request."""
        for start in range(0, count, 100):
            inputs = [_view(number) for number in range(start, min(start + 100, count))]
            await self._send(RECORD_MANY, inputs=inputs)

    async def record_one(self, number: int) -> None:
        await self._send(RECORD, input=_view(number))

    async def _send(self, query: str, **variables: object) -> None:
        sent = {"query": query, "variables": variables}
        answer = (await self.http.post("/graphql", json=sent)).json()
        assert "errors" not in answer, answer

    def processor_s(self) -> float:
        return processor_s(self.pid)

    def memory(self) -> int:
        return memory(self.pid)


def _view(number: int) -> dict[str, str]:
    return {"userId": f"user-{number % 97}", "action": "VIEW", "postId": f"post-{number % 31}"}


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[Server]:
    """A server over an empty database."""
    await start_empty(database)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.feed.stock", url(database), str(PORT)
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as http:
            await until_awaited(lambda: _is_ready(http))
            yield Server(http, process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz")).is_success
    except httpx.TransportError:
        return False


async def deliveries(database: Database, path: str, over: Callable[[str], Reader]) -> float:
    """Events delivered to all readers of one document in a second of the server's processor."""
    readers = [over(path) for _ in range(READERS)]
    count = EVENTS[path]
    async with serving(database) as server, reading(PORT, readers):
        before = server.processor_s()
        await asyncio.gather(server.record(count), *(each.reach(count) for each in readers))
        return count * READERS / (server.processor_s() - before)


async def latencies_ms(database: Database, over: Callable[[str], Reader]) -> list[float]:
    """From arrival at the server, the commit included, to delivery, at a hundred events a second.

    A tenth of the readers measure.
    """
    readers = [over("/graphql") for _ in range(READERS)]
    async with serving(database) as server, reading(PORT, readers):
        await server.record(10)
        for reader in readers[::10]:
            reader.latencies_s = []
        started, sending = time.perf_counter(), list[asyncio.Task[None]]()
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            sending.append(asyncio.create_task(server.record_one(number)))
        await asyncio.gather(*sending)
        await asyncio.gather(*(each.reach(10 + RATE * SECONDS) for each in readers))
    return [1000 * each for reader in readers[::10] for each in reader.latencies_s or ()]


async def bytes_of_idle_reader(database: Database, over: Callable[[str], Reader]) -> float:
    """Memory that a reader takes while nothing happens."""
    readers = [over("/graphql") for _ in range(IDLE)]
    async with serving(database) as server:
        async with reading(PORT, [over("/graphql") for _ in range(50)]):
            await server.record(50)
        before = server.memory()
        async with reading(PORT, readers):
            return (server.memory() - before) / IDLE


def compare(database: Database) -> list[tuple[str, str, str, str]]:
    """Rows of a table: what, ours, strawberry's, and their ratio."""
    rows = []
    for name, over in (("WebSocket", over_websocket), ("events", over_events)):
        ours = asyncio.run(deliveries(database, "/graphql", over))
        stock = asyncio.run(deliveries(database, "/stock/", over))
        what = f"deliveries/s to {READERS} readers, {name}"
        rows.append((what, f"{ours:,.0f}", f"{stock:,.0f}", f"{ours / stock:.1f} ×"))
        waits = asyncio.run(latencies_ms(database, over))
        cuts = statistics.quantiles(waits, n=100)
        what = f"ms to {READERS} readers at {RATE} events/s, p50 and p99, {name}"
        rows.append((what, f"{cuts[49]:.1f}, {cuts[98]:.1f}", "", ""))
        size = asyncio.run(bytes_of_idle_reader(database, over))
        rows.append((f"memory of an idle reader, {name}", f"{size / 1000:.0f} kB", "", ""))
    return rows
