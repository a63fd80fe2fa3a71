"""The command `trailmark import`."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import dropwhile
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.table import Table

from graph.commands.moving.import_options import (
    Report,
    encoding_of,
    format_of,
    limit_of,
    options_of,
)
from graph.commands.terminal import (
    console,
    read_settings,
    ready_database,
    run,
    stop,
    tell_database,
    transfer_bar,
)
from graph.config.secret import known_secret
from graph.config.settings import Settings
from models.errors import is_unavailable
from models.ledger.opening import WORK_S, open_ledger
from resolvers.clock import system_clock
from resolvers.errors import ProductError, shown
from resolvers.following.ranks import RankFollowing, try_to_drain
from resolvers.identity import Identity
from resolvers.moving.csv_rows import BadLine
from resolvers.moving.dumps import NOT_MAPPED, Dump, SettingRow
from resolvers.moving.import_lines import Line, lines
from resolvers.moving.importing import ErrorLimit, Import, import_lines, import_settings
from resolvers.moving.raw_lines import BadFile, raw_lines
from resolvers.privacy.levels import Privacy
from resolvers.privacy.removing import Remover
from resolvers.recording.submissions import Outcome
from resolvers.recording.writer import Writer


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
        typer.Option(help="What else an action of the file stands for, as in --map boost=reblog."),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            help="The zone of instants without an offset, as in Europe/Berlin; of a dump UTC if "
            "absent. A time that clocks show twice is the first, one they skip is that much later."
        ),
    ] = None,
    null: Annotated[
        list[str] | None,
        typer.Option(
            help="A text that stands for an absent value, besides an empty cell; of a dump NULL, "
            "\\N, nan and NaN if absent. May be said again; '' leaves the empty cell alone."
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Columns or fields under other names, OURS=THEIRS, as in "
            "user_id=uid,post_id=item; what else is no name of ours is passed over."
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="The file's encoding, such as latin-1; UTF-8, or UTF-16 with its mark."),
    ] = None,
    max_errors: Annotated[
        str,
        typer.Option(help="Bad lines beyond which the exit code is 1: a number, or a share."),
    ] = "10%",
    first_line: Annotated[
        int, typer.Option(min=1, help="The line to go on from, where an import has stopped.")
    ] = 1,
) -> None:
    """Record a file's lines in bulk, one input each in snake case; run it again after a break."""
    kind, limit = format_of(file, format, origin), limit_of(max_errors)
    options = options_of(map or [], timezone, null or [], columns, is_dump=origin is not None)
    encoded = encoding_of(encoding)
    report = errors or Path("import.errors" if file == "-" else f"{file}.errors")
    _check_report(report, file)
    settings = read_settings()
    with _opened(file) as opened, Report(report) as rejected:
        try:
            source = _raw_lines(opened, file, encoded)
            dump = None if origin is None else Dump(source, origin, options)
            with transfer_bar("importing", _size(file)) as show:
                progress = Import(rejected.write, show)
                given = dump or lines(source, kind, options)
                run(_import(settings, given, progress, first_line))
        except (BadLine, BadFile) as bad:
            stop(f"{file}: {bad}")
    if dump is not None:
        _tell_mapping(dump)
    _summarize(progress, report, limit)


async def _import(
    settings: Settings, source: Iterable[Line] | Dump, progress: Import, first_line: int
) -> None:
    await ready_database(settings)
    await tell_database(settings.database)
    identity = Identity(known_secret(settings))
    writer = Writer(open_ledger(settings.database, WORK_S), settings.rules, stops_at_failure=True)
    writer.start()

    def is_done(line: Line | SettingRow) -> bool:
        return line.number < first_line

    try:
        if isinstance(source, Dump) and source.holds_settings:
            remover = Remover(writer, settings.scoring, settings.database)
            privacy = Privacy(writer, remover, identity, system_clock)
            async with settings.database.reading():
                await import_settings(dropwhile(is_done, source.settings()), privacy, progress)
            return
        given = source.lines() if isinstance(source, Dump) else source
        left = dropwhile(is_done, given)
        async with settings.database.reading(), RankFollowing(settings.database).at_work():
            await import_lines(left, writer, progress, identity=identity, clock=system_clock)
            await try_to_drain(settings.database)
    except (typer.Exit, BadFile, BadLine):
        raise
    except Exception as error:
        if not isinstance(error, ProductError) and not is_unavailable(error):
            raise
        go_on = max(progress.durable_line + 1, first_line)
        stop(
            f"stopped: {error or type(error).__name__}; everything before line {go_on} is stored, "
            f"go on with the same command and --first-line {go_on}"
        )
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


def _size(file: str) -> int | None:
    """How long the file is, where its lines are as long as what is read of it."""
    return None if file == "-" or file.endswith(".gz") else Path(file).stat().st_size


def _raw_lines(opened: BinaryIO, file: str, encoding: str | None) -> Iterator[bytes]:
    try:
        yield from raw_lines(opened, encoding)
    except OSError as error:
        stop(f"{file}: {error.strerror}; what came before is stored")


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


def _summarize(progress: Import, report: Path, limit: ErrorLimit) -> None:
    table = Table("outcome", "lines")
    for outcome, number in sorted(progress.outcomes.items()):
        table.add_row(outcome, f"{number:,}")
    console.print(table)
    bad, lines = progress.outcomes[Outcome.REJECTED], progress.outcomes.total()
    if bad:
        console.print(f"bad lines and why: {report}")
    if not progress.good:
        console.print("nothing was imported", style="red")
    elif limit.is_exceeded(bad, lines):
        console.print(f"{bad:,} of {lines:,} lines are bad: more than --max-errors", style="red")
    else:
        return
    raise typer.Exit(1)
