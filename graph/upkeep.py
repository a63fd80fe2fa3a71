"""The commands that look after the database: `trailmark verify`, `recalculate` and `prune`."""

from typing import Annotated

import typer

from graph.settings import Settings
from graph.terminal import check_version, console, progress_bar, read_settings, run
from models import pruning
from models.recount import size
from resolvers.clock import system_clock
from resolvers.instants import format_instant
from resolvers.pruning import DAYS_LIMIT, Cutoff, Pruned, count
from resolvers.pruning import prune as prune_all
from resolvers.recalculating import Recalculation
from resolvers.recalculating import recalculate as recalculate_all
from resolvers.verifying import Verification
from resolvers.verifying import verify as verify_all


def verify() -> None:
    """Recount every total and score from its rows; exit 1 if any differs. Runs beside a server."""
    settings, found = read_settings(), Verification()

    async def work() -> None:
        await check_version(settings.database)
        async with settings.database.reading():
            with progress_bar("verifying totals", await size()) as show:
                async for difference in verify_all(found, settings.scoring):
                    typer.echo(str(difference))
                    show(found.totals)

    run(work())
    console.print(f"{found.totals} totals verified, {found.differences} differences")
    if found.differences:
        raise typer.Exit(1)


def recalculate() -> None:
    """Put right every total and score that is not what its rows say. Runs beside a server."""
    settings, found = read_settings(), Recalculation()
    now = system_clock()

    async def work() -> None:
        await check_version(settings.database)
        async with settings.database.reading():
            with progress_bar("recalculating totals", await size()) as show:
                found.show = show
                await recalculate_all(settings.database, settings.scoring, now, found)

    run(work())
    console.print(
        f"{found.users} users and {found.posts} posts recalculated, "
        f"largest drift {found.max_drift:.3g}"
    )


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
) -> None:
    """Take old interactions out of history; counts and scores stay. Runs beside a server."""
    settings = read_settings()
    days = older_than_days or settings.prune_after_days
    if not days:
        console.print("TRAILMARK_PRUNE_AFTER_DAYS is 0, which keeps all; say --older-than-days")
        return
    cutoff = Cutoff.of(days, settings.retention, system_clock())
    pruned = run(_prune(settings, cutoff, dry_run))
    would = "would be " if dry_run else ""
    console.print(
        f"{pruned.removed} interactions dated before {format_instant(cutoff.dated)} {would}taken "
        f"out of history: {pruned.events} events, and {pruned.states} states that go on to hold"
    )
    console.print(f"{pruned.undone} states that do not hold {would}deleted")
    console.print(f"{pruned.event_ids} event ids {would}forgotten")


async def _prune(settings: Settings, cutoff: Cutoff, dry_run: bool) -> Pruned:
    database, pruned = settings.database, Pruned()
    await check_version(database)
    async with database.reading():
        rows = await pruning.size(cutoff.dated)
        with progress_bar("counting rows" if dry_run else "pruning rows", rows) as pruned.show:
            if dry_run:
                await count(cutoff, pruned)
                return pruned
            ledger = database.ledger()
            try:
                await prune_all(ledger, settings.scoring, cutoff, pruned)
            finally:
                await ledger.close()
    return pruned
