"""The command `trailmark prune`: old interactions taken out of history."""

from typing import Annotated

import typer

from graph.commands.terminal import check_version, console, progress_bar, read_settings, run, stop
from graph.config.settings import Settings
from models.ledger.opening import WORK_S, open_ledger
from models.reading import prunable
from resolvers.clock import system_clock
from resolvers.instants import format_instant
from resolvers.privacy.pruning import DAYS_LIMIT, Cutoff, Pruned, count
from resolvers.privacy.pruning import prune as prune_all


def prune(
    older_than_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=DAYS_LIMIT,
            help="Take out what is dated more than so many days ago; TRAILMARK_PRUNE_AFTER_DAYS "
            "if absent.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would go; nothing changes.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Do it, though it takes more than half of what is stored."),
    ] = False,
) -> None:
    """Take old interactions out of history; counts and scores stay. Runs beside a server."""
    settings = read_settings()
    days = older_than_days or settings.prune_after_days
    if not days:
        console.print("TRAILMARK_PRUNE_AFTER_DAYS is 0, which keeps all; say --older-than-days")
        return
    cutoff = Cutoff.of(days, settings.retention, system_clock())
    pruned = run(_prune(settings, cutoff, dry_run=dry_run, yes=yes))
    would = "would be " if dry_run else ""
    console.print(
        f"{pruned.removed} interactions dated before {format_instant(cutoff.dated)} {would}taken "
        f"out of history: {pruned.events} events, and {pruned.states} states that go on to hold"
    )
    console.print(f"{pruned.undone} states that do not hold {would}deleted")
    console.print(f"{pruned.event_ids} event ids {would}forgotten")


async def _prune(settings: Settings, cutoff: Cutoff, *, dry_run: bool, yes: bool) -> Pruned:
    database, pruned = settings.database, Pruned()
    await check_version(database)
    async with database.reading():
        if not dry_run and not yes:
            await _check_share(cutoff)
        rows = await prunable.size(cutoff.dated)
        with progress_bar("counting rows" if dry_run else "pruning rows", rows) as pruned.show:
            if dry_run:
                await count(cutoff, pruned)
                return pruned
            ledger = open_ledger(database, WORK_S)
            try:
                await prune_all(ledger, settings.scoring, cutoff, pruned)
                await ledger.scrub()
            finally:
                await ledger.close()
    return pruned


async def _check_share(cutoff: Cutoff) -> None:
    """Refuse to take more than half, which a clock that was set wrong would call old."""
    going, stored = await prunable.share(cutoff.dated)
    if going * 2 > stored:
        stop(
            f"{going:,} of {stored:,} interactions are dated before "
            f"{format_instant(cutoff.dated)}, more than half; say --yes if that is right"
        )
