"""The commands that look after the database: `trailmark verify` and `recalculate`."""

import typer

from graph.terminal import check_version, console, progress_bar, read_settings, run
from models.recount import size
from resolvers.clock import system_clock
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
