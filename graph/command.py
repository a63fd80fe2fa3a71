"""The command line: `trailmark serve` and `migrate`, and the commands of upkeep."""

import os
import socket
from importlib import metadata
from typing import Annotated

import typer
import uvicorn

from graph import keys, upkeep
from graph.access import is_loopback
from graph.export import export_user
from graph.importing import import_file
from graph.keys import kept_keys
from graph.logs import LOGGING
from graph.planning import plan
from graph.settings import PREFIX, Settings
from graph.simulating import simulate
from graph.terminal import console, is_there, read_settings, ready_database, run, stop
from models.migrating import migrate as apply_migrations

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(upkeep.verify)
app.command()(upkeep.recalculate)
app.command()(upkeep.prune)
app.command("import")(import_file)
app.command("export")(export_user)
app.command()(plan)
app.command()(simulate)
app.add_typer(keys.app, name="keys")


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trailmark {metadata.version('trailmark')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", help="Tell the version.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Record what users do, and give it back at once."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
) -> None:
    """Serve; an embedded database is migrated first."""
    settings = read_settings()
    is_local, is_new = is_loopback(host), not is_there(settings.database)
    is_open = not _has_credentials(settings)
    if is_open and not is_local:
        stop(
            f"--host {host} is open to others, and no credentials are configured; make a key with "
            "`trailmark keys create --scope admin`, set TRAILMARK_TOKEN_SECRET, or listen on a "
            "loopback address such as 127.0.0.1"
        )
    for name in ("EXPLORER", "INTROSPECTION"):  # workers read them from the environment
        os.environ.setdefault(PREFIX + name, "true" if is_local else "false")
    settings = read_settings()
    if is_new:
        run(ready_database(settings))
    _check_free(host, port)
    where = "embedded database" if settings.database.is_embedded else "PostgreSQL"
    explorer = " · explorer at /graphql" if settings.explorer else ""
    console.print(f"Trailmark on http://{_shown(host)}:{port} · {where}{explorer}")
    if is_open:
        console.print(
            "OPEN TO EVERYONE ON THIS MACHINE: no credentials are configured.", style="yellow"
        )
    uvicorn.run(
        "graph.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http="graph.transport.protocol:Protocol",
        ws="graph.transport.protocol:WebSocketProtocol",
        ws_max_size=settings.limits.body_bytes,
        ws_per_message_deflate=False,
        proxy_headers=False,  # who a proxy says is calling is nobody's right
        access_log=False,
        log_config=LOGGING,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


@app.command()
def migrate() -> None:
    """Bring the database to this version; safe when several start at once."""
    names = run(apply_migrations(read_settings().database))
    for name in names:
        console.print(f"applied {name}")
    if not names:
        console.print("the database is at this version already")


def _has_credentials(settings: Settings) -> bool:
    """Whether anyone can have credentials; makes ready a database that is there."""
    has_keys = is_there(settings.database) and bool(run(kept_keys(settings)))
    return has_keys or settings.user_tokens.is_configured


def _check_free(host: str, port: int) -> None:
    """Make sure that the address can be listened on, before it is said to be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.getaddrinfo(host, port)
        with socket.create_server((host, port), family=family):
            pass
    except socket.gaierror as error:
        stop(f"--host {host} is no address: {error.strerror}")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        stop(f"--host {host} --port {port} cannot be listened on: {reason}")


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
