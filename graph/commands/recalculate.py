"""The command `trailmark recalculate`: totals and scores made what their rows say."""

from graph.commands.terminal import check_version, console, progress_bar, read_settings, run
from models.reading.recount import size
from resolvers.audit.recalculating import Recalculation
from resolvers.audit.recalculating import recalculate as recalculate_all
from resolvers.clock import system_clock


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
