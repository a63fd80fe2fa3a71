"""The log as those follow it who keep something of every row: the unlogged ones are in it too.

What was imported is not announced. It stands where its number was given out; and where an import
has changed a row that was there before, a row of `unlogged_changes` says so under a number of its
own. So whoever reads on from a number meets every change that came after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.reading.log import (
    READABLE,
    LogPosition,
    LogState,
    is_of_past,
    log_head_sql,
    log_numbers,
    next_number_sql,
)
from models.records import Micros

NUMBERS_AT_ONCE = 50_000
"""Numbers that one statement looks through."""

_NOT_GOING = "NOT EXISTS (SELECT 1 FROM removals r WHERE r.user_alias = i.user_alias)"
_CHANGED = "unlogged_changes u JOIN interactions i ON i.id = u.interaction_id"
_FIRST_CHANGE = "SELECT min(number) FROM unlogged_changes WHERE number > $1"


class FollowedRow(NamedTuple):
    """What followers see of a row of `interactions`: a row has a cost for each column."""

    id: int
    user_alias: str
    action: int
    target_id: str
    occurred_at: Micros
    status: int


_COLUMNS = ", ".join(f"i.{name}" for name in FollowedRow._fields)


@dataclass(frozen=True, slots=True)
class FollowedPage:
    """The rows that stand after a position and up to `end`, each as it is by now.

    A row may come again where it changes again. It is of another past where the database never
    came to the position, or not as the one that it was.
    """

    rows: list[FollowedRow]
    end: LogPosition
    head: LogState
    is_of_other_past: bool = False

    @property
    def is_last(self) -> bool:
        """Whether it reaches the log's end."""
        return self.end.sequence >= self.head.last_number


async def read_followed(
    after: LogPosition, actions: Sequence[int] | None, limit: int
) -> FollowedPage:
    """The next rows after a position, at most so many, of some kinds of action or of all.

    Nothing is read of users who are being removed.
    """
    conditions = Conditions(dialect())
    low = conditions.add(after.sequence)
    high = conditions.add(after.sequence + NUMBERS_AT_ONCE)
    passing = [_NOT_GOING]
    if actions is not None:
        passing.append(f"i.action {conditions.among(list(actions), 'smallint')}")
    parts = []
    for number, condition, table in _parts():
        bounds = f"{number} > {low}", f"{number} <= {high}", f"{number} <= {READABLE}"
        among = " AND ".join((*bounds, condition, *passing))
        parts.append(
            f"SELECT * FROM (SELECT {number} AS place, {_COLUMNS} FROM {table} WHERE {among} "
            f"ORDER BY {number} LIMIT {limit}) {number.replace('.', '_')}"
        )
    head_columns, heads = log_head_sql()
    found = await fetch(
        f"SELECT {head_columns}, p.* FROM {heads} LEFT JOIN "
        f"(SELECT * FROM ({' UNION ALL '.join(parts)}) a ORDER BY place LIMIT {limit}) p "
        "ON TRUE ORDER BY p.place",
        conditions.arguments,
    )
    width = len(LogState._fields)
    head = LogState(*tuple(found[0])[:width])
    records = [tuple(row)[width:] for row in found if row[width] is not None]
    rows = [FollowedRow(*record[1:]) for record in records]
    if len(rows) == limit:
        last = records[-1][0]
    else:
        last = min(after.sequence + NUMBERS_AT_ONCE, head.last_number)
        if not rows and last < head.last_number:
            last = await _empty_until(last, head.last_number)
    end = LogPosition(head.incarnation, max(after.sequence, last))
    return FollowedPage(rows, end, head, is_of_other_past=not await is_of_past(after, head))


async def rows_behind(after: LogPosition, actions: Sequence[int]) -> int:
    """How many rows of some kinds of action stand after a position, the unlogged ones too."""
    conditions = Conditions(dialect())
    low = conditions.add(after.sequence)
    among = f"i.action {conditions.among(list(actions), 'smallint')}"
    counts = []
    for number, condition, table in _parts():
        passing = f"{number} > {low} AND {condition} AND {among}"
        counts.append(f"(SELECT count(*) FROM {table} WHERE {passing})")
    rows = await fetch(f"SELECT {' + '.join(counts)}", conditions.arguments)
    return int(rows[0][0])


def _parts() -> list[tuple[str, str, str]]:
    """The numbers by which rows stand where followers meet them, when, and in which tables."""
    rows = [(f"i.{name}", when, "interactions i") for name, when in log_numbers(unlogged=True)]
    return [*rows, ("u.number", "TRUE", _CHANGED)]


async def _empty_until(last: int, whole: int) -> int:
    """The number, up to `whole`, up to which there is nothing after `last`."""
    both = f"{next_number_sql(unlogged=True)} UNION ALL {_FIRST_CHANGE}"
    first = (await fetch(f"SELECT min(number) FROM ({both}) f", (last,)))[0][0]
    return whole if first is None else min(first - 1, whole)
