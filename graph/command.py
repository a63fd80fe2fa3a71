"""The command line: `trailmark serve`, `migrate` and `verify`."""

import asyncio
import ipaddress
import os
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import uvicorn
from rich.console import Console

from graph.secret import NoSecret, find_secret
from graph.settings import BadSettings, Settings
from models.database import Database
from models.errors import is_unavailable
from models.migrating import migrate as apply_migrations
from models.migrating import pending
from resolvers.identity import ForeignSecret, Identity, claim
from resolvers.verifying import Progress
from resolvers.verifying import verify as verify_all

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console(stderr=True, highlight=False, soft_wrap=True)

T = TypeVar("T")


@app.callback()
def main() -> None:
    """Record what users do, and give it back at once."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on: loopback.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
) -> None:
    """Serve; an embedded database is migrated first."""
    settings = _settings()
    if not _is_loopback(host):
        _stop(
            f"--host {host} is open to others, and this server knows no credentials yet; "
            "allowed are loopback addresses such as 127.0.0.1"
        )
    _run(_prepare(settings))
    where = "embedded database" if settings.database.is_embedded else "PostgreSQL"
    explorer = " · explorer at /graphql" if settings.explorer else ""
    console.print(f"Trailmark on http://{_shown(host)}:{port} · {where}{explorer}")
    console.print("Open to everyone on this machine: no credentials are configured.")
    uvicorn.run(
        "graph.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=8,
    )


@app.command()
def migrate() -> None:
    """Bring the database to this version; safe when several start at once."""
    names = _run(apply_migrations(_settings().database))
    for name in names:
        console.print(f"applied {name}")
    if not names:
        console.print("the database is at this version already")


@app.command()
def verify() -> None:
    """Recount every total and score from its rows; exit 1 if any differs. Runs beside a server."""
    settings = _settings()
    progress = Progress()

    async def run() -> None:
        await _check_version(settings.database)
        async with settings.database.reading():
            with console.status("verifying") as status:
                async for difference in verify_all(progress, settings.scoring):
                    typer.echo(str(difference))
                    status.update(f"verifying: {progress.subjects} subjects")

    _run(run())
    console.print(f"{progress.subjects} subjects verified, {progress.differences} differences")
    if progress.differences:
        raise typer.Exit(1)


async def _prepare(settings: Settings) -> None:
    """Make sure that every worker will find a database it can serve."""
    database = settings.database
    secret = find_secret(settings)
    if database.is_embedded:
        await apply_migrations(database)
    await _check_version(database)
    await claim(Identity(secret), database)


async def _check_version(database: Database) -> None:
    if missing := await pending(database):
        _stop(f"the database lacks {len(missing)} migrations; run `trailmark migrate` first")


def _settings() -> Settings:
    try:
        return Settings.read(os.environ)
    except BadSettings as error:
        _stop(str(error))


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except NoSecret as error:
        _stop(str(error))
    except ForeignSecret:
        _stop(
            "this database was filled under another secret, and with this one every history "
            "would be lost; set TRAILMARK_SECRET to the one it was filled with"
        )
    except Exception as error:
        if not is_unavailable(error):
            raise
        _stop(f"the database does not answer: {type(error).__name__}: {error}")


def _stop(message: str) -> NoReturn:
    console.print(message, style="red", markup=False)
    raise typer.Exit(2)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
