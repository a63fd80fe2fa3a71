"""Rankings: subjects by score, read from the index that has them in order at any moment.

With them is read who is pending: whose rank is not yet that of its score. What is read of those is
their scores, for whoever puts them where they belong.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.count_records import sums
from models.database.database import dialect
from models.ranks.pending import NOT_PENDING, joined_scores, pending
from models.reading.filters import Conditions
from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.records import EARLIEST, Micros, StoredScore
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


class ScoredSubject(NamedTuple):
    """A subject's score, and when what it is made of occurred last.

    `rank_key` is None where the subject is pending.
    """

    rank_key: float | None
    score: StoredScore
    last_at: Micros = EARLIEST

    @property
    def id(self) -> str:
        return self.score.subject_id


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks of subjects as if nobody pending were there, and all the pending ones' scores."""

    places: dict[RankPlace, int]
    pending: list[ScoredSubject]


_BEST_FIRST = "ORDER BY r.rank_key, r.subject_id"


async def best_posts(
    first: int, after: RankPlace | None = None, filter: PostFilter = ALL_POSTS
) -> list[ScoredSubject]:
    """The best posts whose score is above zero and that are not deleted, behind a place.

    By a filter, they are those among the first 10 000. All that are pending and pass the filter
    come with them, wherever they belong.
    """
    conditions = Conditions(dialect())
    of_filter = filter.conditions(conditions, "r.subject_id")
    where = list(of_filter)
    if after is not None:
        key, id = conditions.add(after.rank_key), conditions.add(after.id)
        # The first condition says nothing new, but where in the index to begin.
        where += [f"r.rank_key >= {key}", f"(r.rank_key, r.subject_id) > ({key}, {id})"]
    passing = " AND ".join(where)
    limit = f"{_BEST_FIRST} LIMIT {conditions.add(first)}"
    best = (
        f"SELECT r.subject_id, r.rank_key FROM ranks r WHERE r.subject_kind = {_POST} "
        f"AND r.rank_key < 0 AND r.subject_id {NOT_PENDING}"
    )
    if filter.passes_everything:
        head = f"{best} AND {passing} {limit}"
    else:
        head = f"SELECT * FROM ({best} {_BEST_FIRST} LIMIT {RANKED}) r WHERE {passing} {limit}"
    others = f"SELECT r.subject_id, NULL FROM pending r WHERE {' AND '.join(of_filter)}"
    walks = not filter.passes_everything
    return await _read(_POST, head, others, conditions.arguments, walks=walks)


async def ranked(kind: int, first: int) -> list[ScoredSubject]:
    """The best of a kind that have interactions, whatever their score; and all pending ones."""
    head = (
        f"SELECT r.subject_id, r.rank_key FROM ranks r WHERE r.subject_kind = {int(kind)} "
        f"AND r.subject_id {NOT_PENDING} {_BEST_FIRST} LIMIT $1"
    )
    return await _read(kind, head, "SELECT r.subject_id, NULL FROM pending r", (first,))


async def _read(
    kind: int, head: str, others: str, arguments: Sequence[Any], *, walks: bool = False
) -> list[ScoredSubject]:
    last_at = (
        "(SELECT max(last_at) FROM totals "
        f"WHERE subject_kind = {int(kind)} AND subject_id = t.subject_id)"
    )
    scores = joined_scores("t", kind, dialect())
    rows = await fetch_current(
        f"WITH {pending(kind, dialect())} "
        f"SELECT t.subject_id, t.rank_key, s.count, s.positive, s.negative, {last_at} "
        f"FROM (SELECT * FROM ({head}) h UNION ALL {others}) t {scores}",
        arguments,
        walks=walks,
    )
    known = {id: (rank_key, last_at) for id, rank_key, *_, last_at in rows}
    summed = sums(StoredScore(kind, id, *score) for id, _, *score, _ in rows).values()
    return [_subject(score, *known[score.subject_id]) for score in summed]


def _subject(score: StoredScore, rank_key: float | None, last_at: Micros | None) -> ScoredSubject:
    return ScoredSubject(rank_key, score, EARLIEST if last_at is None else last_at)


