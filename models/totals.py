"""Totals as they are read: how often each action holds or happened for a subject."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.database import dialect, fetch
from models.filters import Conditions
from models.records import Micros, Subject
from models.tables import PrivacySetting, Total
from models.vocabulary import PrivacyLevel


@dataclass(frozen=True, slots=True)
class Tally:
    """One action's total for a subject; `shown` is the part of it that history shows.

    `decayed` is its decayed count as kept, None for subjects that have none.
    """

    action: int
    count: int
    shown: int
    last_at: Micros
    decayed: bytes | None = None


async def tallies(subjects: Iterable[Subject]) -> dict[Subject, list[Tally]]:
    """The totals of each subject, in no order; one query for each kind among them."""
    found: dict[Subject, list[Tally]] = {}
    ids: dict[int, list[str]] = {}
    for subject in subjects:
        found[subject] = []
        ids.setdefault(subject.kind, []).append(subject.id)
    columns = ("subject_id", "action", "count", "folded", "bare", "last_at", "decayed")
    for kind, among in ids.items():
        rows = Total.filter(subject_kind=kind, subject_id__in=among).values_list(*columns)
        for subject_id, action, count, folded, bare, last_at, decayed in await rows:
            tally = Tally(action, count, count - folded - bare, last_at, decayed)
            found[Subject(kind, subject_id)].append(tally)
    return found


Mark = tuple[int, int, Micros]
"""What differs once a subject's totals have moved."""


async def marks(subjects: Iterable[Subject]) -> dict[Subject, Mark]:
    """The mark of each subject that has totals; one query for each kind among them."""
    ids: dict[int, list[str]] = {}
    for subject in subjects:
        ids.setdefault(subject.kind, []).append(subject.id)
    found: dict[Subject, Mark] = {}
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
