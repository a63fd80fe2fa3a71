"""`make bench-beside`: how long a record waits beside a prune, a recalculation, an erasure.

Exits with 1 if 99 of 100 wait more than twice as long at most as they do without.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.databases.empty import EMPTY
from bench.databases.filling import HOT_USER, fill
from bench.databases.following import follow
from bench.databases.past import DAYS
from bench.servers.running import CORES, running, trailmark
from bench.soak.attacks.wire import Target, ask
from bench.soak.steady import Felt, ask_steadily
from models.database.database import Database
from resolvers.caller import Scope
from resolvers.clock import system_clock
from resolvers.keys import create_key

TIMES = 2
ROWS_PER_USER, ROWS_PER_POST = 50, 100
SLICE_S = 1.0
LONGEST_S = 600.0

_console = Console()


@dataclass(frozen=True)
class Chore:
    """A mutation that touches many rows, and its variable."""

    name: str
    query: str
    variable: int | str = 0


_RECALCULATE = "mutation { recalculateScores { maxDrift } }"
_PRUNE = "mutation ($v: Int!) { pruneInteractions(input: {olderThanDays: $v}) { __typename } }"
_ERASE = "mutation ($v: ID!) { eraseUser(input: {userId: $v, confirm: true}) { __typename } }"


def _chores(rows: int, touched: int) -> list[Chore]:
    """The chores that each concern so many of the rows; the last one ends the hot user."""
    return [
        Chore("recalculation", _RECALCULATE),
        Chore(f"prune of {touched:,} rows", _PRUNE, DAYS - round(DAYS * touched / rows)),
        Chore(f"erasure of {touched:,} rows", _ERASE, HOT_USER),
    ]


def main(
    rows: Annotated[int, typer.Option(min=1_000, help="Rows in the database.")] = 400_000,
    touched: Annotated[int, typer.Option(min=100, help="Rows that each chore concerns.")] = 100_000,
    quiet_s: Annotated[float, typer.Option(min=1, help="How long to ask without chores.")] = 10,
    databases: Annotated[str, typer.Option(help="Which, by commas.")] = "sqlite,postgres",
) -> None:
    """Record steadily, without and beside each chore, and say what 99 of 100 records waited."""
    is_within = True
    for name in databases.split(","):
        table = Table(name, "took s", "records", "p50 ms", "p99 ms", "×")
        with _server(name, rows, touched) as target:
            quiet = asyncio.run(ask_steadily(target, quiet_s, ("record",)))
            _add(table, "without", quiet_s, quiet, quiet)
            for chore in _chores(rows, touched):
                took_s, felt = asyncio.run(_beside(target, chore))
                is_within &= _add(table, chore.name, took_s, felt, quiet)
        _console.print(table)
    if not is_within:
        raise typer.Exit(1)


@contextmanager
def _server(name: str, rows: int, touched: int) -> Iterator[Target]:
    """A server over a past of which one user owns so many rows as are to be touched."""
    with EMPTY[name]() as url:
        database = Database.at(url)
        sizes = rows // ROWS_PER_USER, rows // ROWS_PER_POST
        # Of the hot user's rows, pruning takes its part.
        hot = min(touched * rows // (rows - touched), rows // 2)
        asyncio.run(fill(database, rows, *sizes, hot_user_rows=hot))
        asyncio.run(follow(database))
        key = asyncio.run(create_key(database, [Scope.ADMIN], "beside", system_clock()))
        with running(trailmark(database), CORES) as server:
            yield Target(server.port, key, "")


async def _beside(target: Target, chore: Chore) -> tuple[float, Felt]:
    """Record until a chore has ended; how many seconds that took, and what was felt."""
    felt, begun = Felt(), time.perf_counter()
    asking = ask(target, chore.query, patience_s=LONGEST_S, v=chore.variable)
    working = asyncio.create_task(asking)
    while not working.done():
        some = await ask_steadily(target, SLICE_S, ("record",))
        felt.took_ms += some.took_ms
        felt.failures += some.failures
    took_s = time.perf_counter() - begun
    if (answer := await working) != "200":
        raise RuntimeError(f"{chore.name}: {answer}")
    return took_s, felt


def _add(table: Table, name: str, took_s: float, felt: Felt, quiet: Felt) -> bool:
    """Add what was felt; whether it is within what is allowed."""
    if felt.failures:
        raise RuntimeError(f"{name}: {dict(felt.failures)}")
    times = felt.p99_ms / quiet.p99_ms
    table.add_row(
        name,
        f"{took_s:.1f}",
        f"{len(felt.took_ms):,}",
        f"{felt.p50_ms:.1f}",
        f"{felt.p99_ms:.1f}",
        f"{times:.2f}",
    )
    return times <= TIMES


if __name__ == "__main__":
    typer.run(main)
