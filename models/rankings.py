"""Rankings: subjects by score, read from the index that keeps them in order at any moment."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.database import dialect, fetch


class RankedScore(NamedTuple):
    """A subject's score as it is kept."""

    id: str
    positive: bytes
    negative: bytes


_TOP = (
    "SELECT subject_id, positive, negative FROM scores "
    "WHERE subject_kind = $1 AND rank_key {} ORDER BY rank_key, subject_id LIMIT $2"
)


async def best(kind: int, first: int) -> list[RankedScore]:
    """The best of a kind whose score is above zero."""
    return [RankedScore(*row) for row in await fetch(_TOP.format("< 0"), (kind, first))]


async def ranked(kind: int, first: int) -> list[RankedScore]:
    """The best of a kind that have interactions, whatever their score."""
    return [RankedScore(*row) for row in await fetch(_TOP.format("< 1e300"), (kind, first))]


async def ahead(kind: int, ids: Sequence[str], limit: int) -> dict[str, int]:
    """How many of its kind rank before each subject, counted no further than `limit`.

    Subjects without interactions are left out. One query for all; each count is a short range at
    the index's head.
    """
    among = "= ANY($3::text[])"
    arguments: list[Any] = [kind, limit, list(ids)]
    if dialect() == "sqlite":
        among = "IN (SELECT value FROM json_each($3))"
        arguments[2] = json.dumps(arguments[2])
    before = (
        # The first condition and the order say nothing new, but name the index to walk.
        "SELECT 1 FROM scores s WHERE s.subject_kind = $1 AND s.rank_key <= m.rank_key "
        "AND (s.rank_key, s.subject_id) < (m.rank_key, m.subject_id) "
        "ORDER BY s.rank_key, s.subject_id LIMIT $2"
    )
    statement = (
        f"SELECT m.subject_id, m.count, (SELECT count(*) FROM ({before}) b) FROM scores m "
        f"WHERE m.subject_kind = $1 AND m.subject_id {among}"
    )
    return {id: number for id, held, number in await fetch(statement, arguments) if held}
