"""Rankings: subjects by score, read from the index that has them in order at any moment."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.database.database import dialect
from models.reading.filters import Conditions
from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.records import Micros
from models.replicas.fetching import fetch_current
from models.vocabulary import SubjectKind

RANKED = 10_000
"""Ranks are exact among the first of so many, and unknown beyond; a filter looks at no more."""

FEW = 4
"""Subjects of which each rank is counted by itself."""


class RankPlace(NamedTuple):
    """A place in a ranking, the best first: it stays while scores decay."""

    rank_key: float
    id: str


class RankedScore(NamedTuple):
    """A subject's score as it is stored, and when what it is made of occurred last."""

    id: str
    positive: bytes
    negative: bytes
    rank_key: float
    last_at: Micros


_LAST_AT = (
    "(SELECT max(last_at) FROM totals t "
    "WHERE t.subject_kind = s.subject_kind AND t.subject_id = s.subject_id)"
)
_RANKED_SCORE = f"SELECT s.subject_id, s.positive, s.negative, s.rank_key, {_LAST_AT}"
_TOP = (
    f"{_RANKED_SCORE} FROM scores s WHERE s.subject_kind = $1 AND s.rank_key < 1e300 "
    "ORDER BY s.rank_key, s.subject_id LIMIT $2"
)
_BEST = f"s.subject_kind = {int(SubjectKind.POST)} AND s.rank_key < 0"
_BEST_FIRST = "ORDER BY s.rank_key, s.subject_id"


async def best_posts(
    first: int, after: RankPlace | None = None, filter: PostFilter = ALL_POSTS
) -> list[RankedScore]:
    """The best posts whose score is above zero and that are not deleted, behind a place.

    By a filter, they are those among the first 10 000.
    """
    conditions = Conditions(dialect())
    where = filter.conditions(conditions, "s.subject_id")
    if after is not None:
        key, id = conditions.add(after.rank_key), conditions.add(after.id)
        # The first condition says nothing new, but where in the index to begin.
        where += [f"s.rank_key >= {key}", f"(s.rank_key, s.subject_id) > ({key}, {id})"]
    limit = f"{_BEST_FIRST} LIMIT {conditions.add(first)}"
    if filter.passes_everything:
        statement = f"{_RANKED_SCORE} FROM scores s WHERE {_BEST} AND {' AND '.join(where)} {limit}"
    else:
        head = f"SELECT s.subject_id, s.rank_key FROM scores s WHERE {_BEST} {_BEST_FIRST}"
        head = f"({head} LIMIT {RANKED}) s"
        taken = f"SELECT s.subject_id FROM {head} WHERE {' AND '.join(where)} {limit}"
        of = f"s.subject_kind = {int(SubjectKind.POST)} AND s.subject_id = t.subject_id"
        statement = f"{_RANKED_SCORE} FROM ({taken}) t JOIN scores s ON {of} {_BEST_FIRST}"
    walks = not filter.passes_everything
    rows = await fetch_current(statement, conditions.arguments, walks=walks)
    return [RankedScore(*row) for row in rows]


async def ranked(kind: int, first: int) -> list[RankedScore]:
    """The best of a kind that have interactions, whatever their score."""
    return [RankedScore(*row) for row in await fetch_current(_TOP, (kind, first))]


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
