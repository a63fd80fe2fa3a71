"""What it takes to recount: stored totals and the rows behind them, in chunks of subjects.

A chunk is read in one short snapshot, so that totals and rows agree while others write.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from models.count_records import sums
from models.database.database import dialect, fetch
from models.ranks.pending import queued
from models.reading.filters import Conditions
from models.records import (
    DAY_MINUTES,
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
"""Rows of one answer: it takes the event loop some milliseconds to take them in."""

_ROWS_OF_ONE = 20  # at least, of each of some subjects
_BEFORE_ALL = -(2**62)
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

    A subject's key is its kind and id without what `fixed` says already. `row_subject` are kind and
    id in `interactions`, and `stored_key` is the key in totals and scores; `rows` and `stored` are
    the conditions for a row to belong to the axis.
    """

    fixed: tuple[Any, ...]
    row_subject: str
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
    row_subject=f"{int(SubjectKind.USER)} AS kind, user_alias AS id",
    stored_key=("subject_id",),
    rows="TRUE",
    stored=f"subject_kind = {int(SubjectKind.USER)}",
    start=("",),
)
TARGETS = Axis(
    fixed=(),
    row_subject="target_kind AS kind, target_id AS id",
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
    """The next subjects that have totals, scores or ranks, in order of kind and id."""
    after = axis.start if last is None else axis.key(last)
    order = _numbered(len(after), "")
    names = ", ".join(axis.stored_key)
    selects = [
        f"SELECT * FROM (SELECT DISTINCT {names} FROM {table} WHERE {axis.stored} "
        f"AND ({names}) > ({_numbered(len(after))}) ORDER BY {order} LIMIT {limit}) AS {table}_"
        for table in (TOTALS.table, SCORES.table, "ranks")
    ]
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


async def uncounted_subjects(axis: Axis) -> list[Subject]:
    """The subjects that have rows and no totals, in order: none, where nothing is amiss.

    It goes through all rows, in short steps. Those of subjects with totals are found by these.
    """
    found: set[Subject] = set()
    of_rows = f"SELECT DISTINCT {axis.row_subject} FROM step WHERE {_COUNTED} AND {axis.rows}"
    statement = (
        "WITH step AS (SELECT id, user_alias, target_kind, target_id, status FROM interactions "
        f"WHERE id > $1 ORDER BY id LIMIT {ROWS_AT_ONCE}) "
        "SELECT max(id), -1, '' FROM step UNION ALL "
        f"SELECT 0, s.kind, s.id FROM ({of_rows}) s WHERE (SELECT 1 FROM totals t "
        "WHERE t.subject_kind = s.kind AND t.subject_id = s.id LIMIT 1) IS NULL"
    )
    last: int | None = -1
    while last is not None:
        for number, kind, id in map(tuple, await fetch(statement, (last,))):
            if kind < 0:
                last = number
            else:
                found.add(Subject(kind, id))
    return sorted(found)


async def rows_of(axis: Axis, subjects: Sequence[Subject]) -> AsyncIterator[CountedRow]:
    """The counted rows of some subjects, some thousand at a time, in no order."""
    if axis is USERS:
        of_one = Conditions(dialect()).of_user("k.id")
    else:
        of_one = Conditions(dialect()).of_target("k.kind", "k.id")
    condition = f"{of_one} AND i.{_COUNTED} AND {axis.rows}"
    async for owner, row in rows_of_each(subjects, condition, ("action", "status")):
        occurred_at, _, action, status = row
        yield CountedRow(Subject(*owner), action, occurred_at, status == Status.ARCHIVED)


async def rows_of_each(
    owners: Sequence[tuple[int, str]], condition: str, columns: Sequence[str]
) -> AsyncIterator[tuple[tuple[int, str], tuple[Any, ...]]]:
    """Rows of users or targets, by kind and id, some thousand at a time.

    Of each row there are its owner, its instant and number, and the columns. The rows of an owner
    are `i`, for which the condition holds with the owner as `k`; they come in order.
    """
    after = dict.fromkeys(owners, (_BEFORE_ALL, _BEFORE_ALL))
    while after:
        limit = max(ROWS_AT_ONCE // len(after), _ROWS_OF_ONE)
        found: dict[tuple[int, str], list[tuple[Any, ...]]] = {}
        statement, arguments = _pages(after, condition, columns, limit)
        for kind, id, *values in map(tuple, await fetch(statement, arguments)):
            found.setdefault((kind, id), []).append(tuple(values))
        after = {}
        for owner, rows in found.items():
            rows.sort(key=itemgetter(0, 1))
            if len(rows) == limit:
                after[owner] = rows[-1][:2]
            for row in rows:
                yield owner, row


def _pages(
    after: Mapping[tuple[int, str], tuple[Micros, int]],
    condition: str,
    columns: Sequence[str],
    limit: int,
) -> tuple[str, list[Any]]:
    """A statement for the next rows of each owner, after an instant and a number; its arguments."""
    conditions = Conditions(dialect())
    each = [(*owner, *cursor) for owner, cursor in after.items()]
    names = ", ".join(("i.occurred_at", "i.id", *(f"i.{name}" for name in columns)))
    page = (
        f"FROM interactions i WHERE {condition} AND (i.occurred_at, i.id) > (k.at, k.number) "
        f"ORDER BY i.occurred_at, i.id LIMIT {limit}"
    )
    if conditions.is_sqlite:
        listed, places = conditions.listed(each), [conditions.add(f"$[{n}]") for n in range(4)]
        values = ", ".join(
            f"json_extract(value, {place}) AS {name}"
            for place, name in zip(places, ("kind", "id", "at", "number"), strict=True)
        )
        owners = f"(SELECT {values} FROM json_each({listed})) k"
        rows = f"CROSS JOIN interactions i WHERE i.id IN (SELECT i.id {page})"
    else:
        kinds, ids, instants, numbers = (
            conditions.add(list(column)) for column in zip(*each, strict=True)
        )
        owners = (
            f"unnest({kinds}::smallint[], {ids}::text[], {instants}::bigint[], "
            f"{numbers}::bigint[]) k(kind, id, at, number)"
        )
        rows = f"CROSS JOIN LATERAL (SELECT i.* {page}) i"
    return f"SELECT k.kind, k.id, {names} FROM {owners} {rows}", conditions.arguments


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
