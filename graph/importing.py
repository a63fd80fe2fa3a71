"""The command `trailmark import`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.table import Table

from graph.secret import find_secret
from graph.settings import Settings
from graph.terminal import console, read_settings, ready_database, run, stop, transfer_bar
from resolvers.clock import system_clock
from resolvers.errors import ProductError
from resolvers.identity import Identity
from resolvers.importing import Import, import_lines
from resolvers.importlines import FORMATS, BadLine, lines
from resolvers.writer import Writer


def import_file(
    file: Annotated[str, typer.Argument(help="The file to read; - is standard input.")],
    format: Annotated[
        str | None, typer.Option(help="ndjson or csv; by default as the file's name ends.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Where bad lines are reported; FILE.errors by default.")
    ] = None,
) -> None:
    """Record a file's lines in bulk, one input each in snake case; run it again after a break."""
    kind = format or ("csv" if file.endswith(".csv") else "ndjson")
    if kind not in FORMATS:
        stop(f"--format {kind!r} is unknown; allowed are {', '.join(FORMATS)}")
    report = errors or Path("import.errors" if file == "-" else f"{file}.errors")
    settings = read_settings()
    with _opened(file) as source, _Report(report) as rejected:
        size = None if file == "-" else Path(file).stat().st_size
        with transfer_bar("importing", size) as show:
            progress = Import(rejected.write, show)
            try:
                run(_import(settings, source, kind, progress))
            except BadLine as bad:
                stop(f"{file}: {bad}")
            except ProductError as error:
                stop(f"stopped: {error}; what came before is stored, run it again to go on")
    _summarize(progress, report)


async def _import(settings: Settings, source: BinaryIO, kind: str, progress: Import) -> None:
    await ready_database(settings)
    identity = Identity(find_secret(settings))
    writer = Writer(settings.database.ledger(), settings.rules)
    writer.start()
    try:
        await import_lines(lines(source, kind), writer, identity, system_clock, progress)
    finally:
        await writer.stop()


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as opened:
            yield opened
    except OSError as error:
        stop(f"{file}: {error.strerror}")


class _Report:
    """A file of bad lines, by number and reason; it is there only if there is one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "_Report":
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, number: int, reason: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"line": number, "reason": reason}) + "\n")


def _summarize(progress: Import, report: Path) -> None:
    table = Table("outcome", "lines")
    for outcome, number in sorted(progress.outcomes.items()):
        table.add_row(outcome, f"{number:,}")
    console.print(table)
    if report.exists():
        console.print(f"bad lines and why: {report}")
