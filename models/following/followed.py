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
from models.reading.log import READABLE, LogPosition, LogState, fetch_with_head, is_of_past
from models.records import Micros

NUMBERS_AT_ONCE = 50_000
"""Numbers that one statement looks through."""

_NOT_GOING = "NOT EXISTS (SELECT 1 FROM removals r WHERE r.user_alias = i.user_alias)"
_PARTS = (
    ("i.seq", "interactions i"),
    ("i.id", "interactions i"),
    ("u.number", "unlogged_changes u JOIN interactions i ON i.id = u.interaction_id"),
)


class FollowedRow(NamedTuple):
    """What followers see of a row of `interactions`: a row has a cost for each column."""

    id: int
    user_alias: str
    action: int
    target_id: str
    occurred_at: Micros
    status: int


_COLUMNS = ", ".join(f"i.{name}" for name in FollowedRow._fields)
_FIRST = """SELECT min(number) FROM (
    SELECT min(seq) AS number FROM interactions WHERE seq > $1
    UNION ALL SELECT min(id) FROM interactions WHERE id > $1
    UNION ALL SELECT min(number) FROM unlogged_changes WHERE number > $1) f"""


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
    for number, table in _PARTS:
        extra = ("i.seq IS NULL",) if number == "i.id" else ()
        bounds = f"{number} > {low}", f"{number} <= {high}", f"{number} <= {READABLE}"
        among = " AND ".join((*bounds, *extra, *passing))
        parts.append(
            f"SELECT * FROM (SELECT {number} AS place, {_COLUMNS} FROM {table} WHERE {among} "
            f"ORDER BY {number} LIMIT {limit}) {number.replace('.', '_')}"
        )
    head, records = await fetch_with_head(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) a ORDER BY place LIMIT {limit}",
        "place",
        conditions.arguments,
    )
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
    for number, table in _PARTS:
        extra = ("i.seq IS NULL",) if number == "i.id" else ()
        condition = " AND ".join((f"{number} > {low}", *extra, among))
        counts.append(f"(SELECT count(*) FROM {table} WHERE {condition})")
    rows = await fetch(f"SELECT {' + '.join(counts)}", conditions.arguments)
    return int(rows[0][0])


async def _empty_until(last: int, whole: int) -> int:
    """The number, up to `whole`, up to which there is nothing after `last`."""
    first = (await fetch(_FIRST, (last,)))[0][0]
    return whole if first is None else min(first - 1, whole)
