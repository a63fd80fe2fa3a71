"""`trailmark export --all`: everybody's interactions in lines, and the cursor to go on from."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from graph.commands.moving.line_output import BrokenOutput, LineOutput, Stopped, Stopping
from graph.commands.terminal import console, stop
from models.database.database import Database
from models.reading.filters import Filter
from models.reading.log import LogPosition, read_settled_head
from models.records import Micros
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.instants import parse_loosely
from resolvers.moving.export_lines import CSV_HEADER, ENCODERS
from resolvers.moving.exporting import ExportPage, OtherPast, beginning, read_pages

_OTHER_PAST = (
    "this database has another past than what was exported: it was restored, or is another one; "
    "leave --after out, and export all again"
)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to export, how, and after which cursor."""

    filter: Filter
    format: str
    after: str | None


def check_options(
    since: str | None, until: str | None, format: str | None, after: str | None
) -> ExportOptions:
    """What the options of `--all` say, checked before anything is opened."""
    if format is not None and format not in ENCODERS:
        stop(f"--format {format!r} is unknown; allowed are {', '.join(ENCODERS)}")
    filter = Filter(since=_instant("--since", since), until=_instant("--until", until))
    if filter.since is not None and filter.until is not None and filter.since > filter.until:
        stop(f"--since {since} is after --until {until}; allowed is an earlier instant")
    return ExportOptions(filter, format or "ndjson", after)


def _instant(name: str, said: str | None) -> Micros | None:
    try:
        return None if said is None else parse_loosely(said)
    except ValueError as error:
        stop(f"{name} {error}")


async def write_all(database: Database, identity: Identity, options: ExportOptions) -> int:
    """Write the lines, and at the end, whatever it is, where to go on; the exit code."""
    id_cipher = IdCipher(identity.key("interaction ids"))
    stopping = Stopping()
    export = _Export(LineOutput(sys.stdout.fileno(), stopping), options.format, id_cipher)
    start = _start(options.after, id_cipher)
    async with database.reading():
        head = await read_settled_head(database)
        export.position = start or beginning(head)
        if start is not None and head.pruned_number > start.sequence:
            console.print("what was pruned since --after is not in it", style="yellow")
        pages = read_pages(export.position, head.last_number, options.filter)
        stopping.listen()
        return await _ended(export, stopping.each(pages))


async def _ended(export: "_Export", pages: AsyncIterator[ExportPage]) -> int:
    """Write all pages, and tell the end of it; the exit code."""
    try:
        await export.write(pages)
        return 0
    except Stopped as stopped:
        return 128 + stopped.number
    except OtherPast:
        export.position = None
        stop(_OTHER_PAST)
    except BrokenOutput as broken:
        if broken.reason is not None:
            console.print(f"standard output: {broken.reason}", style="red", markup=False)
        return 1 if broken.reason is None else 2
    finally:
        export.tell()


def _start(after: str | None, id_cipher: IdCipher) -> LogPosition | None:
    """Where `--after` says to go on."""
    if after is None:
        return None
    position = id_cipher.open_feed_cursor(after)
    if position is None:
        stop("--after is no cursor under this secret; allowed is one that an export has ended with")
    return position


class _Export:
    """Writes pages, and knows up to where all is written whole."""

    def __init__(self, output: LineOutput, format: str, id_cipher: IdCipher) -> None:
        self.position: LogPosition | None = None
        self._output = output
        self._header = CSV_HEADER if format == "csv" else None
        self._encode = ENCODERS[format]
        self._id_cipher = id_cipher
        self._written = 0

    async def write(self, pages: AsyncIterator[ExportPage]) -> None:
        """Write page after page."""
        if self._header is not None:
            self._output.put([self._header])
        with console.status("exporting") as status:
            async for page in pages:
                self._put(page)
                status.update(f"exporting: {self._written:,} interactions")

    def _put(self, page: ExportPage) -> None:
        lines = [self._encode(row, self._id_cipher) for row in page.rows]
        try:
            self._output.put(lines)
        finally:
            written = self._output.written
            if written or not lines:
                self.position = page.after(written)
            self._written += written

    def tell(self) -> None:
        """Say how much is written, and where to go on."""
        if self._output.is_cut:
            console.print("the last line is cut off: take it away before you append", style="red")
        if self.position is not None:
            cursor = self._id_cipher.feed_cursor(self.position)
            console.print(f"exported {self._written:,} interactions; go on with:")
            console.print(f"--after {cursor}", markup=False)
