"""The command `trailmark lanes`: how many lanes record, and another number of them."""

from typing import Annotated

import typer

from graph.commands.terminal import check_version, console, read_settings, run, stop
from models.database.database import Database
from models.database.suitability import check_room
from models.ledger.lanes.layouts import change_lanes, read_layout
from models.partitions import LANE_COUNTS, PARTITIONS, Layout

ALLOWED = f"a power of two from 1 to {PARTITIONS}"


def lanes(
    number: Annotated[
        int | None,
        typer.Argument(metavar="[N]", help=f"How many there shall be: {ALLOWED}."),
    ] = None,
) -> None:
    """Say how many lanes record, or change that. Runs beside servers, which go on."""
    database = read_settings().database
    if number is None:
        typer.echo(run(_read(database)).lanes)
        return
    check_lanes(database, number)
    before, after = run(_change(database, number))
    if before.lanes == after.lanes:
        console.print(f"lanes: {after.lanes} already")
    else:
        console.print(f"lanes: {after.lanes} now, {before.lanes} before")


def check_lanes(database: Database, number: int) -> None:
    """Make sure that a database can have so many lanes."""
    if number not in LANE_COUNTS:
        stop(f"lanes: got {number}; allowed is {ALLOWED}")
    if database.is_embedded and number > 1:
        stop(f"lanes: got {number}; allowed is 1: an embedded database has one lock for all of it")


def told(number: int) -> str:
    return f"{number} lane{'s' * (number > 1)}"


async def _read(database: Database) -> Layout:
    await check_version(database)
    return await read_layout(database)


async def _change(database: Database, number: int) -> tuple[Layout, Layout]:
    """The layout as it was, and as it is now."""
    before = await _read(database)
    if before.lanes == number:
        return before, before
    if number > before.lanes:
        await check_room(database, number)
    return before, await change_lanes(database, number)
