"""`make soak`: each attack beside a steady caller, then kills and restarts under load.

Exits with 1 if others felt an attack beyond what they may, or if an input was lost or stored twice.
"""

import asyncio
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bench.databases.empty import EMPTY
from bench.soak.attacks.table import ATTACKS, Attack
from bench.soak.beside import MIB, Outcome, endure
from bench.soak.serving import victim
from bench.soak.trials.ground import Trial, Unable, survive
from bench.soak.trials.table import TRIALS

_ATTACKS = (
    "p50/p99 ms quiet",
    "p50/p99 ms beside",
    "×",
    "MiB before",
    "peak",
    "after",
    "told",
    "harm",
)
_TRIALS = ("inputs acknowledged", "recovered in s", "MiB more", "wrong")
_TOLD = 4  # kinds of answers that are shown
_console = Console()


def main(
    seconds: Annotated[float, typer.Option(min=1, help="How long each attack goes on.")] = 5,
    attacks: Annotated[str, typer.Option(help="Parts of their names, by commas.")] = "",
    databases: Annotated[str, typer.Option(help="Which, by commas.")] = "sqlite,postgres",
    rows: Annotated[int, typer.Option(min=1_000, help="Rows in the database.")] = 300_000,
    times: Annotated[int, typer.Option(min=0, help="How often each trial kills or stops.")] = 10,
) -> None:
    """Attack a server of each database, disturb another, and say what it did to others."""
    chosen, names = _chosen(attacks), databases.split(",")
    for name in names:
        if name not in EMPTY:
            raise typer.BadParameter(f"got {name!r}; allowed are {', '.join(EMPTY)}")
    harm = [found for name in names for found in _attack(name, chosen, seconds, rows)]
    harm += [found for name in names for found in _disturb(name, times)]
    if harm:
        raise typer.Exit(1)


def _attack(database: str, chosen: list[Attack], seconds: float, rows: int) -> Iterator[str]:
    """Attack a server; the harm that was done."""
    table = Table(database, *_ATTACKS)
    with victim(database, rows) as attacked, Live(table, console=_console):
        for attack in chosen:
            outcome = endure(attack, attacked, seconds=seconds, quiet_s=seconds)
            table.add_row(*_row(outcome))
            yield from outcome.harm


def _disturb(database: str, times: int) -> Iterator[str]:
    """Disturb a server under load; what is wrong afterwards."""
    table = Table(f"{database}, under load", *_TRIALS)
    with Live(table, console=_console):
        for trial in TRIALS if times else ():
            if database in trial.databases:
                *row, wrong = _survived(trial, database, times)
                table.add_row(trial.name, *row, wrong)
                yield from [wrong] if wrong and any(row) else []


def _survived(trial: Trial, database: str, times: int) -> tuple[str, str, str, str]:
    """The row of a trial; one that this machine is unable to make only says why."""
    try:
        found = asyncio.run(survive(trial, database, times))
    except Unable as error:
        return "", "", "", str(error)
    grown = f"{found.grown / MIB:.0f}"
    return f"{found.acknowledged:,}", f"{found.recovery_s:.1f}", grown, found.wrong


def _chosen(given: str) -> list[Attack]:
    """The attacks whose name holds one of the parts that are given."""
    parts = [part.strip() for part in given.split(",")]
    for part in parts:
        if not any(part in attack.name for attack in ATTACKS):
            names = ", ".join(attack.name for attack in ATTACKS)
            raise typer.BadParameter(f"got {part!r}; allowed are {names}")
    return [attack for attack in ATTACKS if any(part in attack.name for part in parts)]


def _row(outcome: Outcome) -> tuple[str, ...]:
    told = sorted(outcome.told.items(), key=lambda each: -each[1])[:_TOLD]
    return (
        outcome.attack.name,
        f"{outcome.quiet.p50_ms:.1f}/{outcome.quiet.p99_ms:.1f}",
        f"{outcome.beside.p50_ms:.1f}/{outcome.beside.p99_ms:.1f}",
        f"{outcome.ratio:.1f}",
        f"{outcome.before / MIB:.0f}",
        f"{outcome.peak / MIB:.0f}",
        f"{outcome.after / MIB:.0f}",
        ", ".join(f"{count} {what}" for what, count in told),
        "; ".join(outcome.harm),
    )


if __name__ == "__main__":
    typer.run(main)
