"""The command `trailmark migrate`: the database brought to this version."""

from typing import Annotated

import typer

from graph.commands.lanes import ALLOWED, check_lanes, told
from graph.commands.terminal import console, read_settings, rewrite, run, stop, tell_suitability
from graph.config.secret import NoSecret, find_secret
from graph.config.settings import Settings
from models.database.database import Database
from models.database.migrating import migrate as apply_migrations
from models.database.suitability import check_room
from models.ledger.lanes.layouts import change_lanes, read_layout
from models.reading.log import read_head


def migrate(
    lanes: Annotated[
        int | None,
        typer.Option(help=f"How many lanes a new database has: {ALLOWED}; 1 if absent."),
    ] = None,
) -> None:
    """Bring the database to this version; safe when several start at once."""
    settings = read_settings()
    if lanes is not None:
        check_lanes(settings.database, lanes)
    if settings.database.is_embedded:
        _make_secret(settings)
    done = run(_migrate(settings, lanes))
    for each in done:
        console.print(each)
    if not done:
        console.print("the database is at this version already")


def _make_secret(settings: Settings) -> None:
    """Make the secret beside an embedded database, as `serve` does."""
    try:
        find_secret(settings)
    except NoSecret as error:
        stop(str(error))


async def _migrate(settings: Settings, lanes: int | None) -> list[str]:
    """What was done."""
    database = settings.database
    await tell_suitability(database)
    done = [f"applied {name}" for name in await apply_migrations(database)]
    if await rewrite(settings):
        done.append("rewrote authors and hashtags as this version stores them")
    if lanes is not None:
        done += await _make_lanes(database, lanes)
    return done


async def _make_lanes(database: Database, lanes: int) -> list[str]:
    """Give a database that nothing was recorded in so many lanes; what was done."""
    found = (await read_layout(database)).lanes
    if found == lanes:
        return []
    async with database.reading():
        is_new = (await read_head()).last_number == 0
    if not is_new:
        stop(f"the database has {told(found)}; `trailmark lanes {lanes}` changes that")
    await check_room(database, lanes)
    await change_lanes(database, lanes)
    return [f"made {told(lanes)}"]
