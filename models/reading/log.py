"""The log: interactions in the order in which they happened, came to hold or ceased to.

Numbers are given out under a lane's lock, beyond the lane's head, which moves with the rows in one
commit. So what one statement sees is whole up to the least head of all lanes that it reads: no row
up to there can be committed later. Beyond it, nothing is read.
"""

import asyncio
import logging
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

from models.database.database import Database, dialect, fetch
from models.database.notifications.lane_heads import bring_up_now
from models.errors import described
from models.reading.filters import Conditions, Filter
from models.records import StoredInteraction
from models.upserts import INTERACTIONS
from models.vocabulary import COUNTED, Status

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 500
SETTLES_S = 5.0  # most that is waited for lanes whose heads are behind
_PAUSE_S = 0.02
NUMBERS_AT_ONCE = 20_000  # that one statement looks through for the rows that pass a filter
_TOLD = f"({int(Status.SHOWN)}, {int(Status.UNDONE)})"
_COLUMNS = ", ".join(f"i.{name}" for name in INTERACTIONS.columns)

_HEAD = """h.last_number, h.pruned_number, h.quiet_commits,
    coalesce(c.id, 0), coalesce(c.follows, -1), h.highest_number"""
_HEADS = """(SELECT min(last_number) AS last_number, max(last_number) AS highest_number,
        max(pruned_number) AS pruned_number, CAST(sum(quiet_commits) AS BIGINT) AS quiet_commits
        FROM log_head) h
    LEFT JOIN (SELECT id, follows FROM incarnations ORDER BY follows DESC LIMIT 1) c ON TRUE"""
READABLE = "(SELECT min(last_number) FROM log_head)"
"""The number up to which the log can be read, for a statement that reads rows as well."""

_END = """SELECT n.follows FROM incarnations n
    WHERE n.follows > (SELECT follows FROM incarnations WHERE id = $1) ORDER BY n.follows LIMIT 1"""
_AMONG = """SELECT follows, id FROM incarnations WHERE follows < $1
    AND follows >= coalesce((SELECT max(follows) FROM incarnations WHERE follows < $2), -1)
    ORDER BY follows"""
_COUNTED = f"({', '.join(str(int(status)) for status in COUNTED)})"
_NOT_GOING = "NOT EXISTS (SELECT 1 FROM removals r WHERE r.user_alias = i.user_alias)"


class LogPosition(NamedTuple):
    """A sequence of the log, and an incarnation of the database that reached it.

    Where the incarnation is known and reached as far, the log up to there is the one that was read.
    """

    incarnation: int
    sequence: int


class LogState(NamedTuple):
    """The log's end, the number up to which rows may be gone, and a count of unlogged commits.

    The end is the least head of all lanes, and `highest_number` the highest, where anything may be
    committed that cannot be read yet. `incarnation` is the one that the end belongs to, and
    `follows` the last number before it.
    """

    last_number: int
    pruned_number: int
    unlogged_commits: int
    incarnation: int
    follows: int
    highest_number: int

    @property
    def position(self) -> LogPosition:
        """Where the log ends."""
        return LogPosition(self.incarnation, self.last_number)


@dataclass(frozen=True, slots=True)
class LogPage:
    """The rows of the log after one position and up to `end`, in its order, and its head then.

    It has a gap where rows after the position may be gone, or where the database has another past
    than the one that the position is of.
    """

    rows: list[StoredInteraction]
    end: LogPosition
    head: LogState
    has_gap: bool = False
    older: Mapping[int, int] = field(default_factory=dict)
    """The incarnation of each row that is not of the head's, by its sequence."""

    def position(self, row: StoredInteraction) -> LogPosition:
        """Where a row of the page is; the same whenever it is read."""
        sequence = row.seq or 0
        return LogPosition(self.older.get(sequence, self.head.incarnation), sequence)


async def read_head() -> LogState:
    """The log's head as it is now."""
    rows = await fetch(f"SELECT {_HEAD} FROM {_HEADS}", ())
    return LogState(*rows[0])


