"""Rankings: subjects by score, read from the index that has them in order at any moment."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.database.database import dialect
from models.records import Micros
from models.replicas.fetching import fetch_current

FEW = 4
"""Subjects of which each rank is counted by itself."""


class RankedScore(NamedTuple):
    """A subject's score as it is stored, and when what it is made of occurred last."""

    id: str
    positive: bytes
    negative: bytes
    last_at: Micros


_LAST_AT = (
    "(SELECT max(last_at) FROM totals t "
    "WHERE t.subject_kind = scores.subject_kind AND t.subject_id = scores.subject_id)"
)
_TOP = (
    f"SELECT subject_id, positive, negative, {_LAST_AT} FROM scores "
    "WHERE subject_kind = $1 AND rank_key {} ORDER BY rank_key, subject_id LIMIT $2"
)


async def best(kind: int, first: int) -> list[RankedScore]:
    """The best of a kind whose score is above zero."""
    return [RankedScore(*row) for row in await fetch_current(_TOP.format("< 0"), (kind, first))]


async def ranked(kind: int, first: int) -> list[RankedScore]:
    """The best of a kind that have interactions, whatever their score."""
    rows = await fetch_current(_TOP.format("< 1e300"), (kind, first))
    return [RankedScore(*row) for row in rows]


async def ranks(kind: int, ids: Sequence[str], limit: int) -> dict[str, int]:
    """The ranks of subjects among the best of their kind, 1 the best; in one query.

    Those without interactions, and those beyond `limit`, are left out. For a few, what ranks before
    each is counted, which takes a tenth as long as to number it. For more, one walk numbers all,
    from the index's head to the last of them.
    """
    among = "= ANY($3::text[])"
    arguments: list[Any] = [kind, limit, list(ids)]
    if dialect() == "sqlite":
        among = "IN (SELECT value FROM json_each($3))"
        arguments[2] = json.dumps(arguments[2])
    statement = _counted(among) if len(ids) <= FEW else _numbered(among)
    found = await fetch_current(statement, arguments, walks=True)
    return {id: int(rank) for id, rank in found if rank <= limit}


def _counted(among: str) -> str:
    before = (
        # The first condition and the order say nothing new, but name the index to walk.
        "SELECT 1 FROM scores s WHERE s.subject_kind = $1 AND s.rank_key <= m.rank_key "
        "AND (s.rank_key, s.subject_id) < (m.rank_key, m.subject_id) "
        "ORDER BY s.rank_key, s.subject_id LIMIT $2"
    )
    return (
        f"SELECT m.subject_id, 1 + (SELECT count(*) FROM ({before}) b) FROM scores m "
        f"WHERE m.subject_kind = $1 AND m.subject_id {among} AND m.count <> 0"
    )


def _numbered(among: str) -> str:
    last = (
        # A sign keeps the index by rank out of it, along which the largest is looked for.
        "SELECT max(+rank_key) FROM scores "
        f"WHERE subject_kind = $1 AND subject_id {among} AND count <> 0"
    )
    head = (
        f"SELECT subject_id, rank_key FROM scores WHERE subject_kind = $1 AND rank_key <= ({last}) "
        "ORDER BY rank_key, subject_id LIMIT $2"
    )
    numbers = (
        "SELECT subject_id, row_number() OVER (ORDER BY rank_key, subject_id) AS number "
        f"FROM ({head}) h"
    )
    return f"SELECT subject_id, number FROM ({numbers}) n WHERE subject_id {among}"
