"""Reading outcomes: what is counted of some days by day, source or variant; and what rows say."""

from collections.abc import Sequence
from typing import Literal

from models.database.database import fetch
from models.records import Micros
from models.replicas.fetching import fetch_current
from models.signal_records import (
    DAY,
    NAMES_LIMIT,
    OTHER_NAME,
    OUTCOME_CODES,
    SOURCE_MARK,
    OutcomeChange,
    OutcomeKey,
    VariantKey,
)
from models.upserts import OUTCOMES
from models.vocabulary import ACTIONS, COUNTED, ActionType

Column = Literal["day", "source", "variant"]
Counted = tuple[int | str, bool, int, int]
"""A group, whether recommended, an action, and how often it counts."""

_LIKE = f"action IN ({', '.join(str(code) for code in sorted(OUTCOME_CODES))})"
_OF_DAYS = "FROM outcomes WHERE day >= $1 AND day < $2"
_BY_DAY = f"""
SELECT day, recommended, action, CAST(sum(count) AS BIGINT) {_OF_DAYS}
GROUP BY day, recommended, action
"""
_VIEWS = f"CASE WHEN action = {ACTIONS[ActionType.VIEW].code} THEN count ELSE 0 END"
_BY_NAME = f"""
WITH named AS (
    SELECT {{0}} AS name {_OF_DAYS} AND {{0}} NOT IN ('', '{OTHER_NAME}') GROUP BY {{0}}
    ORDER BY sum({_VIEWS}) DESC, {{0}} LIMIT {NAMES_LIMIT}
)
SELECT name, recommended, action, CAST(sum(count) AS BIGINT) FROM (
    SELECT CASE WHEN {{0}} = '' OR {{0}} IN (SELECT name FROM named) THEN {{0}}
        ELSE '{OTHER_NAME}' END AS name, recommended, action, count {_OF_DAYS}
) o GROUP BY name, recommended, action
"""
_KEY = ", ".join(OUTCOMES.key)
_SUMS = (
    f"SELECT {_KEY}, CAST(sum(count) AS BIGINT), CAST(sum(aggregated) AS BIGINT) FROM outcomes "
    f"WHERE {{0}} GROUP BY {_KEY}"
)
_STORED = _SUMS.format("day = $1")
_AGGREGATED = f"{_SUMS.format('day > $1')} HAVING sum(aggregated) <> 0"
_IS_OTHER = f"substr(variant, 1, 1) = '{SOURCE_MARK}'"
_ROWS = f"""
SELECT CASE WHEN recommended OR variant <> '{SOURCE_MARK}' THEN 1 ELSE 0 END,
    CASE WHEN {_IS_OTHER} THEN '{OTHER_NAME}' ELSE coalesce(source, '') END,
    coalesce(ltrim(variant, '{SOURCE_MARK}'), ''), action, count(*) FROM interactions
WHERE occurred_at >= $1 AND occurred_at < $2 AND {_LIKE}
    AND status IN ({", ".join(str(int(each)) for each in COUNTED)})
    AND (source <> '' OR recommended OR variant IS NOT NULL)
GROUP BY 1, 2, 3, 4
"""
_EMPTY = f"""
SELECT {_KEY} FROM outcomes GROUP BY {_KEY}
HAVING sum(count) = 0 AND sum(aggregated) = 0 LIMIT $1
"""
_UNUSED = f"""
SELECT day, variant FROM outcome_variants
EXCEPT SELECT day, variant FROM outcomes
EXCEPT SELECT day, '{SOURCE_MARK}' || source FROM outcomes LIMIT $1
"""


async def counted(first: int, last: int, by: Column) -> Sequence[Counted]:
    """What is counted from one day on and before another, without what came with nothing.

    Of sources and variants the 1000 that have the most views are told by name, and all others
    together as `other`.
    """
    statement = _BY_DAY if by == "day" else _BY_NAME.format(by)
    return await fetch_current(statement, (first, last), walks=True)


async def day_after(day: int) -> int | None:
    """The next day that has outcomes or interactions."""
    stored = await fetch("SELECT min(day) FROM outcomes WHERE day > $1", (day,))
    start = (day + 1) * DAY
    rows = await fetch(
        "SELECT min(occurred_at) FROM interactions WHERE occurred_at >= $1", (start,)
    )
    at: Micros | None = rows[0][0]
    found = (stored[0][0], None if at is None else at // DAY)
    return min((each for each in found if each is not None), default=None)


async def stored_of(day: int) -> list[OutcomeChange]:
    """What is counted of a day."""
    return [OutcomeChange(*row) for row in await fetch(_STORED, (day,))]


async def rows_of(day: int) -> dict[OutcomeKey, int]:
    """What the counted rows of a day say."""
    rows = await fetch(_ROWS, (day * DAY, (day + 1) * DAY))
    return {OutcomeKey(day, bool(recommended), *rest): count for recommended, *rest, count in rows}


async def aggregated_after(day: int) -> list[OutcomeChange]:
    """What is counted of days after one and has no rows."""
    return [OutcomeChange(*row) for row in await fetch(_AGGREGATED, (day,))]


async def empty(limit: int) -> set[OutcomeKey]:
    """Some of the outcomes that come to nothing in all slots together; reads all outcomes."""
    rows = await fetch(_EMPTY, (limit,))
    return {OutcomeKey(day, bool(recommended), *rest) for day, recommended, *rest in rows}


async def unused_variants(limit: int) -> set[VariantKey]:
    """Some of the names that no outcome is counted under; reads all outcomes."""
    return {VariantKey(*row) for row in await fetch(_UNUSED, (limit,))}
