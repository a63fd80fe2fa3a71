"""Pruning: taking out of history what is dated before a cutoff; what was counted stays counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from models.ledger.ledger import Ledger
from models.reading import prunable
from models.records import (
    EARLIEST,
    Changes,
    Known,
    Micros,
    StoredEventId,
    StoredInteraction,
    Wanted,
)
from models.values import EventKey
from models.vocabulary import ACTION_BY_CODE, ACTIONS, COUNTED, Status
from resolvers.errors import InputError, InputErrorCode
from resolvers.pacing.steps import Steps
from resolvers.recording.counter_changes import CounterChanges, subjects
from resolvers.recording.state_machine import forget_context
from resolvers.recording.submissions import state_key
from resolvers.scoring.weights import DAY, HOUR, Scoring

DAYS_LIMIT = 36_500
ROWS_IN_A_STEP = 250
EVENT_IDS_IN_A_STEP = 500
LATE: Micros = HOUR
"""How much older than the retention an input may be when it is committed at last."""


@dataclass(frozen=True, slots=True)
class Cutoff:
    """What goes: rows dated strictly before one instant, event ids seen strictly before another.

    Rows dated before `since` are not looked at.
    """

    dated: Micros
    seen: Micros
    since: Micros = EARLIEST

    @classmethod
    def of(cls, days: int, retention: Micros | None, now: Micros) -> "Cutoff":
        """What is older than some days.

        Event ids are kept for the retention, for ever if there is none, however young the rows
        that go: inputs of that age are still taken, and a retry of one must not count anew.
        """
        age = days * DAY
        return cls(now - age, EARLIEST if retention is None else now - max(age, retention))


@dataclass(slots=True)
class Pruned:
    """What has gone so far; `show` is called with `rows`."""

    events: int = 0  # deleted, and aggregated in totals
    states: int = 0  # that hold: archived
    undone: int = 0  # states that do not hold: deleted
    event_ids: int = 0  # forgotten
    rows: int = 0  # looked at, those that stay included
    show: Callable[[int], None] | None = None

    @property
    def removed(self) -> int:
        """How many interactions history shows no more."""
        return self.events + self.states

    def add(self, row: StoredInteraction) -> None:
        """Count a row, as it was before it went."""
        if row.status != Status.SHOWN:
            self.undone += 1
        elif row.state_key is None:
            self.events += 1
        else:
            self.states += 1

    def took(self, step: "Pruned") -> None:
        """Add what a step took out."""
        self.events += step.events
        self.states += step.states
        self.undone += step.undone
        self.event_ids += step.event_ids

    def looked_at(self, rows: int) -> None:
        self.rows += rows
        if self.show is not None:
            self.show(self.rows)


def check_days(days: int) -> InputError | None:
    """What is wrong with an age in days, if anything: 1 to 36500 are allowed."""
    if 1 <= days <= DAYS_LIMIT:
        return None
    message = f"got {days}; allowed are 1 to {DAYS_LIMIT}"
    return InputError(InputErrorCode.INVALID, ("olderThanDays",), message)


async def prune(ledger: Ledger, scoring: Scoring, cutoff: Cutoff, pruned: Pruned) -> None:
    """Take out what lies before the cutoff, at most some hundred rows in a transaction.

    Events are deleted and aggregated in totals; states that hold are archived; those that do not
    are deleted once all that would judge them lies before the cutoff. Candidates are read
    outside of the lock and judged anew within it, so others may record, undo, erase and prune at
    any moment. Breaking off loses nothing: the same again goes on.

    Raises:
        DatabaseUnavailable: a step was not committed; those before it were.
    """
    steps = Steps(ROWS_IN_A_STEP)
    async for page in prunable.rows_between(cutoff.since, cutoff.dated):
        for rows in steps.parts(await _to_remove(page, cutoff)):
            pruned.took(await steps.take(_take(ledger, scoring, cutoff, rows)))
        pruned.looked_at(len(page))
    steps = Steps(EVENT_IDS_IN_A_STEP)
    async for seen in prunable.event_ids_before(cutoff.seen):
        for keys in steps.parts(seen):
            pruned.took(await steps.take(_forget(ledger, cutoff, keys)))


async def count(cutoff: Cutoff, pruned: Pruned) -> None:
    """Count what `prune` would take out now; nothing changes."""
    async for page in prunable.rows_between(cutoff.since, cutoff.dated):
        for row in await _to_remove(page, cutoff):
            pruned.add(row)
        pruned.looked_at(len(page))
    async for keys in prunable.event_ids_before(cutoff.seen):
        pruned.event_ids += len(keys)


class Pruner:
    """Prunes what has left the retention since it was last called, and now and then all of it.

    Little is dated before what was pruned already: what came late, and what was undone. So a
    round looks no further back than a bit, and once a day at everything, archived states included.
    """

    def __init__(self, retention: Micros, scoring: Scoring) -> None:
        self._retention = retention
        self._scoring = scoring
        self._since: Micros | None = None
        self._full_at: Micros | None = None

    async def prune(self, ledger: Ledger, now: Micros) -> Pruned:
        """Prune as of now.

        Raises:
            DatabaseUnavailable: as `prune`; the next call goes on.
        """
        before, pruned = now - self._retention, Pruned()
        is_full = self._full_at is None or not 0 <= now - self._full_at < DAY
        since = EARLIEST if self._since is None or is_full else self._since
        await prune(ledger, self._scoring, Cutoff(before, before, since), pruned)
        self._since = before - LATE
        self._full_at = now if is_full else self._full_at
        return pruned


class _Fate(Enum):
    """What becomes of a row."""

    STAYS = 0
    ARCHIVED = 1
    AGGREGATED = 2
    DELETED = 3


def _fate(row: StoredInteraction, opposite_record: Micros | None, cutoff: Cutoff) -> _Fate:
    """What becomes of a row; the latest record of the state it excludes is an undo of it."""
    if row.occurred_at >= cutoff.dated or row.status == Status.ARCHIVED:
        return _Fate.STAYS
    if row.status == Status.SHOWN:
        return _Fate.AGGREGATED if row.state_key is None else _Fate.ARCHIVED
    instants = row.last_record_at, row.last_undo_at, opposite_record
    if all(at is None or at < cutoff.dated for at in instants):
        return _Fate.DELETED
    return _Fate.STAYS


async def _to_remove(rows: Sequence[StoredInteraction], cutoff: Cutoff) -> list[StoredInteraction]:
    """Those of a page that do not stay."""
    opposites = {row.id: _opposite_key(row) for row in rows if row.status not in COUNTED}
    records = await prunable.last_records([key for key in opposites.values() if key])
    return [
        row
        for row in rows
        if _fate(row, records.get(opposites.get(row.id, b"")), cutoff) is not _Fate.STAYS
    ]


def _opposite_key(row: StoredInteraction) -> bytes:
    """The key of the state that a row's excludes; empty if it excludes none."""
    excluded = ACTION_BY_CODE[row.action].excludes
    if excluded is None:
        return b""
    return state_key(row.user_alias, ACTIONS[excluded], row.target_id)


