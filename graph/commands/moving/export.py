"""The command `export`: all that is stored about one user, written to standard output."""

import os
import sys
from typing import Annotated

import typer

from graph.commands.terminal import check_there, check_version, console, read_settings, run, stop
from graph.config.secret import known_secret
from graph.config.settings import Settings
from resolvers.clock import system_clock
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity, claim
from resolvers.privacy.exporting import export
from resolvers.privacy.ndjson import chunks
from resolvers.targets import BadId, profile_alias


def export_user(
    user: Annotated[str, typer.Argument(help="The user's id, or the alias `u_…`.")],
) -> None:
    """Write all that is stored about one user to standard output, a line of JSON for each thing."""
    alias, lines = run(_export(read_settings(), user))
    console.print(f"exported {lines:,} lines about {alias}")


async def _export(settings: Settings, user: str) -> tuple[str, int]:
    """Write the lines about a user; the alias, and how many there were."""
    check_there(settings.database)
    identity = Identity(known_secret(settings))
    await check_version(settings.database)
    await claim(identity, settings.database)
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
