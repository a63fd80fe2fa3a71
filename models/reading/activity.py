"""Reading activity: how often each action counts in a range of time."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from models.database.database import dialect
from models.records import Micros
from models.replicas.fetching import fetch_current
from models.vocabulary import Status


class TimeRange(NamedTuple):
    """Rows of one span, in minutes, that start from one minute on and before another."""

    span: int
    first: int
    last: int


Counted = tuple[int, int, int]
"""Where a time starts, or which one it is, an action, and how often it counts then."""

_OF_RANGES = """
SELECT k.number, a.action, CAST(sum(a.count) AS BIGINT) FROM {} GROUP BY k.number, a.action
"""
_SQLITE_RANGES = """(
    SELECT json_extract(value, $2) number, json_extract(value, $3) span,
        json_extract(value, $4) first, json_extract(value, $5) last FROM json_each($1)
) k CROSS JOIN activity a
ON a.span = k.span AND a.start >= k.first AND a.start < k.last AND a.count <> 0
"""
_COLUMNS = ("$[0]", "$[1]", "$[2]", "$[3]")
_POSTGRES_RANGES = """
unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[]) k(number, span, first, last)
CROSS JOIN LATERAL (
    SELECT action, sum(count) count FROM activity
    WHERE span = k.span AND start >= k.first AND start < k.last AND count <> 0 GROUP BY action
) a
"""


async def counted(ranges: Sequence[TimeRange], grain: int = 1) -> Sequence[Counted]:
    """The counts in the ranges, for each action and each multiple of `grain` minutes.

    There is one, or one of each slot that counted, which are to be added.
    """
    if not ranges:
        return []
    if grain <= 1:
        return await fetch_current(*_over("SELECT start, action, count", "", ranges), walks=True)
    start = f"start / {grain} * {grain}"
    select = f"SELECT {start}, action, CAST(sum(count) AS BIGINT)"
    return await fetch_current(*_over(select, f"GROUP BY {start}, action", ranges), walks=True)


async def summed_by_number(ranges: Sequence[tuple[int, TimeRange]]) -> Sequence[Counted]:
    """The sum of each action's counts over all ranges of a number; in one query, however many."""
    if not ranges:
        return []
    each = [(number, *range) for number, range in ranges]
    if dialect() == "sqlite":
        arguments = json.dumps(each), *_COLUMNS
        return await fetch_current(_OF_RANGES.format(_SQLITE_RANGES), arguments, walks=True)
    columns = [list(column) for column in zip(*each, strict=True)]
    return await fetch_current(_OF_RANGES.format(_POSTGRES_RANGES), columns, walks=True)


async def summed(ranges: Sequence[TimeRange]) -> dict[int, int]:
    """The sum of each action's counts over all ranges, of those that it is not 0 of."""
    sums: dict[int, int] = {}
    if not ranges:
        return sums
    rows = await fetch_current(*_over("SELECT action, sum(count)", "GROUP BY action", ranges))
    for action, count in rows:
        sums[action] = sums.get(action, 0) + int(count)
    return {action: count for action, count in sums.items() if count}


async def unique_users(since: Micros, until: Micros, limit: int) -> int | None:
    """How many users have interactions that occurred from one instant on and before another.

    None where more than `limit` are stored, undone ones included; no more are read.
    """
    statement = f"""
    SELECT count(DISTINCT CASE WHEN status = {int(Status.SHOWN)} THEN user_alias END), count(*) FROM
    (SELECT user_alias, status FROM interactions
    WHERE occurred_at >= $1 AND occurred_at < $2 LIMIT $3) r
    """
    rows = await fetch_current(statement, (since, until, limit + 1), walks=True)
    users, size = rows[0]
    return int(users) if size <= limit else None


def _over(select: str, grouping: str, ranges: Sequence[TimeRange]) -> tuple[str, list[int]]:
    """A statement over ranges, and its arguments."""
    arguments: list[int] = []
    parts = []
    for each in ranges:
        arguments += each
        last = len(arguments)
        parts.append(
            f"{select} FROM activity WHERE span = ${last - 2} "
            f"AND start >= CAST(${last - 1} AS BIGINT) AND start < CAST(${last} AS BIGINT) "
            f"AND count <> 0 {grouping}"
        )
    return " UNION ALL ".join(parts), arguments
