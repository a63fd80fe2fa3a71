"""The command `trailmark backup`: a consistent copy of the embedded database."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from graph.commands.terminal import check_version, console, read_settings, run, stop
from graph.config.secret import secret_file
from models.reading.backup import BadCopy, copy_database


def backup(
    file: Annotated[Path, typer.Argument(help="The copy to make; there must be none yet.")],
) -> None:
    """Copy the embedded database as it is now, and check the copy; runs beside a server."""
    settings = read_settings()
    database = settings.database
    if not database.is_embedded:
        stop("backup copies the embedded database; of a server database pg_dump makes copies")
    run(check_version(database))
    try:
        with console.status("copying"):
            size = copy_database(database, file)
    except FileExistsError:
        stop(f"{file} is there already; allowed is the name of a new file")
    except BadCopy as bad:
        stop(f"the database is damaged: {bad}")
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}")
    except sqlite3.DatabaseError as error:
        stop(f"{database.path} cannot be copied: {error}")
    console.print(f"copied {size:,} bytes to {file}, and checked them", markup=False)
    if settings.secret is None:
        secret = secret_file(database)
        console.print(f"the copy is worth nothing without {secret}: store that apart", markup=False)
