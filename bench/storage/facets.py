"""What facets cost: the processor time of recording with a full context, beside that without."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterable
from pathlib import Path

from bench.databases.empty import start_empty
from bench.servers.usage import processor_s
from bench.storage.recording import POST_ACTIONS
from graph.server import interpreter
from models.database.database import Database
from models.ledger.opening import open_ledger
from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.identity import Identity
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.recording.judging import Rules
from resolvers.recording.recorder import Recorder
from resolvers.recording.validation import RecordRequest
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY

ROUNDS, ROWS, WAITING = 8, 4_000, 64
USERS, POSTS, AUTHORS, HASHTAGS = 5_000, 2_003, 500, 1_000


async def compare(database: Database) -> tuple[float, float]:
    """Microseconds of the processors for an input with facets, and for one without.

    They are the process's and the database's, of the best of several rounds of each.
    """
    await start_empty(database)
    interpreter.prepare()
    writer = Writer(open_ledger(database), Rules(90 * DAY))
    writer.start()
    recorder = Recorder(writer, Identity("a secret of benchmarks"), system_clock)
    server, numbers = await _server(database), itertools.count()
    took: dict[bool, list[float]] = {True: [], False: []}
    try:
        for place in range(2 * ROUNDS + 2):
            has_facets = bool(place % 2)
            requests = [_request(next(numbers), has_facets) for _ in range(ROWS)]
            begun = _used(server)
            await _record(recorder, requests)
            if place > 1:  # the first of each warm up
                took[has_facets].append((_used(server) - begun) / ROWS * 1e6)
    finally:
        await writer.stop()
    return min(took[True]), min(took[False])


async def _record(recorder: Recorder, requests: Iterable[RecordRequest]) -> None:
    caller, left = Caller(), iter(requests)

    async def some() -> None:
        for request in left:
            await recorder.record(request, caller)

    await asyncio.gather(*(some() for _ in range(WAITING)))


def _request(number: int, has_facets: bool) -> RecordRequest:
    return RecordRequest(
        POST_ACTIONS[number * 7 % len(POST_ACTIONS)],
        user_id=f"user-{number * 31 % USERS}",
        post_id=f"post-{(number * number) % POSTS}",
        event_id=f"event-{number}",
        context=_context(number) if has_facets else NO_CONTEXT,
    )


def _context(number: int) -> RecordContext:
    chance = random.Random(number)  # noqa: S311 (load, not secret)
    return RecordContext(
        content_type="video",
        hashtags=[f"tag{chance.randrange(HASHTAGS)}" for _ in range(3)],
        author_id=f"author-{number % AUTHORS}",
    )


def _used(server: int | None) -> float:
    """Seconds of the processors that this process and the server have used."""
    return time.process_time() + (0.0 if server is None else processor_s(server))


async def _server(database: Database) -> int | None:
    """The process that has all of the server's others below it; none where there is no server."""
    if database.is_embedded:
        return None
    async with database.connected() as connection:
        folder = await connection.fetchval("SHOW data_directory")
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])
