"""Reading totals: how often each action holds or happened for a subject."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
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
    """How often each action holds or happened for a subject, in no order, field by field.

    `shown` are the parts of the counts that history shows, `last_at` is when the latest occurred.
    """

    last_at: Micros | None = None
    actions: Sequence[int] = ()
    counts: Sequence[int] = ()
    shown: Sequence[int] = ()


@dataclass(slots=True)
class SubjectTotals(Counts):
    """All there is of a subject's totals, in no order, field by field.

    `decayed` is as it is read: what several slots count is only added up once it is asked for.
    """

    decayed: Sequence[Kept] = ()

    def __iter__(self) -> Iterator[ActionTotal]:
        return map(ActionTotal, self.actions, self.counts, map(decoded, self.decayed))


_COUNTS = ("action", "count", "count - folded - bare")
_TOTALS = (*_COUNTS, "decayed")

C = TypeVar("C", Counts, SubjectTotals)


async def counts(subjects: Iterable[Subject]) -> dict[Subject, Counts]:
    """The counts of each subject; one query for each kind among them."""
    return await _read(Counts, _COUNTS, subjects)


async def subject_totals(subjects: Iterable[Subject]) -> dict[Subject, SubjectTotals]:
    """The totals of each subject; one query for each kind among them."""
    return await _read(SubjectTotals, _TOTALS, subjects)


async def _read(
    make: Callable[..., C], fields: Sequence[str], subjects: Iterable[Subject]
) -> dict[Subject, C]:
    found: dict[Subject, C] = {}
    ids: dict[int, list[str]] = {}
    nothing = make()
    for subject in subjects:
        found[subject] = nothing
        ids.setdefault(subject.kind, []).append(subject.id)
    for kind, among in ids.items():
        conditions = Conditions(dialect())
        condition = f"subject_kind = {int(kind)} AND subject_id {conditions.among(among, 'text')}"
        read = _rows if conditions.is_sqlite else _arrays
        for id, last_at, actions, *counted in await read(fields, condition, conditions.arguments):
            if len(set(actions)) < len(actions):
                actions, *counted = _of_all_slots(actions, *counted)
            found[Subject(kind, id)] = make(last_at, actions, *counted)
    return found


def _of_all_slots(
    actions: Sequence[int],
    counts: Sequence[int],
    shown: Sequence[int],
    decayed: Sequence[bytes | None] | None = None,
) -> tuple[Sequence[Any], ...]:
    """The actions, each once, and what is counted of each in all slots: what decays in its parts.

    All is done in one pass, which takes a third of what one for each field takes.
    """
    found: dict[int, list[Any]] = {}
    for action, count, to_show, part in zip(actions, counts, shown, decayed or repeat(None)):  # noqa: B905
        known = found.get(action)
        if known is None:
            found[action] = [count, to_show, [part]]
        else:
            known[0] += count
            known[1] += to_show
            known[2].append(part)
    fields = (tuple(found), *zip(*found.values(), strict=True))
    return fields if decayed else fields[:-1]


async def _arrays(
    fields: Sequence[str], condition: str, arguments: Sequence[Any]
) -> Iterable[Sequence[Any]]:
    """Each field as an array, which takes a fraction of what as many rows take to be read."""
    arrays = ", ".join(f"array_agg({field})" for field in fields)
    return await fetch_current(
        f"SELECT subject_id, max(last_at), {arrays} FROM totals WHERE {condition} "
        "GROUP BY subject_id",
        arguments,
    )


async def _rows(
    fields: Sequence[str], condition: str, arguments: Sequence[Any]
) -> Iterable[Sequence[Any]]:
    rows = await fetch_current(
        f"SELECT subject_id, last_at, {', '.join(fields)} FROM totals WHERE {condition}", arguments
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
