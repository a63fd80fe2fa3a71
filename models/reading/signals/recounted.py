"""What it takes to recount preferences: users' parts, and the rows behind them.

All of some users is read in one short snapshot, so that parts and rows agree while others write.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.reading.recount import rows_of_each
from models.records import Micros, Subject
from models.signal_records import PartKey
from models.vocabulary import Status, SubjectKind

PARTS_AT_ONCE = 1_000

_USERS = f"""
SELECT * FROM (SELECT DISTINCT user_alias FROM facet_parts WHERE user_alias > $1
  ORDER BY user_alias LIMIT $2) AS counted
UNION SELECT * FROM (SELECT DISTINCT subject_id FROM totals
  WHERE subject_kind = {int(SubjectKind.USER)} AND subject_id > $1
  ORDER BY subject_id LIMIT $2) AS active
ORDER BY 1 LIMIT $2
"""
_HAS_FACETS = f"""i.status = {int(Status.SHOWN)}
AND (i.source IS NOT NULL OR i.context IS NOT NULL OR i.described IS NOT NULL)"""
_PARTS = f"""
SELECT user_alias, number, entries FROM facet_parts
WHERE user_alias <= $1 AND (user_alias, number) > ($2, $3)
ORDER BY user_alias, number LIMIT {PARTS_AT_ONCE}
"""
_BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A row that preferences may count, and what its facets are made of."""

    user_alias: str
    occurred_at: Micros
    id: int
    action: int
    source: str | None
    context: str | None
    described: str | None


async def users_after(alias: str, limit: int) -> list[str]:
    """The next users that have parts or totals, in order; the first follow an empty alias."""
    return [row[0] for row in await fetch(_USERS, (alias, limit))]


async def rows_of(aliases: Sequence[str]) -> AsyncIterator[FacetRow]:
    """The rows with facets of some users, each user's in order."""
    users = [Subject(SubjectKind.USER, alias) for alias in aliases]
    condition = f"{Conditions(dialect()).of_user('k.id')} AND {_HAS_FACETS}"
    columns = ("action", "source", "context", "described")
    async for (_, alias), row in rows_of_each(users, condition, columns):
        yield FacetRow(alias, *row)


async def parts_between(first: str, last: str) -> AsyncIterator[tuple[PartKey, bytes]]:
    """The parts of the users from the first to the last, by user."""
    after = PartKey(first, _BEFORE_ALL)
    while True:
        rows = [tuple(row) for row in await fetch(_PARTS, (last, *after))]
        for alias, number, entries in rows:
            yield PartKey(alias, number), bytes(entries)
        if len(rows) < PARTS_AT_ONCE:
            return
        after = PartKey(rows[-1][0], rows[-1][1])
