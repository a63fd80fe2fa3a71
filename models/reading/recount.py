"""What it takes to recount: stored totals and the rows behind them, in chunks of subjects.

A chunk is read in one short snapshot, so that totals and rows agree while others write.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.count_records import sums
from models.database.database import dialect, fetch
from models.ranks.pending import queued
from models.records import (
    DAY_MINUTES,
    EARLIEST,
    MINUTE,
    ActivityChange,
    Micros,
    StoredScore,
    StoredTotal,
    Subject,
)
from models.upserts import SCORES, TOTALS, Upsert
from models.vocabulary import COUNTED, Status, SubjectKind

ROWS_AT_ONCE = 2_000
_COUNTED = f"status IN ({', '.join(str(int(each)) for each in COUNTED)})"


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A row that totals count."""

    subject: Subject
    action: int
    occurred_at: Micros
    archived: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two ways to walk through all subjects, in order: the users, or the targets.

    A subject's key is its kind and id without what `fixed` says already. `row_key` are the columns
    of the key in `interactions` and `stored_key` in totals and scores; `rows` and `stored` are the
    conditions for a row to belong to the axis.
    """

    fixed: tuple[Any, ...]
    row_key: tuple[str, ...]
    stored_key: tuple[str, ...]
    rows: str
    stored: str
    start: tuple[Any, ...]

    def key(self, subject: Subject) -> tuple[Any, ...]:
        return subject[len(self.fixed) :]

    def subject(self, key: Sequence[Any]) -> Subject:
        return Subject(*self.fixed, *key)


USERS = Axis(
    fixed=(int(SubjectKind.USER),),
    row_key=("user_alias",),
    stored_key=("subject_id",),
    rows="TRUE",
    stored=f"subject_kind = {int(SubjectKind.USER)}",
    start=("",),
)
TARGETS = Axis(
    fixed=(),
    row_key=("target_kind", "target_id"),
    stored_key=("subject_kind", "subject_id"),
    rows=f"target_kind <> {int(SubjectKind.QUERY)}",  # texts have no totals
    stored=f"subject_kind <> {int(SubjectKind.USER)}",
    start=(-1, ""),
)


async def size() -> int:
    """How many totals there are to recount."""
    keys = f"SELECT DISTINCT {', '.join(TOTALS.key)} FROM totals"
    rows = await fetch(f"SELECT count(*) FROM ({keys}) AS keys", ())
    return int(rows[0][0])


async def interactions() -> int:
    """How many interactions have rows."""
    rows = await fetch("SELECT count(*) FROM interactions", ())
    return int(rows[0][0])


async def subjects_after(axis: Axis, last: Subject | None, limit: int) -> list[Subject]:
    """The next subjects that have totals, scores, ranks or rows, in order of kind and id."""
    after = axis.start if last is None else axis.key(last)
    order = _numbered(len(after), "")
    selects = []
    for table, columns, condition in (
        ("interactions", axis.row_key, axis.rows),
        (TOTALS.table, axis.stored_key, axis.stored),
        (SCORES.table, axis.stored_key, axis.stored),
        ("ranks", axis.stored_key, axis.stored),
    ):
        names = ", ".join(columns)
        selects.append(
            f"SELECT * FROM (SELECT DISTINCT {names} FROM {table} WHERE {condition} "
            f"AND ({names}) > ({_numbered(len(after))}) ORDER BY {order} LIMIT {limit}) AS {table}_"
        )
    statement = f"{' UNION '.join(selects)} ORDER BY {order} LIMIT {limit}"
    return [axis.subject(tuple(row)) for row in await fetch(statement, after)]


async def totals_between(axis: Axis, first: Subject, last: Subject) -> list[StoredTotal]:
    """The stored totals of the subjects from the first to the last."""
    rows = await _stored(TOTALS, axis, first, last)
    return list(sums(StoredTotal(*row) for row in rows).values())


async def scores_between(axis: Axis, first: Subject, last: Subject) -> list[StoredScore]:
    """The stored scores of the subjects from the first to the last."""
    rows = await _stored(SCORES, axis, first, last)
    return list(sums(StoredScore(*row) for row in rows).values())


async def ranks_between(axis: Axis, first: Subject, last: Subject) -> dict[Subject, float]:
    """The rank keys of the subjects from the first to the last, as far as they have any."""
    columns, between = "subject_kind, subject_id, rank_key", _between(axis)
    rows = await fetch(f"SELECT {columns} FROM ranks WHERE {between}", _ends(axis, first, last))
    return {Subject(kind, id): key for kind, id, key in rows}


async def pending_between(axis: Axis, first: Subject, last: Subject) -> set[Subject]:
    """Those of the subjects from the first to the last that are yet to be ranked."""
    distinct = f"SELECT DISTINCT subject_kind, subject_id FROM {queued(dialect())} q"
    rows = await fetch(f"{distinct} WHERE {_between(axis)}", _ends(axis, first, last))
    return {Subject(*row) for row in rows}


async def rows_between(axis: Axis, first: Subject, last: Subject) -> AsyncIterator[CountedRow]:
    """The counted rows of the subjects from the first to the last, some thousands at a time."""
    names, width = ", ".join(axis.row_key), len(axis.row_key)
    statement = (
        f"SELECT {names}, occurred_at, id, action, status FROM interactions "
        f"WHERE {_COUNTED} AND {axis.rows} AND ({names}) <= ({_numbered(width)}) "
        f"AND ({names}, occurred_at, id) > ({_numbered(width + 2, after=width)}) "
        f"ORDER BY {names}, occurred_at, id LIMIT {ROWS_AT_ONCE}"
    )
    after = (*axis.key(first), EARLIEST, -1)
    while True:
        rows = [tuple(row) for row in await fetch(statement, (*axis.key(last), *after))]
        for *key, occurred_at, _, action, status in rows:
            yield CountedRow(axis.subject(key), action, occurred_at, status == Status.ARCHIVED)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1][: width + 2]


async def _stored(upsert: Upsert, axis: Axis, first: Subject, last: Subject) -> Sequence[Any]:
    statement = f"SELECT {', '.join(upsert.columns)} FROM {upsert.table} WHERE {_between(axis)}"
    return await fetch(statement, _ends(axis, first, last))


def _between(axis: Axis) -> str:
    names, width = ", ".join(axis.stored_key), len(axis.stored_key)
    first, last = _numbered(width), _numbered(width, after=width)
    return f"{axis.stored} AND ({names}) >= ({first}) AND ({names}) <= ({last})"


def _ends(axis: Axis, first: Subject, last: Subject) -> tuple[Any, ...]:
    return (*axis.key(first), *axis.key(last))


def _numbered(width: int, sign: str = "$", after: int = 0) -> str:
    return ", ".join(f"{sign}{number}" for number in range(after + 1, after + width + 1))


async def activity_between(first: int, last: int | None) -> list[ActivityChange]:
    """Stored activity that starts from one minute on and before another."""
    end = "" if last is None else "AND start < CAST($2 AS BIGINT)"
    statement = (
        "SELECT span, start, action, CAST(sum(count) AS BIGINT), CAST(sum(folded) AS BIGINT) "
        f"FROM activity WHERE start >= CAST($1 AS BIGINT) {end} GROUP BY span, start, action"
    )
    bounds = (first,) if last is None else (first, last)
    return [ActivityChange(*row) for row in await fetch(statement, bounds)]


async def minutes_of_rows(first: int, last: int | None) -> list[tuple[int, int, int]]:
    """The counted rows from one minute on and before another: minute, action, how many."""
    length = MINUTE
    minute = f"(occurred_at - ((occurred_at % {length}) + {length}) % {length}) / {length}"
    end = "" if last is None else "AND occurred_at < $2"
    statement = (
        f"SELECT {minute}, action, count(*) FROM interactions "
        f"WHERE {_COUNTED} AND occurred_at >= $1 {end} GROUP BY 1, 2"
    )
    bounds = (first * length,) if last is None else (first * length, last * length)
    return [tuple(row) for row in await fetch(statement, bounds)]


async def day_after(start: int) -> int | None:
    """The first day, by its first minute, that has activity and starts later than a minute."""
    statement = (
        f"SELECT start FROM activity WHERE span = {DAY_MINUTES} AND start > CAST($1 AS BIGINT) "
        "ORDER BY start LIMIT 1"
    )
    rows = await fetch(statement, (start,))
    return rows[0][0] if rows else None
