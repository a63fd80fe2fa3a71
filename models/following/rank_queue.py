"""The queue of ranks as its follower reads it, and the statements by which it is worked off."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from models.database.database import fetch
from models.following.statements import Statement, delete, insert
from models.following.writer import Guard
from models.ranks.changes import unpacked
from models.reading.filters import Conditions
from models.records import StoredScore, Subject
from models.upserts import RANKS, SCORES

COMMITS_AT_ONCE = 500
SUBJECTS_AT_ONCE = 2_000
"""Those of so many commits, and about so many subjects, are ranked in one transaction."""

LAST = 2**63 - 1
"""Behind all that is queued."""

_HEAD = f"""SELECT id, users, posts, size FROM (
    SELECT id, users, posts, size, sum(size) OVER (ORDER BY id) - size AS before FROM (
        SELECT id, users, posts, size FROM rank_changes WHERE id <= $1
        ORDER BY id LIMIT {COMMITS_AT_ONCE}) h) w
    WHERE before < {SUBJECTS_AT_ONCE} ORDER BY id"""
_SIZE = "SELECT count(*), coalesce(max(id), 0) FROM rank_changes"
_SUBJECT = {name: RANKS.columns[name] for name in RANKS.key}
_MOVED = (
    "ON CONFLICT (subject_kind, subject_id) DO UPDATE SET rank_key = excluded.rank_key "
    "WHERE ranks.rank_key <> excluded.rank_key"
)


@dataclass(frozen=True, slots=True)
class Queued:
    """The head of the queue: the numbers of its rows, whom they name, and whether more may be."""

    numbers: list[int]
    subjects: set[Subject]
    has_more: bool = False

    @property
    def guard(self) -> Guard:
        """What takes it out of the queue, unless somebody else has."""
        return Guard(
            "ranks",
            "DELETE FROM rank_changes WHERE id IN (SELECT value FROM json_each(?))",
            "DELETE FROM rank_changes WHERE id = ANY($1::bigint[])",
            rows=len(self.numbers),
            sqlite_arguments=(json.dumps(self.numbers),),
            postgres_arguments=(self.numbers,),
        )


async def read_queued(until: int = LAST) -> Queued:
    """The head of the queue, up to a number."""
    found = await fetch(_HEAD, (until,))
    subjects = {Subject(*each) for _, users, posts, _ in found for each in unpacked(users, posts)}
    numbers = [number for number, *_ in found]
    size = sum(size for *_, size in found)
    return Queued(numbers, subjects, len(numbers) >= COMMITS_AT_ONCE or size >= SUBJECTS_AT_ONCE)


async def queue_size() -> tuple[int, int]:
    """How many commits are queued, and the number of the last."""
    ((size, last),) = await fetch(_SIZE, ())
    return int(size), int(last)


async def scores_of(subjects: Collection[Subject], dialect: str) -> list[StoredScore]:
    """All that is stored of the scores of some subjects, which may be several rows of each."""
    found: list[StoredScore] = []
    for kind in sorted({subject.kind for subject in subjects}):
        conditions = Conditions(dialect)
        ids = sorted(subject.id for subject in subjects if subject.kind == kind)
        among = conditions.among(ids, "text")
        statement = (
            f"SELECT {', '.join(SCORES.columns)} FROM scores "
            f"WHERE subject_kind = {int(kind)} AND subject_id {among}"
        )
        found += [StoredScore(*row) for row in await fetch(statement, conditions.arguments)]
    return found


def ranking(keys: Mapping[Subject, float | None]) -> list[Statement]:
    """The statements that give subjects these keys; None is for those that have no rank."""
    put = [(*subject, key) for subject, key in sorted(keys.items()) if key is not None]
    out = sorted(subject for subject, key in keys.items() if key is None)
    return [
        insert(RANKS.table, RANKS.columns, put, _MOVED),
        delete(RANKS.table, _SUBJECT, _rows(out)),
    ]


def _rows(subjects: Iterable[Subject]) -> list[tuple[int, str]]:
    return [(subject.kind, subject.id) for subject in subjects]
