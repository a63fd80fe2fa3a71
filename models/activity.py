"""Activity as it is read: how often each action counts in a stretch of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.database import fetch
from models.records import Micros
from models.vocabulary import Status


class Stretch(NamedTuple):
    """Rows of one span, in minutes, that start from one minute on and before another."""

    span: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How often an action counts in one row's stretch."""

    start: int
    action: int
    count: int


async def counted(stretches: Sequence[Stretch]) -> list[Counted]:
    """The counts in the stretches, one for each start and action."""
    rows = await _rows("SELECT start, action, count", "", stretches)
    return [Counted(*row) for row in rows]


async def summed(stretches: Sequence[Stretch]) -> dict[int, int]:
    """The sum of each action's counts over all stretches."""
    rows = await _rows("SELECT action, sum(count)", "GROUP BY action", stretches)
    sums: dict[int, int] = {}
    for action, count in rows:
        sums[action] = sums.get(action, 0) + int(count)
    return sums


async def unique_users(since: Micros, until: Micros) -> int:
    """How many users have interactions that occurred from one instant on and before another."""
    statement = (
        "SELECT count(DISTINCT user_alias) FROM interactions "
        f"WHERE occurred_at >= $1 AND occurred_at < $2 AND status = {int(Status.SHOWN)}"
    )
    rows = await fetch(statement, (since, until))
    return int(rows[0][0])


async def _rows(select: str, grouping: str, stretches: Sequence[Stretch]) -> Sequence[Any]:
    if not stretches:
        return []
    arguments: list[int] = []
    parts = []
    for stretch in stretches:
        arguments += stretch
        last = len(arguments)
        parts.append(
            f"{select} FROM activity WHERE span = ${last - 2} "
            f"AND start >= ${last - 1} AND start < ${last} AND count <> 0 {grouping}"
        )
    return await fetch(" UNION ALL ".join(parts), arguments)