async def read_settled_head(database: Database, within_s: float = SETTLES_S) -> LogState:
    """The head, once the log can be read up to all that was committed when this was called.

    With several lanes that takes a moment, or it brings them up itself. If that cannot be had in
    time, as on a standby, the head is as it is.
    """
    head = await read_head()
    wanted, give_up_at = head.highest_number, monotonic() + within_s
    while head.last_number < wanted and monotonic() < give_up_at:
        try:
            async with database.connected() as server:
                await bring_up_now(server)
        except Exception as error:
            log.warning("the log's lanes cannot be brought up: %s", described(error))
            break
        await asyncio.sleep(_PAUSE_S)
        head = await read_head()
    return head


async def has_all_after(position: LogPosition) -> bool:
    """Whether the log came as far as a position, and holds all that followed."""
    return not await _has_gap(position, await read_head())


async def read_log(
    after: LogPosition, until: int | None = None, filter: Filter | None = None
) -> LogPage:
    """The next rows after a position: some hundred of them, or all there are up to `until`."""
    last = after.sequence + NUMBERS_AT_ONCE
    if until is not None:
        last = min(last, until)
    conditions = Conditions(dialect())
    low, high = conditions.add(after.sequence), conditions.add(last)
    passing = [f"i.status IN {_TOLD}", *(conditions.of(filter) if filter is not None else ())]
    parts = [
        f"SELECT * FROM (SELECT {_COLUMNS} FROM interactions i WHERE i.{number} > {low} "
        f"AND i.{number} <= {high} AND i.{number} <= {READABLE} "
        f"AND {' AND '.join((condition, *passing))} "
        f"ORDER BY i.{number} LIMIT {ROWS_AT_ONCE}) {number}s"
        for number, condition in log_numbers()
    ]
    found = await fetch(
        f"SELECT {_HEAD}, p.* FROM {_HEADS} LEFT JOIN (SELECT * FROM ({' UNION ALL '.join(parts)}) "
        f"u ORDER BY seq LIMIT {ROWS_AT_ONCE}) p ON TRUE ORDER BY p.seq",
        conditions.arguments,
    )
    width = len(LogState._fields)
    head = LogState(*tuple(found[0])[:width])
    records = (tuple(row)[width:] for row in found)
    rows = [StoredInteraction(*record) for record in records if record[0] is not None]
    if len(rows) == ROWS_AT_ONCE:
        last = rows[-1].seq or 0
    elif not rows:
        whole = head.last_number if until is None else min(until, head.last_number)
        last = await _empty_until(last, whole)
    return LogPage(
        rows,
        LogPosition(head.incarnation, max(after.sequence, min(last, head.last_number))),
        head,
        has_gap=await _has_gap(after, head),
        older=await _older(rows, head),
    )


async def read_counted(after: LogPosition, until: int, filter: Filter) -> LogPage | None:
    """The next rows that hold or happened, the unlogged too, after a position and up to a number.

    What was imported is not in the log: it stands where its number was given out. A row only ever
    moves on, past every number that was given out before. So whatever holds while a reader goes
    through is read, and read again only if it came to hold once more. Nothing is read of users who
    are being removed. None where the database has another past than the position is of.
    """
    conditions = Conditions(dialect())
    low = conditions.add(after.sequence)
    high = conditions.add(last := min(after.sequence + NUMBERS_AT_ONCE, until))
    passing = [f"i.status IN {_COUNTED}", _NOT_GOING, *conditions.of(filter)]
    parts = [
        f"SELECT * FROM (SELECT i.{number} AS place, {_COLUMNS} FROM interactions i WHERE "
        f"i.{number} > {low} AND i.{number} <= {high} AND {' AND '.join((condition, *passing))} "
        f"ORDER BY i.{number} LIMIT {ROWS_AT_ONCE}) {number}s"
        for number, condition in log_numbers(unlogged=True)
    ]
    found = await fetch(
        f"SELECT {_HEAD}, p.* FROM {_HEADS} LEFT JOIN (SELECT * FROM ({' UNION ALL '.join(parts)}) "
        f"u ORDER BY place LIMIT {ROWS_AT_ONCE}) p ON TRUE ORDER BY p.place",
        conditions.arguments,
    )
    width = len(LogState._fields)
    head = LogState(*tuple(found[0])[:width])
    reached = await _reached(after, head)
    if reached is None or reached < after.sequence:
        return None
    records = [tuple(row)[width:] for row in found if row[width] is not None]
    rows = [StoredInteraction(*record[1:]) for record in records]
    if len(rows) == ROWS_AT_ONCE:
        last = records[-1][0]
    elif not rows:
        last = await _empty_until(last, until, unlogged=True)
    return LogPage(rows, LogPosition(head.incarnation, max(after.sequence, last)), head)


