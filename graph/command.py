"""The command line: `trailmark serve` and `migrate`, and the commands of upkeep."""

import ipaddress
from typing import Annotated

import typer
import uvicorn

from graph import upkeep
from graph.importing import import_file
from graph.simulating import simulate
from graph.terminal import console, read_settings, ready_database, run, stop
from models.migrating import migrate as apply_migrations

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(upkeep.verify)
app.command()(upkeep.recalculate)
app.command("import")(import_file)
app.command()(simulate)


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
    settings = read_settings()
    if not _is_loopback(host):
        stop(
            f"--host {host} is open to others, and this server knows no credentials yet; "
            "allowed are loopback addresses such as 127.0.0.1"
        )
    run(ready_database(settings))
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
        ws="websockets-sansio",
        ws_max_size=settings.limits.body_bytes,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=8,
    )


@app.command()
def migrate() -> None:
    """Bring the database to this version; safe when several start at once."""
    names = run(apply_migrations(read_settings().database))
    for name in names:
        console.print(f"applied {name}")
    if not names:
        console.print("the database is at this version already")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