async def _take(
    ledger: Ledger, scoring: Scoring, cutoff: Cutoff, rows: Sequence[StoredInteraction]
) -> Pruned:
    """Take out those of some rows that do not stay, judged as they are by then."""

    def judged(known: Known) -> tuple[Changes, Pruned]:
        step = Pruned()
        changes, counters = Changes(known.last_number), CounterChanges(known, scoring)
        for row in known.rows.values():
            opposite = known.states.get(_opposite_key(row))
            record = None if opposite is None else opposite.last_record_at
            fate = _fate(row, record, cutoff)
            if fate is not _Fate.STAYS:
                step.add(row)
                _remove(row, fate, changes, counters)
                _keep_event_id(row, cutoff, changes)
        counters.settle(changes)
        return changes, step

    return await ledger.transact(_wanted(rows), judged)


def _wanted(rows: Sequence[StoredInteraction]) -> Wanted:
    wanted = Wanted(rows={row.id for row in rows})
    for row in rows:
        for subject in subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id):
            wanted.totals.add((*subject, row.action))
        if key := _opposite_key(row):
            wanted.states.add(key)
    return wanted


def _remove(
    row: StoredInteraction, fate: _Fate, changes: Changes, counters: CounterChanges
) -> None:
    changes.pruned_number = max(changes.pruned_number, row.seq or 0)
    if fate is _Fate.ARCHIVED:
        counters.archive(row)
        row.status = Status.ARCHIVED
        forget_context(row)
        changes.interactions[row.id] = row
        return
    if fate is _Fate.AGGREGATED:
        counters.aggregate(row)
    changes.gone.interactions.add(row.id)


def _keep_event_id(row: StoredInteraction, cutoff: Cutoff, changes: Changes) -> None:
    """Keep the id of an event whose row goes before the id is old: a retry may still come."""
    if row.event_key is not None and row.recorded_at >= cutoff.seen:
        sent = row.action, row.target_id, row.id, row.recorded_at
        seen = StoredEventId.of_event(row.user_alias, row.event_key, *sent)
        changes.event_ids[seen.key] = seen


async def _forget(ledger: Ledger, cutoff: Cutoff, keys: Sequence[EventKey]) -> Pruned:
    """Forget those of some event ids that were not seen anew since they were found."""

    def judged(known: Known) -> tuple[Changes, Pruned]:
        changes = Changes(known.last_number)
        old = (each.key for each in known.event_ids.values() if each.seen_at < cutoff.seen)
        changes.gone.event_ids.update(old)
        return changes, Pruned(event_ids=len(changes.gone.event_ids))

    return await ledger.transact(Wanted(event_ids=set(keys)), judged)
