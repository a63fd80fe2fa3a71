"""The command `trailmark verify`: every total and score recounted."""

import typer

from graph.commands.terminal import check_version, console, progress_bar, read_settings, run
from models.reading.recount import size
from resolvers.audit.verifying import Verification
from resolvers.audit.verifying import verify as verify_all
from resolvers.clock import system_clock
from resolvers.signals.co_engagement import auditing


def verify() -> None:
    """Recount every total and score from its rows; exit 1 if any differs. Runs beside a server."""
    settings, found, now = read_settings(), Verification(), system_clock()

    async def work() -> None:
        await check_version(settings.database)
        async with settings.database.reading():
            with progress_bar("verifying totals", await size()) as show:
                async for difference in verify_all(found, settings.scoring, now):
                    typer.echo(str(difference))
                    show(found.totals)
            async for unlike in auditing.differences():
                typer.echo(unlike)
                found.differences += 1
            console.print(f"co-engagement is {await auditing.lag()}")
            console.print(f"{found.pending} ranks are yet to be made, and were not looked at")

    run(work())
    console.print(f"{found.totals} totals verified, {found.differences} differences")
    if found.differences:
        raise typer.Exit(1)
