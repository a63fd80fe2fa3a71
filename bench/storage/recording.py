"""Recording through validation, judging and the writer, beside the statements alone."""

import asyncio

from bench.databases.empty import start_empty
from bench.storage.costs import Compared, cost
from bench.storage.statements_alone import Watched, commit_again
from graph.server import interpreter
from models.database.database import Database
from models.ledger.opening import open_ledger
from models.vocabulary import ACTIONS, TargetKind
from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.identity import Identity
from resolvers.recording.judging import Rules
from resolvers.recording.recorder import Recorder
from resolvers.recording.validation import RecordRequest
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY

ROWS = 20_000
POST_ACTIONS = [a.type for a in ACTIONS.values() if a.target_kind is TargetKind.POST]
SHAPES = (
    ("record, 1 at a time", 1, 1, 2_000),
    ("record, 64 waiting", 64, 1, ROWS),
    ("record, 1000 a batch", 1, 1_000, ROWS),
    ("record, 1000 a batch, 4 waiting", 4, 1_000, ROWS),
)


async def compare(database: Database, waiting: int, batch: int, size: int) -> Compared:
    """What recording so many inputs costs, and the same by the statements alone."""
    await start_empty(database)
    interpreter.prepare()
    watched = Watched(open_ledger(database))
    writer = Writer(watched, Rules(90 * DAY))
    writer.start()
    recorder = Recorder(writer, Identity("a secret of benchmarks"), system_clock)
    requests, caller = iter([_request(number) for number in range(size)]), Caller()

    async def one() -> None:
        while chunk := [request for _, request in zip(range(batch), requests, strict=False)]:
            await recorder.record_many(chunk, caller)

    ours = await cost(database, asyncio.gather(*(one() for _ in range(waiting))))
    await writer.stop()
    await start_empty(database)
    return Compared(size, ours, await cost(database, commit_again(database, watched.committed)))


def _request(number: int) -> RecordRequest:
    return RecordRequest(
        POST_ACTIONS[number * 7 % len(POST_ACTIONS)],
        user_id=f"user-{number * 31 % 5_000}",
        post_id=f"post-{(number * number) % 2_003}",
        event_id=f"event-{number}",
    )
