"""The command line: all commands, each of them a module, and `--version`."""

from importlib import metadata
from typing import Annotated

import typer

from graph.commands import keys
from graph.commands.backup import backup
from graph.commands.follow import follow
from graph.commands.lanes import lanes
from graph.commands.migrate import migrate
from graph.commands.moving.export import export_data
from graph.commands.moving.importing import import_file
from graph.commands.planning.plan import plan
from graph.commands.prune import prune
from graph.commands.recalculate import recalculate
from graph.commands.serve import serve
from graph.commands.simulate import simulate
from graph.commands.status import status
from graph.commands.verify import verify

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(verify)
app.command()(recalculate)
app.command()(prune)
app.command()(status)
app.command()(backup)
app.command("import")(import_file)
app.command("export")(export_data)
app.command()(plan)
app.command()(simulate)
app.command()(serve)
app.command()(follow)
app.command()(migrate)
app.command()(lanes)
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
