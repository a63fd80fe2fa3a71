"""The queue of ranks, and the step that takes its head and writes the ranks of those it names.

Whoever takes a step keeps all others from theirs before it reads scores, until it has committed
what it made of them. So whoever comes later has read later, and no rank goes back to an older
score.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from models.database.advisory_locks import AdvisoryLock
from models.database.database import dialect, fetch
from models.database.postgres import Connection
from models.following.queue_start import IS_LOST, read_start
from models.following.statements import Statement, carry_out, carry_out_on_server, delete, insert
from models.ranks.changes import named
from models.ranks.keys import key_of, key_of_stored
from models.ranks.pending import LAST, START, is_queued
from models.reading.filters import Conditions
from models.records import StoredScore
from models.upserts import RANKS

COMMITS_AT_ONCE = 500
SUBJECTS_AT_ONCE = 2_000
"""Those of so many commits, and about so many subjects, are ranked in one transaction."""

Subjects: TypeAlias = Mapping[int, Collection[str]]
"""Ids of subjects by their kind, each once."""

_LOCK = f"SELECT pg_advisory_xact_lock({AdvisoryLock.RANK_STEP})"
_HEAD = f"""SELECT id, users, posts, size FROM (
    SELECT id, users, posts, size, sum(size) OVER (ORDER BY id) - size AS before FROM (
        SELECT id, users, posts, size FROM rank_changes WHERE id > $1 AND id <= $2
        ORDER BY id LIMIT {COMMITS_AT_ONCE}) h) w
    WHERE before < {SUBJECTS_AT_ONCE} ORDER BY id"""
_SUBJECT = {name: RANKS.columns[name] for name in RANKS.key}
_MOVED = (
    "ON CONFLICT (subject_kind, subject_id) DO UPDATE SET rank_key = excluded.rank_key "
    "WHERE ranks.rank_key <> excluded.rank_key"
)


@dataclass(frozen=True, slots=True)
class Step:
    """How many commits were ranked at once, and whether more may have been queued by then."""

    commits: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class RankStep:
    """Ranks those at the head of the queue, up to a number, by their scores as of now."""

    until: int = LAST

    def on_file(self, file: sqlite3.Connection) -> Step:
        """Take a step in a file, which nobody else writes meanwhile."""
        head = _Head.of(file.execute(_HEAD.replace("$", "?"), (0, self.until)))
        rows = dict[int, Iterable[Any]]()
        for kind, ids in head.subjects.items():
            statement, arguments = _reading_scores(ids, kind, "sqlite")
            rows[kind] = file.execute(statement.replace("$", "?"), arguments).fetchall()
        carry_out(file, [*_ranking(head.subjects, rows), _gone(head.numbers)])
        return head.step

    async def on_server(self, server: Connection) -> Step:
        """Take a step on a server, behind who is at one; each statement sees what is committed."""
        await server.execute(_LOCK)
        start, now = await read_start(server)
        head = _Head.of(await server.fetch(_HEAD, start.before, self.until))
        if not head.commits:
            return head.step
        rows = dict[int, Iterable[Any]]()
        for kind, ids in head.subjects.items():
            statement, arguments = _reading_scores(ids, kind, "postgres")
            rows[kind] = await server.fetch(statement, *arguments)
        until = head.numbers[-1] if head.has_more else self.until
        statements = [
            *_ranking(head.subjects, rows),
            _gone([*head.numbers, *start.numbers]),
            start.moved(now, head.numbers, until).insertion,
        ]
        await carry_out_on_server(server, statements)
        return head.step


@dataclass(frozen=True, slots=True)
class _Head:
    """Rows from the queue's head: their numbers, how many are commits, and whom these name."""

    numbers: list[int]
    commits: int
    subjects: Subjects
    has_more: bool

    @classmethod
    def of(cls, rows: Iterable[Iterable[Any]]) -> "_Head":
        numbers, commits, names, subjects = list[int](), 0, 0, dict[int, set[str]]()
        for number, users, posts, size in rows:
            numbers.append(number)
            if size > START:
                commits, names = commits + 1, names + size
                for kind, ids in named(users, posts):
                    subjects.setdefault(kind, set()).update(ids)
        is_full = len(numbers) >= COMMITS_AT_ONCE or names >= SUBJECTS_AT_ONCE
        return cls(numbers, commits, subjects, is_full)

    @property
    def step(self) -> Step:
        return Step(self.commits, self.has_more)


async def is_any_queued(until: int = LAST) -> bool:
    """Whether anything is queued, up to a number, or may be."""
    condition = f"{is_queued(dialect())} AND id <= $1"
    statement = f"SELECT EXISTS (SELECT 1 FROM rank_changes WHERE {condition})"
    if dialect() == "postgres":
        statement += f" OR {IS_LOST}"
    ((is_any,),) = await fetch(statement, (until,))
    return bool(is_any)


async def queue_size() -> tuple[int, int]:
    """How many commits are queued, and the number of the last."""
    condition = f"size > {START}" if await _is_lost() else is_queued(dialect())
    statement = f"SELECT count(*), coalesce(max(id), 0) FROM rank_changes WHERE {condition}"
    ((size, last),) = await fetch(statement, ())
    return int(size), int(last)


async def _is_lost() -> bool:
    """Whether what is queued is not above the number where the queue is said to start."""
    if dialect() == "sqlite":
        return False
    ((is_lost,),) = await fetch(f"SELECT {IS_LOST}", ())
    return bool(is_lost)


def _reading_scores(ids: Collection[str], kind: int, dialect: str) -> tuple[str, Sequence[Any]]:
    """What reads all that is stored of the scores of some subjects of a kind."""
    conditions = Conditions(dialect)
    statement = (
        "SELECT subject_id, count, positive, negative FROM scores "
        f"WHERE subject_kind = {kind} AND subject_id {conditions.among(sorted(ids), 'text')}"
    )
    return statement, conditions.arguments


def _ranking(subjects: Subjects, scores: Mapping[int, Iterable[Any]]) -> list[Statement]:
    """The statements that give subjects the ranks of their scores, of which these are the rows."""
    put, out = [], []
    for kind, ids in sorted(subjects.items()):
        keys = _keys(kind, scores[kind])
        put += [(kind, id, key) for id, key in sorted(keys.items()) if key is not None]
        out += [(kind, id) for id in sorted(ids) if keys.get(id) is None]
    return [
        insert(RANKS.table, RANKS.columns, put, _MOVED),
        delete(RANKS.table, _SUBJECT, out),
    ]


def _keys(kind: int, rows: Iterable[Any]) -> dict[str, float | None]:
    """The keys of subjects by their ids; those that several slots count are summed up."""
    first: dict[str, Any] = {}
    others: dict[str, list[StoredScore]] = {}
    for row in rows:
        if first.setdefault(row[0], row) is not row:
            others.setdefault(row[0], []).append(StoredScore(kind, *row))
    keys = {id: key_of_stored(count, plus, minus) for id, count, plus, minus in first.values()}
    for id, more in others.items():
        score = StoredScore(kind, *first[id])
        score.add(more)
        keys[id] = key_of(score)
    return keys


def _gone(numbers: Iterable[int]) -> Statement:
    return delete("rank_changes", {"id": "bigint"}, [(number,) for number in numbers])
