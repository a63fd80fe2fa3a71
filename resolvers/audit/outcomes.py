"""Outcomes recounted: what is counted of each day beside what its rows say."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from models.database.database import snapshot
from models.ledger.ledger import Judge
from models.reading.signals import outcomes
from models.records import Changes, Known, Wanted
from models.signal_records import OutcomeChange, OutcomeKey
from models.vocabulary import ACTION_BY_CODE
from resolvers.audit.recounting import Occurred, Pair

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]
Day = dict[OutcomeKey, Pair[Occurred]]


async def outcome_days() -> AsyncIterator[Day]:
    """Outcomes day by day; the aggregated part is taken as it is stored, since it has no rows."""
    last = -1  # nothing occurs before 1970
    while (day := await outcomes.day_after(last)) is not None:
        last = day
        async with snapshot():
            stored = await outcomes.stored_of(day)
            rows = await outcomes.rows_of(day)
        yield _beside(stored, rows)


async def correct(commit: Commit, day: Day) -> None:
    """Set what is counted of a day right, by adding what it differs by."""
    changes = {}
    for key, pair in day.items():
        if missing := pair.right.count - pair.stored.count:
            changes[key] = OutcomeChange(*key, count=missing)
    await _add(commit, changes)


async def set_back(commit: Commit, today: int) -> None:
    """Count what has no rows any more and is dated after today as of today."""
    changes: dict[OutcomeKey, OutcomeChange] = {}
    for each in await outcomes.aggregated_after(today):
        for key, sign in ((each.key, -1), (each.key._replace(day=today), 1)):
            change = changes.setdefault(key, OutcomeChange(*key))
            change.count += sign * each.aggregated
            change.aggregated += sign * each.aggregated
    await _add(commit, changes)


def name_of(key: OutcomeKey) -> str:
    """What outcomes are counted by, for a person."""
    kind = "recommended" if key.recommended else "other"
    action = ACTION_BY_CODE[key.action].type
    return f"outcomes of day {key.day}, {kind}, {key.source!r}, {key.variant!r} {action}"


async def _add(commit: Commit, changes: dict[OutcomeKey, OutcomeChange]) -> None:
    if changes:
        await commit(Wanted(), lambda known: (_changes(known, changes), None))


def _changes(known: Known, outcomes: dict[OutcomeKey, OutcomeChange]) -> Changes:
    return Changes(known.last_number, outcomes=outcomes)


def _beside(stored: Iterable[OutcomeChange], rows: dict[OutcomeKey, int]) -> Day:
    day: Day = {}
    for each in stored:
        counts = Occurred(each.count, each.aggregated)
        day[each.key] = Pair(counts, Occurred(each.aggregated, each.aggregated))
    for key, count in rows.items():
        day.setdefault(key, Pair(Occurred(), Occurred())).right.count += count
    return day
