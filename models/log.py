"""The log: interactions in the order in which they happened, came to hold or ceased to.

Numbers are given out under the ledger's lock and the head moves with the rows in one commit. So
what one statement sees is whole: no row up to the head that it reads can be committed later.
"""

from dataclasses import dataclass
from typing import NamedTuple

from models.database import dialect, fetch
from models.filters import Conditions, Filter
from models.records import StoredInteraction
from models.upserts import INTERACTIONS
from models.vocabulary import Status

ROWS_AT_ONCE = 500
NUMBERS_AT_ONCE = 20_000  # that one statement looks through for the rows that pass a filter
_TOLD = f"({int(Status.SHOWN)}, {int(Status.UNDONE)})"
_HEAD = ("last_number", "pruned_number", "quiet_commits")
_COLUMNS = ", ".join(f"i.{name}" for name in INTERACTIONS.columns)


class LogHead(NamedTuple):
    """The log's end, the number up to which rows may be gone, and a count of quiet commits."""

    last_number: int
    pruned_number: int
    quiet_commits: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of the log after one number and up to `end`, in its order, and its head then."""

    rows: list[StoredInteraction]
    end: int
    head: LogHead


async def read_head() -> LogHead:
    """The log's head as it is now."""
    rows = await fetch(f"SELECT {', '.join(_HEAD)} FROM log_head", ())
    return LogHead(*rows[0])


async def read_log(after: int, until: int | None = None, filter: Filter | None = None) -> Stretch:
    """The next rows after a number: some hundred of them, or all there are up to `until`."""
    last = after + NUMBERS_AT_ONCE
    if until is not None:
        last = min(last, until)
    conditions = Conditions(dialect())
    passing = [
        f"i.seq > {conditions.add(after)}",
        f"i.seq <= {conditions.add(last)}",
        f"i.status IN {_TOLD}",
        *(conditions.of(filter) if filter is not None else ()),
    ]
    found = await fetch(
        f"SELECT {', '.join(f'h.{name}' for name in _HEAD)}, p.* FROM log_head h LEFT JOIN "
        f"(SELECT {_COLUMNS} FROM interactions i WHERE {' AND '.join(passing)} "
        f"ORDER BY i.seq LIMIT {ROWS_AT_ONCE}) p ON TRUE ORDER BY p.seq",
        conditions.arguments,
    )
    head = LogHead(*tuple(found[0])[: len(_HEAD)])
    records = (tuple(row)[len(_HEAD) :] for row in found)
    rows = [StoredInteraction(*record) for record in records if record[0] is not None]
    if len(rows) == ROWS_AT_ONCE:
        return Stretch(rows, rows[-1].seq or after, head)
    return Stretch(rows, max(after, min(last, head.last_number)), head)
