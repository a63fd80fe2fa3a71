"""Pipelining: judging a transaction by what the one before it writes and has not committed yet."""

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.ledger.postgres_writing import Writing
from models.records import Known, Place, Stored, Wanted
from models.values import Record

K = TypeVar("K")
R = TypeVar("R", bound=Record)


def _future() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a transaction has come, for the one that begins after it."""

    judged: "asyncio.Future[Writing]" = field(default_factory=_future)
    judged_again: "asyncio.Future[Writing]" = field(default_factory=_future)  # under the lock
    in_line: "asyncio.Future[None]" = field(default_factory=_future)  # for the lock, or has it
    ended: "asyncio.Future[bool]" = field(default_factory=_future)  # whether it is durable

    @property
    def writing(self) -> Writing | None:
        """What it writes, as it was judged last; None until it was."""
        for judged in (self.judged_again, self.judged):
            if judged.done():
                return judged.result()
        return None

    def is_judged(self, writing: Writing) -> None:
        """Note what it writes: as judged at first, or again under the lock."""
        (self.judged_again if self.judged.done() else self.judged).set_result(writing)

    def stand_in_line(self) -> None:
        """Let the transaction after it ask for the lock."""
        if not self.in_line.done():
            self.in_line.set_result(None)

    def end(self, is_durable: bool) -> None:
        """Let the transaction after it go on, whatever became of this one."""
        self.stand_in_line()
        self.ended.set_result(is_durable)


def can_pipeline(wanted: Wanted, before: Progress | None) -> bool:
    """Whether `as_after` can tell all that is wanted, by what is known of the one before."""
    if wanted.rows or wanted.removals or wanted.metadata or wanted.parts:
        return False
    if wanted.whole and (wanted.totals or wanted.scores):  # of which only one slot is known
        return False
    return before is None or _pending(before) is not None


def as_after(before: Progress | None, known: Known, wanted: Wanted) -> Known | None:
    """What was read, as it is once the transaction before is committed; None if that is unsure."""
    if before is None:
        return known
    pending = _pending(before)
    if pending is None:
        return None
    if known.commit_id == pending.commit_id:  # it is committed
        known.incarnation = pending.changes.incarnation
        return known
    if known.commit_id != pending.basis.commit_id:  # nor will it be, as it is judged now
        return None
    return apply_pending(known, wanted, pending)


def _pending(before: Progress) -> Writing | None:
    """What the transaction before writes, where that is known and its changes can be applied."""
    writing = before.writing
    if writing is None or writing.changes.is_rare:
        return None
    has_failed = before.ended.done() and not before.ended.result()
    return None if has_failed else writing


def apply_pending(known: Known, wanted: Wanted, pending: Writing) -> Known:
    """What is known under the wanted keys after a commit that writes nothing rare.

    Its records are copied, since whoever judges next changes them.
    """
    changes = pending.changes
    states = {row.state_key: row for row in changes.interactions.values() if row.state_key}
    # Those of other lanes may have been read further on.
    known.last_number = max(known.last_number, changes.last_number)
    known.commit_id = pending.commit_id
    known.incarnation = changes.incarnation
    known.stored = Stored(
        _moving(known.stored.totals, changes.totals), _moving(known.stored.scores, changes.scores)
    )
    _take(known.event_ids, changes.event_ids, wanted.event_ids)
    _take(known.event_ids, changes.row_event_ids, wanted.event_ids)
    _take(known.states, states, wanted.states)
    _take(known.totals, changes.totals, wanted.totals)
    _take(known.scores, changes.scores, wanted.scores)
    return known


def _moving(stored: Mapping[K, Place | None], changed: Mapping[K, Any]) -> Mapping[K, Place | None]:
    """Where rows are that are stored, unless the commit puts new ones in their place."""
    return {**stored, **dict.fromkeys(stored.keys() & changed.keys())}


def _take(known: dict[K, R], changed: dict[K, R], wanted: AbstractSet[K]) -> None:
    for key in changed.keys() & wanted:
        known[key] = changed[key].copy()
