"""Importing NDJSON, from bytes to rows, beside its copies and statements alone."""

import io

import orjson

from bench.databases.empty import start_empty
from bench.storage.costs import Compared, cost
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


async def compare(database: Database, count: int = LINES) -> Compared:
    """What an import of so many lines costs, and the same by COPY and the statements alone."""
    await start_empty(database)
    file = io.BytesIO(b"".join(_line(number) for number in range(count)))
    watched = Watched(open_ledger(database))
    writer = Writer(watched, Rules(90 * DAY))
    writer.start()
    progress = Import(_refuse, lambda end: None)
    identity = Identity("a secret of benchmarks")
    source = lines(file, "ndjson")
    ours = await cost(
        database, import_lines(source, writer, progress, identity=identity, clock=system_clock)
    )
    await writer.stop()
    await start_empty(database)
    return Compared(count, ours, await cost(database, commit_again(database, watched.committed)))


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
