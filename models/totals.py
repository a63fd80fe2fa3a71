"""Totals as they are read: how often each action holds or happened for a subject."""

from collections.abc import Iterable
from dataclasses import dataclass

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


async def levels(aliases: Iterable[str]) -> dict[str, PrivacyLevel]:
    """The privacy level of each user who chose one."""
    rows = PrivacySetting.filter(user_alias__in=list(aliases)).values_list("user_alias", "level")
    return {alias: PrivacyLevel(level) for alias, level in await rows}
