"""The command `export`: all about one user, or all interactions, written to standard output."""

import os
import sys
from typing import Annotated

import typer

from graph.commands.moving.export_all import ExportOptions, check_options, write_all
from graph.commands.terminal import check_there, check_version, console, read_settings, run, stop
from graph.config.secret import known_secret
from graph.config.settings import Settings
from resolvers.clock import system_clock
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity, claim
from resolvers.privacy.exporting import export
from resolvers.privacy.ndjson import chunks
from resolvers.targets import BadId, profile_alias


def export_data(
    user: Annotated[str | None, typer.Argument(help="The user's id, or the alias `u_…`.")] = None,
    all: Annotated[
        bool,
        typer.Option(
            "--all", help="All interactions that hold or happened, in lines that import takes."
        ),
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="With --all: only what occurred from this instant on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="With --all: only what occurred before this instant.")
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="With --all: ndjson, which it is by default, or csv.")
    ] = None,
    after: Annotated[
        str | None, typer.Option(help="With --all: the cursor at which an export has ended.")
    ] = None,
) -> None:
    """Write all that is stored about one user, or everybody's interactions, to standard output."""
    if all == (user is not None):
        stop("allowed is exactly one of the two: a USER, or --all for everybody")
    if all:
        options = check_options(since, until, format, after)
        raise typer.Exit(run(_export_all(read_settings(), options)))
    named = ("--since", since), ("--until", until), ("--format", format), ("--after", after)
    for name, value in named:
        if value is not None:
            stop(f"{name} goes with --all; allowed with a USER is nothing else")
    alias, lines = run(_export(read_settings(), user or ""))
    console.print(f"exported {lines:,} lines about {alias}")


async def _export_all(settings: Settings, options: ExportOptions) -> int:
    return await write_all(settings.database, await _claimed(settings), options)


async def _claimed(settings: Settings) -> Identity:
    """Who users are, once the database is found to be of this version and under this secret."""
    check_there(settings.database)
    identity = Identity(known_secret(settings))
    await check_version(settings.database)
    await claim(identity, settings.database)
    return identity


async def _export(settings: Settings, user: str) -> tuple[str, int]:
    """Write the lines about a user; the alias, and how many there were."""
    identity = await _claimed(settings)
    try:
        alias = profile_alias(user, identity)
    except BadId as bad:
        stop(f"USER: {bad.message}")
    return alias, await _write(settings, identity, alias)


async def _write(settings: Settings, identity: Identity, alias: str) -> int:
    id_cipher, now = IdCipher(identity.key("interaction ids")), system_clock()
    written = 0
    async with settings.database.reading():
        lines = export(
            alias, id_cipher, settings.scoring, default=settings.default_privacy, now=now
        )
        with console.status("exporting") as status:
            async for chunk in chunks(lines):
                _put(chunk)
                written += chunk.count(b"\n")
                status.update(f"exporting: {written:,} lines")
    return written


def _put(chunk: bytes) -> None:
    """Write to standard output.

    Raises:
        BrokenPipeError: nobody reads it.
    """
    try:
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still held
        stop(f"standard output: {error.strerror}")