def log_numbers(*, unlogged: bool = False) -> list[tuple[str, str]]:
    """The numbers by which interactions `i` stand in the log, and what holds where one is theirs.

    On PostgreSQL the index of `seq` has only what has moved since it was first recorded: all else
    has the same number as its `id`, and is found by that. What is `unlogged` stands there as well.
    """
    if dialect() == "sqlite":
        return [("seq", "i.seq IS NOT NULL"), *([("id", "i.seq IS NULL")] if unlogged else ())]
    return [
        ("seq", "i.seq <> i.id"),
        ("id", "coalesce(i.seq, i.id) = i.id" if unlogged else "i.seq = i.id"),
    ]


def next_number_sql(*, unlogged: bool = False) -> str:
    """A SELECT of a number beyond `$1`, up to which nothing stands in the log.

    By `id` it may be that of a row that stands elsewhere: to look on for another may take long.
    """
    first = " UNION ALL ".join(
        f"SELECT min(i.{number}) AS number FROM interactions i WHERE i.{number} > $1"
        + (f" AND {condition}" if number == "seq" else "")
        for number, condition in log_numbers(unlogged=unlogged)
    )
    return f"SELECT min(number) AS number FROM ({first}) f"


def log_head_sql() -> tuple[str, str]:
    """The columns of a `LogState`, and the tables that they are read from."""
    return _HEAD, _HEADS


async def is_of_past(position: LogPosition, head: LogState) -> bool:
    """Whether the log, by its head, came as far as a position; what followed may be pruned."""
    reached = await _reached(position, head)
    return reached is not None and position.sequence <= reached


# What follows is asked for by statements of their own, as it seldom is. If the database has another
# past by then, nothing is skipped: the numbers of that begin beyond those of the page.


async def _has_gap(position: LogPosition, head: LogState) -> bool:
    """Whether not all that followed a position is there."""
    reached = await _reached(position, head)
    return reached is None or not head.pruned_number <= position.sequence <= reached


async def _reached(position: LogPosition, head: LogState) -> int | None:
    """How far a position's incarnation came; None if it is not of this database's past."""
    if position.incarnation == head.incarnation:
        return head.last_number
    ends = await fetch(_END, (position.incarnation,))
    return int(ends[0][0]) if ends else None


async def _empty_until(last: int, whole: int, *, unlogged: bool = False) -> int:
    """The number, up to `whole`, up to which there is nothing after `last`.

    Where an incarnation begins, more numbers are left out than could be looked through.
    """
    if last >= whole:
        return last
    first = (await fetch(next_number_sql(unlogged=unlogged), (last,)))[0][0]
    return whole if first is None else min(first - 1, whole)


async def _older(rows: Sequence[StoredInteraction], head: LogState) -> dict[int, int]:
    """The incarnations, by sequence, of those rows that are not of the head's."""
    sequences = [row.seq or 0 for row in rows if (row.seq or 0) <= head.follows]
    if not sequences:
        return {}
    among = [(row[0], row[1]) for row in await fetch(_AMONG, (sequences[-1], sequences[0]))]
    if not among:  # they are forgotten: any that is known reached these
        return {}
    follows = [each for each, _ in among]
    return {
        sequence: among[max(bisect_left(follows, sequence) - 1, 0)][1] for sequence in sequences
    }
