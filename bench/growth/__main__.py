"""`make bench-growth`: what the same reads and writes take as rows grow, on both databases.

For each size a database of its own is filled and served by a server of its own, which is asked over
HTTP, one request after another. Prints a table; writes `growth.md` and `growth.svg`.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.databases.empty import EMPTY
from bench.databases.filling import SECRET, fill
from bench.databases.following import follow
from bench.growth.operations import Latency, latencies
from bench.growth.reporting import Growth, Measured, ratio, shown, write
from models.database.database import Database
from tests.support.durability.server import server_process

ROWS_PER_USER, ROWS_PER_POST = 50, 100
HOT_SHARE = 10  # the hot user owns one row of so many
SMALLEST = 20_000  # for a deep page, and posts to choose from

_console = Console()


def main(
    sizes: Annotated[str, typer.Option(help="Rows, by commas, smallest first.")],
    out: Annotated[Path, typer.Option(help="The folder that growth.md and growth.svg go to.")],
    databases: Annotated[str, typer.Option(help="Which, by commas.")] = "postgres,sqlite",
) -> None:
    """Measure at every size, and write what was measured."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or gigabytes and a server stay behind
    rows = _rows(sizes)
    found = []
    for name in databases.split(","):
        if name not in EMPTY:
            raise typer.BadParameter(f"got {name!r}; allowed are {', '.join(EMPTY)}")
        measured = {size: _measure(name, size) for size in rows}
        versions = {each.version for each in measured.values()}
        found.append(
            Growth(" ".join(versions), {size: each.latencies for size, each in measured.items()})
        )
        _console.print(_table(found[-1]))
    write(out, found)


def _rows(sizes: str) -> list[int]:
    try:
        rows = sorted({int(size) for size in sizes.split(",")})
    except ValueError:
        raise typer.BadParameter(f"sizes: got {sizes!r}; allowed are numbers by commas") from None
    if rows[0] < SMALLEST:
        raise typer.BadParameter(f"sizes: got {rows[0]}; allowed is {SMALLEST} or more")
    return rows


def _measure(name: str, size: int) -> Measured:
    users, posts = size // ROWS_PER_USER, size // ROWS_PER_POST
    with EMPTY[name]() as url, TemporaryDirectory(prefix="trailmark-") as folder:
        started = time.monotonic()
        database = Database.at(url)
        asyncio.run(fill(database, size, users, posts, hot_user_rows=size // HOT_SHARE))
        asyncio.run(follow(database))
        asyncio.run(_settle(database))
        _console.print(f"{name}, {size:,} rows: filled in {time.monotonic() - started:.0f} s")
        took = asyncio.run(_serve(url, Path(folder), users, posts))
        return Measured(asyncio.run(_version(database)), took)


async def _serve(url: str, folder: Path, users: int, posts: int) -> dict[str, Latency]:
    async with server_process(url, folder, TRAILMARK_SECRET=SECRET) as server:
        return latencies(server.port, users, posts)


async def _settle(database: Database) -> None:
    """Let what filling left to be written be written, so that it is not measured."""
    if not database.is_embedded:
        async with database.connected() as server:
            await server.execute("CHECKPOINT")
    os.sync()


async def _version(database: Database) -> str:
    if database.is_embedded:
        with database.opened_file() as file:
            return f"SQLite {file.execute('SELECT sqlite_version()').fetchone()[0]}"
    async with database.connected() as server:
        return f"PostgreSQL {str(await server.fetchval('SHOW server_version')).split()[0]}"


def _table(growth: Growth) -> Table:
    table = Table(f"{growth.database}: ms, p50 (p99)", *(f"{size:,}" for size in growth.sizes), "×")
    for name in growth.names:
        cells = (shown(growth.latencies[size][name]) for size in growth.sizes)
        table.add_row(name, *cells, f"{ratio(growth, name):.2f}")
    return table


if __name__ == "__main__":
    typer.run(main)
