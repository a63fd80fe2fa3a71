"""Recording through intake, judging and the writer, beside the bare statements that store it.

"Bare" commits the very same rows, totals and scores, prepared beforehand, with nothing judged.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory

from models.database import Database
from models.ledger import Judge, Ledger
from models.migrating import migrate
from models.records import Changes, Known, Wanted
from models.vocabulary import ACTIONS, ActionType, TargetKind
from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.identity import Identity
from resolvers.intake import Request
from resolvers.judging import DAY, Rules
from resolvers.recording import Recorder
from resolvers.writer import Writer
from tests.databases import empty, postgres_server

ROWS = 20_000
POST_ACTIONS = [a.type for a in ACTIONS.values() if a.target_kind is TargetKind.POST]
SHAPES = (
    ("1 at a time", 1, 1, 2_000),
    ("64 waiting", 64, 1, ROWS),
    ("1000 a batch", 1, 1_000, ROWS),
)


class Watched:
    """A ledger that remembers what it committed, to be committed again barely."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.committed: list[Changes] = []

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        def watched(known: Known) -> Changes:
            changes = judge(known)
            self.committed.append(changes)
            return changes

        await self.ledger.transact(wanted, watched)

    async def close(self) -> None:
        await self.ledger.close()


def compare() -> Iterator[tuple[str, ...]]:
    """A row of the table for each database and each way to record."""
    with _databases() as databases:
        for database in databases:
            for name, waiting, batch, size in SHAPES:
                full, bare = asyncio.run(_compare(database, waiting, batch, size))
                ratio = f"{full / bare:.0%}"
                yield database.dialect, name, f"{full:,.0f}", f"{bare:,.0f}", ratio


async def _compare(database: Database, waiting: int, batch: int, size: int) -> tuple[float, float]:
    await _empty(database)
    full, committed = await _record(database, waiting, batch, size)
    await _empty(database)
    return full, await _barely(database, committed, size)


async def _record(
    database: Database, waiting: int, batch: int, size: int
) -> tuple[float, Sequence[Changes]]:
    watched = Watched(database.ledger())
    writer = Writer(watched, Rules(90 * DAY))
    writer.start()
    recorder = Recorder(writer, Identity("a secret of benchmarks"), system_clock)
    requests = iter([_request(number) for number in range(size)])
    caller = Caller()

    async def one() -> None:
        while chunk := [request for _, request in zip(range(batch), requests, strict=False)]:
            await recorder.record_many(chunk, caller)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(waiting)))
    took = time.perf_counter() - started
    await writer.stop()
    return size / took, watched.committed


async def _barely(database: Database, committed: Sequence[Changes], size: int) -> float:
    ledger = database.ledger()
    started = time.perf_counter()
    for changes in committed:
        await ledger.transact(Wanted(), partial(_as_committed, changes))
    took = time.perf_counter() - started
    await ledger.close()
    return size / took


def _as_committed(changes: Changes, known: Known) -> Changes:
    return changes


def _request(number: int) -> Request:
    return Request(
        ActionType(POST_ACTIONS[number * 7 % len(POST_ACTIONS)]),
        user_id=f"user-{number * 31 % 5_000}",
        post_id=f"post-{(number * number) % 2_003}",
        event_id=f"event-{number}",
    )


@contextmanager
def _databases() -> Iterator[list[Database]]:
    with TemporaryDirectory(prefix="trailmark-") as folder, postgres_server() as url:
        yield [Database.at(f"sqlite://{folder}/bench.db"), Database.at(url)]


async def _empty(database: Database) -> None:
    if not database.is_embedded:
        await empty(database)
        return
    for file in database.path.parent.glob("bench.db*"):
        file.unlink()
    await migrate(database)
