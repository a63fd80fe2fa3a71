"""`make bench-scaling`: recording by more processes and lanes, and what it asks of larger machines.

Prints ratios of one run, and a model of what a thousand million interactions a day need. With
`--out docs` it writes them into `scaling.md` there, and draws the model beside it.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median_low
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bench.databases.clusters import postgres
from bench.scaling.model import Prices
from bench.scaling.reporting import (
    Row,
    assumed,
    costs_of,
    draw,
    needed,
    served,
    table,
    write,
    written,
)
from bench.scaling.serving import SETUPS, Served, Setup, serve
from bench.scaling.writing import rates
from models.database.database import Database

_console = Console()


def main(
    seconds: Annotated[float, typer.Option(min=1, help="Of each setup, after 2 more.")] = 4,
    rounds: Annotated[int, typer.Option(min=1, help="Of all; the middle one counts.")] = 1,
    rows: Annotated[int, typer.Option(min=1_000, help="That are written alone.")] = 20_000,
    row_bytes: Annotated[float, typer.Option(help="As `bench.storage.room` measures them.")] = 810,
    core: Annotated[float, typer.Option(help="What a core costs a month.")] = 25,
    gigabyte: Annotated[float, typer.Option(help="What a gigabyte of disk costs a month.")] = 0.1,
    out: Annotated[Path | None, typer.Option(help="The folder of scaling.md.")] = None,
) -> None:
    """Measure all setups on a PostgreSQL server of this run, and say what follows."""
    prices = Prices(core, gigabyte)
    with postgres() as url:
        database = Database.at(url)
        alone = uvloop.run(rates(database, rows))
        _console.print(table(written(alone)))
        found = _served(database, seconds, rounds)
    costs = costs_of(found[SETUPS[0]], row_bytes)

    def tables() -> list[Iterator[Row]]:
        return [written(alone), served(found), needed(costs, prices)]

    _console.print(*map(table, tables()[1:]), assumed(costs, prices), sep="\n")
    if out is not None:
        write(out / "scaling.md", tables(), assumed(costs, prices))
        draw(out / "scaling.svg", costs, prices)


def _served(database: Database, seconds: float, rounds: int) -> dict[Setup, Served]:
    """Of each setup the round in the middle, by its rate; every round has all of them."""
    found: dict[Setup, list[Served]] = {setup: [] for setup in SETUPS}
    for _ in range(rounds):
        for setup in SETUPS:
            one = serve(database, setup, seconds)
            _console.print(f"{setup.title}: {one.per_second:,.0f}/s")
            found[setup].append(one)
    return {setup: _middle(all_of_it) for setup, all_of_it in found.items()}


def _middle(found: list[Served]) -> Served:
    rates = {each.per_second: each for each in found}
    return rates[median_low(rates)]


if __name__ == "__main__":
    typer.run(main)
