"""The commands `trailmark keys create`, `list` and `revoke`."""

from typing import Annotated

import typer

from graph.commands.terminal import check_there, console, read_settings, ready_database, run, stop
from graph.config.settings import Settings
from models.reading.api_keys import StoredKey, all_keys, revoke_key
from resolvers.caller import Scope
from resolvers.clock import system_clock
from resolvers.instants import format_instant
from resolvers.keys import SCOPES, create_key

NAME_LENGTH = 64

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys of services.")


@app.command()
def create(
    scope: Annotated[
        list[str],
        typer.Option(help=f"What it may do: {', '.join(SCOPES)}; several by commas or repeated."),
    ],
    name: Annotated[str, typer.Option(help="What it is for, to tell it by in the list.")] = "",
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    scopes = [each.strip() for given in scope for each in given.split(",")]
    for each in scopes:
        if each not in SCOPES:
            stop(f"--scope is {each[:64]!r}; allowed are {', '.join(SCOPES)}")
    if len(name) > NAME_LENGTH or not name.isprintable():
        stop(f"--name has {len(name)} characters; allowed are at most {NAME_LENGTH}, printable")
    typer.echo(run(_create(read_settings(), [Scope(each) for each in scopes], name)))


@app.command("list")
def list_all() -> None:
    """List the keys, one a line: id, scopes, when it was made and revoked, name."""
    for key in run(kept_keys(read_settings())):
        made = format_instant(key.created_at)
        ended = "-" if key.revoked_at is None else f"revoked {format_instant(key.revoked_at)}"
        typer.echo(f"{key.id}\t{key.scope}\t{made}\t{ended}\t{key.name}")


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="The key's id, as listed.")]) -> None:
    """Revoke a key; every server feels it within 10 seconds."""
    if not run(_revoke(read_settings(), id)):
        stop(f"there is no key {id[:64]!r} that is not revoked; `trailmark keys list` has them all")
    console.print(f"revoked {id}")


async def kept_keys(settings: Settings, *, makes: bool = False) -> list[StoredKey]:
    """Every key there ever was; `makes` is that of `ready_database`."""
    check_there(settings.database)
    await ready_database(settings, makes=makes)
    async with settings.database.reading():
        return await all_keys()


async def _create(settings: Settings, scopes: list[Scope], name: str) -> str:
    await ready_database(settings)
    return await create_key(settings.database, scopes, name, system_clock())


async def _revoke(settings: Settings, id: str) -> bool:
    await ready_database(settings)
    return await revoke_key(settings.database, id, system_clock())
