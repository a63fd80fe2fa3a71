"""What facets cost: the processor time of recording with a full context, beside that without."""

import asyncio
import itertools
import random
from collections.abc import Iterable

from bench.databases.empty import start_empty
from bench.storage.costs import server, used_s
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
    pid, numbers = await server(database), itertools.count()
    took: dict[bool, list[float]] = {True: [], False: []}
    try:
        for place in range(2 * ROUNDS + 2):
            has_facets = bool(place % 2)
            requests = [_request(next(numbers), has_facets) for _ in range(ROWS)]
            begun = used_s(pid)
            await _record(recorder, requests)
            if place > 1:  # the first of each warm up
                took[has_facets].append((used_s(pid) - begun) / ROWS * 1e6)
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