async def ranks(kind: int, ids: Sequence[str], limit: int) -> Ranks:
    """The ranks of subjects among the best of their kind, 1 the best; in one query.

    Those without interactions, and those beyond `limit`, are left out, and so is who is pending.
    """
    conditions = Conditions(dialect())
    among = f"{conditions.among(list(ids), 'text')}"
    wanted = (
        f"SELECT rank_key, subject_id FROM ranks WHERE subject_kind = {int(kind)} "
        f"AND subject_id {among} AND subject_id {NOT_PENDING}"
    )
    statement = _places(kind, len(ids), limit)
    of_pending = (
        f"SELECT NULL, p.subject_id, NULL, s.count, s.positive, s.negative "
        f"FROM pending p {joined_scores('p', kind, dialect())}"
    )
    rows = await fetch_current(
        f"WITH {pending(kind, dialect())}, wanted AS MATERIALIZED ({wanted}) "
        f"SELECT n.*, 0, NULL, NULL FROM ({statement}) n UNION ALL {of_pending}",
        conditions.arguments,
        walks=True,
    )
    places = {
        RankPlace(key, id): int(before) + 1
        for key, id, before, *_ in rows
        if before is not None and before < limit
    }
    scores = (StoredScore(kind, id, *score) for _, id, before, *score in rows if before is None)
    return Ranks(places, [ScoredSubject(None, score) for score in sums(scores).values()])


async def ranks_at(
    kind: int, places: Sequence[RankPlace], without: Iterable[str], limit: int
) -> dict[RankPlace, int]:
    """The ranks that places have among the best of a kind, some subjects left out; in one query.

    Those beyond `limit` are left out.
    """
    if not places:
        return {}
    conditions = Conditions(dialect())
    left_out = list(without)
    if conditions.is_sqlite:
        pairs = (f"({conditions.add(key)}, {conditions.add(id)})" for key, id in places)
        wanted = f"VALUES {', '.join(pairs)}"
        each = f"SELECT value FROM json_each({conditions.add(json.dumps(left_out))})"
    else:
        keys, names = (conditions.add(list(column)) for column in zip(*places, strict=True))
        wanted = (
            f'SELECT key, id COLLATE "C" FROM unnest({keys}::float8[], {names}::text[]) u(key, id)'
        )
        each = f'SELECT id COLLATE "C" FROM unnest({conditions.add(left_out)}::text[]) u(id)'
    statement = _places(kind, len(places), limit)
    rows = await fetch_current(
        f"WITH pending(subject_id) AS MATERIALIZED ({each}), "
        f"wanted(rank_key, subject_id) AS MATERIALIZED ({wanted}) {statement}",
        conditions.arguments,
        walks=True,
    )
    return {RankPlace(key, id): int(before) + 1 for key, id, before in rows if before < limit}


def _places(kind: int, places: int, limit: int) -> str:
    """How many are before each place that is wanted, at most `limit`, without who is pending.

    For a few, what ranks before each is counted, which takes a tenth as long as to number it. For
    more, one walk numbers all, from the index's head to the last of them.
    """
    of_kind = f"r.subject_kind = {int(kind)} AND r.subject_id {NOT_PENDING}"
    if places <= FEW:
        before = (
            # The first condition and the order say nothing new, but name the index to walk.
            f"SELECT 1 FROM ranks r WHERE {of_kind} AND r.rank_key <= m.rank_key "
            "AND (r.rank_key, r.subject_id) < (m.rank_key, m.subject_id) "
            f"{_BEST_FIRST} LIMIT {int(limit)}"
        )
        return (
            "SELECT m.rank_key, m.subject_id, (SELECT count(*) FROM "
            f"({before}) b) AS before FROM wanted m"
        )
    head = (
        f"SELECT r.rank_key, r.subject_id, 1 AS counts FROM ranks r WHERE {of_kind} "
        f"AND r.rank_key <= (SELECT max(rank_key) FROM wanted) {_BEST_FIRST} LIMIT {int(limit)}"
    )
    both = f"SELECT * FROM ({head}) h UNION ALL SELECT rank_key, subject_id, 0 FROM wanted"
    numbered = (
        "SELECT rank_key, subject_id, counts, sum(counts) OVER "
        "(ORDER BY rank_key, subject_id, counts ROWS UNBOUNDED PRECEDING) "
        f"AS passed FROM ({both}) a"
    )
    return f"SELECT rank_key, subject_id, passed AS before FROM ({numbered}) n WHERE counts = 0"


_POST = int(SubjectKind.POST)
