"""Instants ahead of the clock: what was recorded while it was wrong counts as of now."""

from collections.abc import Mapping
from dataclasses import replace

from models.reading.ahead import counted_after
from models.reading.totals import SubjectTotals
from models.records import MINUTE, Micros, Subject
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import Scoring

TOLERANCE: Micros = 5 * MINUTE
"""How far clocks of servers may be apart before an instant counts as ahead."""


def is_ahead(at: Micros | None, now: Micros) -> bool:
    """Whether an instant can only have come from a clock that was wrong."""
    return at is not None and at > now + TOLERANCE


async def counted_as_of(
    found: Mapping[Subject, SubjectTotals], scoring: Scoring, now: Micros
) -> Mapping[Subject, SubjectTotals]:
    """Totals in whose decayed counts what is ahead of `now` counts as if it occurred now.

    They are read as they are where nothing is ahead, which the totals themselves tell.
    """
    ids: dict[int, list[str]] = {}
    for subject, totals in found.items():
        if is_ahead(totals.last_at, now) and subject.kind in scoring.half_lives:
            ids.setdefault(subject.kind, []).append(subject.id)
    if not ids:
        return found
    right = dict(found)
    for kind, among in ids.items():
        half_life = scoring.half_lives[kind]
        excess: dict[tuple[str, int], Decayed] = {}
        for row in await counted_after(kind, among, now):
            key = row.subject_id, row.action
            once = _excess(row.occurred_at, now, half_life)
            excess[key] = decay.plus(excess.get(key, decay.ZERO), once)
        for id in among:
            totals = right[Subject(kind, id)]
            decayed = []
            for each in totals:
                less = decay.times(excess.get((id, each.action), decay.ZERO), -1.0)
                counted = decay.plus(each.decayed, less)
                # What has no rows was not found above, and counts no more than now either.
                decayed.append(decay.encode(at_most(counted, each.count, now, half_life)))
            right[Subject(kind, id)] = replace(totals, decayed=decayed)
    return right


def at_most(counted: Decayed, count: int, now: Micros, half_life: Micros) -> Decayed:
    """A decayed count, or what so many occurrences count now, if that is less."""
    most = decay.times(decay.occurrence(now, half_life), float(count))
    return most if decay.plus(counted, decay.times(most, -1.0))[1] > 0 else counted


def _excess(at: Micros, now: Micros, half_life: Micros) -> Decayed:
    """What an occurrence counts beyond one of now."""
    return decay.plus(decay.occurrence(at, half_life), decay.occurrence(now, half_life, -1))
