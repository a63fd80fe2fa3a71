"""`make bench-bulk`: batches of 1000 and an import, beside the statements that they end in alone.

Times by the clock tell only on a quiet machine; those of the processors on any.
"""

import asyncio
from collections.abc import Iterable
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bench.databases.empty import databases
from bench.storage import importing, recording
from bench.storage.costs import HEAD


def main(
    lines: Annotated[int, typer.Option(help="Lines that are imported.")] = 100_000,
    inputs: Annotated[int, typer.Option(help="Inputs that come in batches of 1000.")] = 50_000,
    rounds: Annotated[int, typer.Option(help="How often all of it is measured.")] = 1,
) -> None:
    """Measure, and print tables of ratios."""
    batches = [(*shape[:3], inputs) for shape in recording.SHAPES if shape[2] > 1]
    for _ in range(rounds):
        compare(batches, lines)


def compare(shapes: Iterable[tuple[str, int, int, int]], lines: int) -> None:
    """Record in each of the ways, import so many lines, and print a table."""
    table = Table("database", "what", *HEAD)
    with databases() as found, Live(table, console=Console()):
        for database in found:
            for name, waiting, batch, size in shapes:
                compared = uvloop.run(recording.compare(database, waiting, batch, size))
                table.add_row(database.dialect, name, *compared.shown)
            imported = asyncio.run(importing.compare(database, lines))
            table.add_row(database.dialect, f"import {lines:,} lines", *imported.shown)


if __name__ == "__main__":
    typer.run(main)
