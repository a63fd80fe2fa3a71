"""What is dated after an instant: where that is now, a clock was wrong when it was recorded."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.records import ActivityChange, Micros, StoredInteraction
from models.upserts import INTERACTIONS
from models.vocabulary import COUNTED, SubjectKind

ROWS_AT_ONCE = 250
ROWS_LIMIT = 10_000
_COUNTED = f"status IN ({', '.join(str(int(each)) for each in COUNTED)})"
_IS_AHEAD = "(occurred_at > $1 OR last_record_at > $1 OR last_undo_at > $1)"
_ROWS = f"""
SELECT {", ".join(INTERACTIONS.columns)} FROM interactions WHERE id > $2 AND {_IS_AHEAD}
ORDER BY id LIMIT {ROWS_AT_ONCE}
"""
_ACTIVITY = """
SELECT span, start, action, CAST(sum(count) AS BIGINT), CAST(sum(folded) AS BIGINT) FROM activity
WHERE span = 1 AND start > CAST($1 AS BIGINT) GROUP BY span, start, action
HAVING sum(count) <> 0 OR sum(folded) <> 0
"""
_TOKENS = f"SELECT key FROM tokens WHERE day > $1 LIMIT {ROWS_AT_ONCE}"


class CountedAhead(NamedTuple):
    """A counted row that is dated after an instant."""

    subject_id: str
    action: int
    occurred_at: Micros


async def counted_after(kind: int, ids: Sequence[str], at: Micros) -> list[CountedAhead]:
    """The counted rows of subjects that are dated after an instant, the latest 10 000 of them."""
    conditions = Conditions(dialect())
    listed = conditions.listed(ids)
    column, of = "target_id", conditions.of_targets(int(kind), listed)
    if kind == SubjectKind.USER:
        column, of = "user_alias", conditions.of_users(listed)
    rows = await fetch(
        f"SELECT {column}, action, occurred_at FROM interactions i WHERE {of} "
        f"AND occurred_at > {int(at)} AND {_COUNTED} ORDER BY occurred_at DESC LIMIT {ROWS_LIMIT}",
        conditions.arguments,
    )
    return [CountedAhead(*row) for row in rows]


async def rows_after(at: Micros) -> AsyncIterator[list[StoredInteraction]]:
    """Pages of the rows of which any instant lies after another, states that do not hold as well.

    No index has all of these instants, so this reads the whole table.
    """
    last = -1
    while rows := [StoredInteraction(*row) for row in await fetch(_ROWS, (at, last))]:
        yield rows
        last = rows[-1].id


async def size(at: Micros) -> int:
    """How many rows have an instant that lies after another."""
    rows = await fetch(f"SELECT count(*) FROM interactions WHERE {_IS_AHEAD}", (at,))
    return int(rows[0][0])


async def minutes_after(minute: int) -> list[ActivityChange]:
    """What is counted in each minute that starts after another."""
    return [ActivityChange(*row) for row in await fetch(_ACTIVITY, (minute,))]


async def salts_after(day: int) -> list[int]:
    """The days, after another, that have a salt."""
    return [int(row[0]) for row in await fetch("SELECT day FROM salts WHERE day > $1", (day,))]


async def tokens_after(day: int) -> list[bytes]:
    """The keys of some tokens of days after another."""
    return [bytes(row[0]) for row in await fetch(_TOKENS, (day,))]
