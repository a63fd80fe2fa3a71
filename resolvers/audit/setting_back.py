"""Setting back: what a clock that was wrong dated ahead of now is dated now."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from models.ledger.ledger import Judge
from models.reading import ahead
from models.records import (
    MINUTE,
    ActivityChange,
    Changes,
    Known,
    Micros,
    SpanKey,
    StoredInteraction,
    Wanted,
)
from models.vocabulary import ACTION_BY_CODE, ACTIONS, COUNTED
from resolvers.audit import outcomes
from resolvers.recording.counter_changes import SPANS, CounterChanges, subjects
from resolvers.recording.salts import day_of
from resolvers.recording.submissions import state_key
from resolvers.scoring.ahead import TOLERANCE, is_ahead
from resolvers.scoring.weights import SCORED, Scoring

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]


async def set_back(commit: Commit, scoring: Scoring, now: Micros) -> None:
    """Date everything now that is dated further ahead than clocks may differ.

    What is ahead keeps its order, a microsecond apart, so that states hold as they did. Salts of
    days to come go with their tokens: else these would be kept for longer than they may.
    """
    async for rows in ahead.rows_after(now + TOLERANCE):
        await commit(_wanted(rows), _set_back(scoring, now))
    if minutes := await ahead.minutes_after((now + TOLERANCE) // MINUTE):
        await commit(Wanted(), _moved(minutes, now))
    await outcomes.set_back(commit, day_of(now))
    if days := await ahead.salts_after(day_of(now)):
        await commit(Wanted(), _without_salts(days))
    while keys := await ahead.tokens_after(day_of(now)):
        await commit(Wanted(), _without_tokens(keys))


async def differences(now: Micros) -> AsyncIterator[tuple[str, int]]:
    """What is dated further ahead than clocks may differ, and how many of each there are."""
    found = {
        "interactions": await ahead.size(now + TOLERANCE),
        "salts": len(await ahead.salts_after(day_of(now))),
    }
    for what, number in found.items():
        if number:
            yield f"{what} dated ahead of the clock", number


def _wanted(rows: Iterable[StoredInteraction]) -> Wanted:
    """The rows, the states that they exclude, and all that these count for."""
    wanted = Wanted()
    for row in rows:
        wanted.rows.add(row.id)
        action = ACTION_BY_CODE[row.action]
        actions = [action]
        if action.excludes is not None:
            opposite = ACTIONS[action.excludes]
            wanted.states.add(state_key(row.user_alias, opposite, row.target_id))
            actions.append(opposite)
        for each in actions:
            for subject in subjects(row.user_alias, each, row.target_id):
                wanted.totals.add((*subject, each.code))
                if subject.kind in SCORED:
                    wanted.scores.add(subject)
    return wanted


def _set_back(scoring: Scoring, now: Micros) -> Judge[None]:
    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number, unlogged=True)
        counters = CounterChanges(known, scoring)
        rows = {row.id: row for row in (*known.states.values(), *known.rows.values())}
        instants = _new_instants(rows.values(), now)
        for row in rows.values():
            counts = row.status in COUNTED
            if counts:
                counters.count(row, -1)
            row.occurred_at = instants.get(row.occurred_at, row.occurred_at)
            row.recorded_at = min(row.recorded_at, now)
            row.last_record_at = _replaced(instants, row.last_record_at)
            row.last_undo_at = _replaced(instants, row.last_undo_at)
            if counts:
                counters.count(row, 1)
            changes.interactions[row.id] = row
        counters.settle(changes)
        for total in changes.totals.values():
            total.last_at = min(total.last_at, now)
        return changes, None

    return judged


def _new_instants(rows: Iterable[StoredInteraction], now: Micros) -> dict[Micros, Micros]:
    """For each instant that is ahead another, in the same order: the latest is now."""
    found = {
        at
        for row in rows
        for at in (row.occurred_at, row.last_record_at, row.last_undo_at)
        if at is not None and is_ahead(at, now)
    }
    return {at: now - place for place, at in enumerate(sorted(found, reverse=True))}


def _replaced(instants: dict[Micros, Micros], at: Micros | None) -> Micros | None:
    return None if at is None else instants.get(at, at)


def _moved(minutes: Iterable[ActivityChange], now: Micros) -> Judge[None]:
    """What has no rows any more is counted in the minute that is now."""

    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number, unlogged=True)
        for minute in minutes:
            for start, sign in ((minute.start, -1), (now // MINUTE, 1)):
                for span in SPANS:
                    key = SpanKey(span, start - start % span, minute.action)
                    change = changes.activity.setdefault(key, ActivityChange(*key, 0))
                    change.count += sign * minute.count
                    change.aggregated += sign * minute.aggregated
        return changes, None

    return judged


def _without_salts(days: Iterable[int]) -> Judge[None]:
    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        changes.gone.days.update(days)
        return changes, None

    return judged


def _without_tokens(keys: Iterable[bytes]) -> Judge[None]:
    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        changes.gone.tokens.update(keys)
        return changes, None

    return judged
