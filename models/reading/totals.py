"""Reading totals: how often each action holds or happened for a subject."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.records import Micros, Subject
from models.replicas.fetching import fetch_current
from models.tables import PrivacySetting
from models.values import ZERO, Decayed, Kept, decoded
from models.vocabulary import PrivacyLevel


@dataclass(frozen=True, slots=True)
class ActionTotal:
    """One action's total for a subject, and its decayed count: zero where nothing decays."""

    action: int
    count: int
    decayed: Decayed = ZERO


@dataclass(slots=True)
class Counts:
    """How often each action holds or happened for a subject, and when the latest occurred."""

    last_at: Micros | None = None
    by_action: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class ShownCounts(Counts):
    """Counts, and the parts of them that history shows."""

    shown: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class SubjectTotals:
    """All there is of a subject's totals, in no order, field by field.

    `decayed` is as it is read: what several slots count is only added up once it is asked for.
    """

    last_at: Micros | None = None
    actions: Sequence[int] = ()
    counts: Sequence[int] = ()
    decayed: Sequence[Kept] = ()

    def __iter__(self) -> Iterator[ActionTotal]:
        return map(ActionTotal, self.actions, self.counts, map(decoded, self.decayed))


_Field = Sequence[Any]
Made = TypeVar("Made", Counts, ShownCounts, SubjectTotals)


async def counts(subjects: Iterable[Subject]) -> dict[Subject, Counts]:
    """The counts of each subject; one query for each kind among them."""
    return await _read(_counts, ("action", "count"), subjects)


async def shown_counts(subjects: Iterable[Subject]) -> dict[Subject, ShownCounts]:
    """The same with the parts that history shows."""
    return await _read(_shown_counts, ("action", "count", "count - folded - bare"), subjects)


async def subject_totals(subjects: Iterable[Subject]) -> dict[Subject, SubjectTotals]:
    """The totals of each subject; one query for each kind among them."""
    return await _read(_totals, ("action", "count", "decayed"), subjects)


async def _read(
    make: Callable[..., Made], fields: Sequence[str], subjects: Iterable[Subject]
) -> dict[Subject, Made]:
    found: dict[Subject, Made] = {}
    by_id: dict[int, dict[str, Subject]] = {}
    nothing = make(None, *[()] * len(fields))
    for subject in subjects:
        found[subject] = nothing
        by_id.setdefault(subject.kind, {})[subject.id] = subject
    read = _rows if dialect() == "sqlite" else _arrays
    among: dict[str, Subject]
    for kind, among in by_id.items():
        for row in await read(fields, kind, [*among]):
            if row[2] is not None:
                found[among[row[0]]] = make(*row[1:])
    return found


def _counts(last_at: Micros | None, actions: _Field, counts: _Field) -> Counts:
    return Counts(last_at, _by_action(actions, counts))


def _shown_counts(
    last_at: Micros | None, actions: _Field, counts: _Field, shown: _Field
) -> ShownCounts:
    return ShownCounts(last_at, _by_action(actions, counts), _by_action(actions, shown))


def _by_action(actions: _Field, counts: _Field) -> dict[int, int]:
    """Counts of each action, which may be there once for each slot."""
    by_action = dict(zip(actions, counts, strict=True))
    if len(by_action) < len(actions):
        by_action = dict.fromkeys(by_action, 0)
        for action, count in zip(actions, counts, strict=True):
            by_action[action] += count
    return by_action


def _totals(
    last_at: Micros | None, actions: _Field, counts: _Field, decayed: _Field
) -> SubjectTotals:
    """Totals of each action once: what several slots count, and what decays in its parts.

    All is done in one pass, which takes a third of what one for each field takes.
    """
    if len({*actions}) == len(actions):
        return SubjectTotals(last_at, actions, counts, decayed)
    found: dict[int, list[Any]] = {}
    for action, count, part in zip(actions, counts, decayed, strict=True):
        known = found.get(action)
        if known is None:
            found[action] = [count, [part]]
        else:
            known[0] += count
            known[1].append(part)
    summed, parts = zip(*found.values(), strict=True)
    return SubjectTotals(last_at, tuple(found), summed, parts)


async def _arrays(fields: Sequence[str], kind: int, ids: list[str]) -> Iterable[Sequence[Any]]:
    """Each field as an array, which takes a fraction of what as many rows take to be read.

    An aggregate for each subject takes three quarters of one over all, which would sort them.
    """
    arrays = ", ".join(f"array_agg({field})" for field in fields)
    return await fetch_current(
        f"SELECT k.id, t.* FROM unnest($1::text[]) k(id) CROSS JOIN LATERAL (SELECT max(last_at), "
        f"{arrays} FROM totals WHERE subject_kind = {int(kind)} AND subject_id = k.id) t",
        [ids],
    )


async def _rows(fields: Sequence[str], kind: int, ids: list[str]) -> Iterable[Sequence[Any]]:
    conditions = Conditions("sqlite")
    condition = f"subject_kind = {int(kind)} AND subject_id {conditions.among(ids, 'text')}"
    rows = await fetch_current(
        f"SELECT subject_id, last_at, {', '.join(fields)} FROM totals WHERE {condition}",
        conditions.arguments,
    )
    of: dict[str, list[list[Any]]] = {}
    for id, *values in map(tuple, rows):
        of.setdefault(id, []).append(values)
    columns = ((id, *zip(*each, strict=True)) for id, each in of.items())
    return [(id, max(last_at), *others) for id, last_at, *others in columns]


CountVersion = tuple[int, int, Micros]
"""What differs once a subject's totals have moved."""


async def count_versions(subjects: Iterable[Subject]) -> dict[Subject, CountVersion]:
    """The count version of each subject that has totals; one query for each kind among them."""
    ids: dict[int, list[str]] = {}
    for subject in subjects:
        ids.setdefault(subject.kind, []).append(subject.id)
    found: dict[Subject, CountVersion] = {}
    for kind, among in ids.items():
        conditions = Conditions(dialect())
        rows = await fetch(
            "SELECT subject_id, CAST(sum(count) AS BIGINT), "
            "CAST(sum(count * action * action) AS BIGINT), max(last_at) FROM totals "
            f"WHERE subject_kind = {kind} AND subject_id {conditions.among(among, 'text')} "
            "GROUP BY subject_id",
            conditions.arguments,
        )
        for subject_id, count, weighted, last_at in map(tuple, rows):
            found[Subject(kind, subject_id)] = count, weighted, last_at
    return found


async def levels(aliases: Iterable[str]) -> dict[str, PrivacyLevel]:
    """The privacy level of each user who chose one."""
    rows = PrivacySetting.filter(user_alias__in=list(aliases)).values_list("user_alias", "level")
    return {alias: PrivacyLevel(level) for alias, level in await rows}
