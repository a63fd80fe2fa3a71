"""Exporting: all interactions that hold or happened, a page at a time, oldest of the log first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from models.reading.filters import EVERYTHING, Filter
from models.reading.log import LogPosition, LogState, read_counted
from models.records import StoredInteraction


class OtherPast(Exception):
    """The database has another past than the one that the export has read."""


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Some interactions, and where to go on: after each of them, and after the page."""

    rows: list[StoredInteraction]
    end: LogPosition

    def after(self, number: int) -> LogPosition:
        """Where to go on once so many of the rows are written."""
        if number == len(self.rows):
            return self.end
        row = self.rows[number - 1]
        return LogPosition(self.end.incarnation, place_of(row))


def place_of(row: StoredInteraction) -> int:
    """Where a row stands: in the log, or if it was imported where it was given its number."""
    return row.id if row.seq is None else row.seq


def beginning(head: LogState) -> LogPosition:
    """The position before all that there is."""
    return LogPosition(head.incarnation, 0)


async def read_pages(
    after: LogPosition, until: int, filter: Filter = EVERYTHING
) -> AsyncIterator[ExportPage]:
    """The pages after a position and up to a number of the log, each read by a short statement.

    What comes to hold meanwhile, for the first time or once more, has a larger number: it is left
    to the next export. A page may be empty, where a filter passes little.

    Raises:
        OtherPast: the position is of a past that this database does not have.
    """
    while True:
        page = await read_counted(after, until, filter)
        if page is None:
            raise OtherPast
        yield ExportPage(page.rows, page.end)
        after = page.end
        if after.sequence >= until:
            return
