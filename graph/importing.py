"""The command `trailmark import`."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from io import FileIO
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.table import Table

from graph.secret import find_secret
from graph.settings import Settings
from graph.terminal import console, read_settings, ready_database, run, stop, transfer_bar
from resolvers.clock import system_clock
from resolvers.dumps import NOT_MAPPED, ORIGINS, Dump
from resolvers.errors import ProductError, shown
from resolvers.identity import Identity
from resolvers.importing import Import, import_lines, import_settings
from resolvers.importlines import FORMATS, BadLine, Line, lines
from resolvers.olderclients import Deed, deed
from resolvers.privacy import Privacy
from resolvers.removing import Remover
from resolvers.submissions import Outcome
from resolvers.writer import Writer


def import_file(
    file: Annotated[str, typer.Argument(help="The file to read; - is standard input.")],
    format: Annotated[
        str | None, typer.Option(help="ndjson or csv; by default as the file's name ends.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Where bad lines are reported; FILE.errors by default.")
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="The file is a dump of a table, as CSV: corgi (interactions, "
            "privacy_settings) or activity-tracker (UserActivity).",
        ),
    ] = None,
    map: Annotated[
        list[str] | None,
        typer.Option(help="What else an action of a dump stands for, as in --map boost=reblog."),
    ] = None,
) -> None:
    """Record a file's lines in bulk, one input each in snake case; run it again after a break."""
    kind = format or ("csv" if file.endswith(".csv") or origin else "ndjson")
    if kind not in FORMATS:
        stop(f"--format {kind!r} is unknown; allowed are {', '.join(FORMATS)}")
    names = _names(origin, kind, map or [])
    report = errors or Path("import.errors" if file == "-" else f"{file}.errors")
    _check_report(report, file)
    settings = read_settings()
    with _opened(file) as opened, _Report(report) as rejected:
        source = _raw_lines(opened, file)
        size = None if file == "-" else Path(file).stat().st_size
        try:
            dump = None if origin is None else Dump(source, origin, names)
            with transfer_bar("importing", size) as show:
                progress = Import(rejected.write, show)
                run(_import(settings, dump or lines(source, kind), progress))
        except BadLine as bad:
            stop(f"{file}: {bad}")
        except ProductError as error:
            stop(f"stopped: {error}; what came before is stored, run it again to go on")
    if dump is not None:
        _tell_mapping(dump)
    _summarize(progress, report)


def _names(origin: str | None, kind: str, given: list[str]) -> dict[str, Deed]:
    """What `--map` says that further names stand for."""
    if origin is None and given:
        stop("--map goes with --from, whose names it explains")
    if origin is None:
        return {}
    if origin not in ORIGINS:
        stop(f"--from {origin!r} is unknown; allowed are {', '.join(ORIGINS)}")
    if kind != "csv":
        stop(f"--format {kind} does not go with --from; allowed is csv")
    names = {}
    for each in given:
        name, _, action = each.partition("=")
        try:
            names[name] = deed(action)
        except ValueError as error:
            stop(f"--map {each!r}: {error}")
    return names


async def _import(settings: Settings, source: Iterable[Line] | Dump, progress: Import) -> None:
    await ready_database(settings)
    identity = Identity(find_secret(settings))
    writer = Writer(settings.database.ledger(), settings.rules, unbroken=True)
    writer.start()
    try:
        if isinstance(source, Dump) and source.holds_settings:
            remover = Remover(writer, settings.scoring)
            privacy = Privacy(writer, remover, identity, system_clock)
            async with settings.database.reading():
                await import_settings(source.settings(), privacy, progress)
            return
        given = source.lines() if isinstance(source, Dump) else source
        await import_lines(given, writer, identity, system_clock, progress)
    finally:
        await writer.stop()


def _check_report(report: Path, file: str) -> None:
    """Make sure that a report can be there, and takes the place of nothing that is to be read."""
    with suppress(OSError):
        given = os.fstat(sys.stdin.fileno()) if file == "-" else os.stat(file)
        if os.path.samestat(given, report.stat()):
            stop(f"--errors {report} is what is to be imported; allowed is another file")
    if report.is_dir() or not report.parent.is_dir():
        stop(f"--errors {report}: allowed is a file in a folder that is there")


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    try:
        return nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")
    except OSError as error:
        stop(f"{file}: {error.strerror}")


def _raw_lines(opened: BinaryIO, file: str) -> Iterator[bytes]:
    try:
        yield from opened
    except OSError as error:
        stop(f"{file}: {error.strerror}; what came before is stored")


class _Report:
    """A file of bad lines, by number and reason; it is there only if there is one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def __enter__(self) -> "_Report":
        try:
            if self._path.is_file() and not self._path.is_symlink():
                self._path.unlink()
        except OSError as error:
            stop(f"--errors {self._path}: {error.strerror}")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, number: int, reason: str) -> None:
        try:
            if self._file is None:
                self._file = self._path.open("wb", buffering=0)
            self._file.write(json.dumps({"line": number, "reason": reason}).encode() + b"\n")
        except OSError as error:
            stop(f"--errors {self._path}: {error.strerror}; what came before is stored")


def _tell_mapping(dump: Dump) -> None:
    """Say what was taken for what, the unknown last."""
    table = Table(f"in {dump.table}", "became", "rows")
    found = sorted(dump.mapped.items(), key=lambda each: (each[0][1] == NOT_MAPPED, each[0]))
    for (name, becomes), number in found:
        table.add_row(shown(name), becomes, f"{number:,}")
    console.print(table)
    if dump.passed_over:
        console.print(f"columns passed over: {', '.join(map(shown, dump.passed_over))}")
    if not dump.holds_settings and any(became == NOT_MAPPED for _, became in dump.mapped):
        console.print("name what is not mapped with --map NAME=ACTION, and import it again")


def _summarize(progress: Import, report: Path) -> None:
    table = Table("outcome", "lines")
    for outcome, number in sorted(progress.outcomes.items()):
        table.add_row(outcome, f"{number:,}")
    console.print(table)
    if progress.outcomes[Outcome.REJECTED]:
        console.print(f"bad lines and why: {report}")
