"""How much room an interaction takes on PostgreSQL, and what recording it costs its processor.

`python -m bench.storage.room` records 300 000 interactions in batches, spread over 80 days, each
with an event id; then more of them one by one, which shows what updates in place leave behind; then
some with 64 waiting, as a server under load records. Tables are told with their indexes.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from time import process_time
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from bench.databases.clusters import postgres
from bench.peers.postgres import pid
from bench.servers.usage import processor_s
from models.database.database import Database
from models.ledger.opening import open_ledger
from models.vocabulary import ACTIONS, TargetKind
from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.following.ranks import RankFollowing, drain
from resolvers.identity import Identity
from resolvers.recording.judging import Rules
from resolvers.recording.recorder import Recorder
from resolvers.recording.validation import RecordRequest
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY
from resolvers.simulation import OFTEN

USERS, POSTS, DAYS = 20_000, 10_000, 80
BATCH, WAITING = 1_000, 64
_SIZES = """
SELECT t.relname, pg_relation_size(t.oid), coalesce(i.relname, ''),
    coalesce(pg_relation_size(i.oid), 0)
FROM pg_class t
    LEFT JOIN pg_index x ON x.indrelid = t.oid LEFT JOIN pg_class i ON i.oid = x.indexrelid
WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
    AND pg_relation_size(t.oid) > 16384
ORDER BY t.relname, i.relname
"""

_console = Console(width=110)


def main(
    batched: Annotated[int, typer.Option(help="Interactions that come in batches.")] = 300_000,
    single: Annotated[int, typer.Option(help="Those that come one by one, after them.")] = 100_000,
    waiting: Annotated[int, typer.Option(help="Those of which 64 wait at once.")] = 40_000,
) -> None:
    """Record, and tell the room and the processor's time an interaction."""
    with postgres() as url:
        uvloop.run(_measured(Database.at(url), batched, single, waiting))


async def _measured(database: Database, batched: int, single: int, waiting: int) -> None:
    ranks = RankFollowing(database)
    writer = Writer(open_ledger(database), Rules(90 * DAY), ranks.notify)
    writer.start()
    async with database.reading(), ranks.at_work():
        await _tell(database, writer, (batched, single, waiting))
    await writer.stop()


async def _tell(database: Database, writer: Writer, counts: tuple[int, int, int]) -> None:
    """Record in each of the three ways, with ranks following, and tell what that took."""
    server = await pid(database)
    batched, single, waiting = counts
    recorder = Recorder(writer, Identity("a secret of benchmarks"), system_clock)
    requests = _requests(batched + single + waiting)
    recorded = 0
    for name, count, batch, callers in (
        (f"in batches of {BATCH}", batched, BATCH, 1),
        ("one by one", single, 1, 1),
        (f"{WAITING} waiting", waiting, 1, WAITING),
    ):
        before, own = processor_s(server), process_time()
        await _record(recorder, islice(requests, count), batch, callers)
        await drain(database)
        recorded += count
        used, own = (
            seconds / max(count, 1) * 1e6
            for seconds in (processor_s(server) - before, process_time() - own)
        )
        _console.print(
            f"{count:,} {name}: {used:.0f} µs of the database's processor each, {own:.0f} of Python"
        )
        _console.print(_table(await _sizes(database), recorded))


async def _record(
    recorder: Recorder, requests: Iterator[RecordRequest], batch: int, callers: int
) -> None:
    caller = Caller()

    async def one() -> None:
        while some := list(islice(requests, batch)):
            results = await recorder.record_many(some, caller)
            if errors := [each.errors for each in results if each.errors]:
                raise RuntimeError(str(errors[0]))

    await asyncio.gather(*(one() for _ in range(callers)))


def _requests(count: int) -> Iterator[RecordRequest]:
    """Lifelike actions on posts, in the order of their instants; the same for the same count."""
    chance = random.Random(1)  # noqa: S311 (lifelike, not secret)
    often = {
        action: weight
        for action, weight in OFTEN.items()
        if ACTIONS[action].target_kind is TargetKind.POST
    }
    actions, weights = list(often), list(accumulate(often.values()))
    start = system_clock() - DAYS * DAY
    for number in range(count):
        yield RecordRequest(
            chance.choices(actions, cum_weights=weights)[0],
            user_id=f"user-{chance.randrange(USERS)}",
            post_id=f"post-{int(POSTS ** chance.random())}",
            event_id=f"0b6fa2c4-53d1-4c1e-9f5e-{number:012x}",
            occurred_at=start + number * DAYS * DAY // count,
        )


async def _sizes(database: Database) -> Sequence[tuple[str, int, str, int]]:
    async with database.connected() as server:
        return [tuple(row) for row in await server.fetch(_SIZES)]


def _table(sizes: Sequence[tuple[str, int, str, int]], count: int) -> Table:
    table = Table("table", "rows' bytes", "index", "bytes")
    total, last = 0, ""
    for name, bytes, index, index_bytes in sizes:
        own = bytes if name != last else 0
        total += own + index_bytes
        shown = f"{own / count:.1f}" if own else ""
        table.add_row(name if own else "", shown, index, f"{index_bytes / count:.1f}")
        last = name
    table.add_row("all", f"{total / count:.1f}", "", "")
    return table


if __name__ == "__main__":
    typer.run(main)
