"""Importing NDJSON, from bytes to rows, beside its copies and statements alone."""

import io
import time

import orjson

from bench.databases.empty import start_empty
from bench.storage.recording import POST_ACTIONS
from bench.storage.statements_alone import Watched, commit_again
from models.database.database import Database
from models.ledger.opening import open_ledger
from resolvers.clock import system_clock
from resolvers.identity import Identity
from resolvers.moving.import_lines import lines
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY

LINES = 50_000


async def compare(database: Database) -> tuple[float, float]:
    """Lines imported a second, and the same by COPY and the statements alone."""
    await start_empty(database)
    file = io.BytesIO(b"".join(_line(number) for number in range(LINES)))
    watched = Watched(open_ledger(database))
    writer = Writer(watched, Rules(90 * DAY))
    writer.start()
    progress = Import(_refuse, lambda end: None)
    identity = Identity("a secret of benchmarks")
    started = time.perf_counter()
    await import_lines(
        lines(file, "ndjson"), writer, progress, identity=identity, clock=system_clock
    )
    took = time.perf_counter() - started
    await writer.stop()
    await start_empty(database)
    return LINES / took, LINES / await commit_again(database, watched.committed)


def _line(number: int) -> bytes:
    fields = {
        "user_id": f"user-{number * 31 % 20_011}",
        "action": POST_ACTIONS[number * 7 % len(POST_ACTIONS)],
        "post_id": f"post-{number * number % 10_007}",
        "event_id": f"event-{number}",
    }
    return orjson.dumps(fields) + b"\n"


def _refuse(number: int, reason: str) -> None:
    raise AssertionError(f"line {number}: {reason}")
