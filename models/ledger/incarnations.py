"""Incarnations: numbers go on beyond all that were given out, where the past may be another.

A restored or copied database has lost numbers that clients hold. Nothing in it tells that. So who
writes begins a new incarnation at its start, and whenever what it remembers does not fit what it
finds. The commit that first gives out numbers in an incarnation writes its row.
"""

import time
from secrets import randbelow
from typing import NamedTuple

from models.ledger.ledger import Judge, R
from models.records import Changes, Known, Micros, StoredIncarnation

NUMBERS_PER_S = 125_000
"""How fast the number grows that an incarnation begins at; a database records less in the long run.

So a number that is given out now is beyond what was given out before, also where that was lost.
"""

GAP = 2**20
"""Numbers that are left out at least, also where the clock was set back."""

KEPT = 10_000
"""Incarnations that are remembered at most; a cursor of one before them is too old."""

_EPOCH_S = 1_767_225_600  # 2026-01-01, UTC
_PRUNED = "SELECT pruned_number FROM log_head"
_ENDED = f"SELECT max(follows) FROM incarnations WHERE follows < ({_PRUNED})"
_TOO_MANY = f"SELECT follows FROM incarnations ORDER BY follows DESC LIMIT 1 OFFSET {KEPT - 1}"
FORGOTTEN = f"follows < coalesce(({_ENDED}), -1) OR follows < coalesce(({_TOO_MANY}), -1)"
"""Of incarnations: they ended before what the log still holds, or there are too many since."""


class Origin(NamedTuple):
    """Where a ledger reads: by which start of a database server, and from which of its tables.

    A restored database or another server in its place has another one; so may the same.
    """

    server: object
    tables: int


class Past:
    """What one ledger remembers of the numbers that it gave out, and of where it did."""

    def __init__(self) -> None:
        self._origin: Origin | None = None
        self._reached = 0

    def judge(self, judge: Judge[R], known: Known, origin: Origin) -> tuple[Changes, R]:
        """Have changes judged with numbers that were never given out.

        `origin` is where `known` was read.
        """
        found = known.last_number
        is_here = origin == self._origin and found >= self._reached
        if is_here or known.incarnation is not None:
            return judge(known)
        now_s = time.time()
        known.last_number = beginning = _beginning(max(found, self._reached), now_s)
        changes, result = judge(known)
        if changes and changes.last_number > beginning:
            changes.incarnation = _incarnation(found, int(now_s * 1e6))
        else:  # it gives out none, and so need not begin
            changes.last_number = found
        return changes, result

    def note(self, changes: Changes, origin: Origin) -> None:
        """Remember that changes were committed."""
        if changes.incarnation is not None:
            self._origin = origin
        if origin == self._origin:
            self._reached = max(self._reached, changes.last_number)


def _beginning(last: int, now_s: float) -> int:
    """The number before the first of an incarnation that begins now."""
    return max(last + GAP + randbelow(GAP), int((now_s - _EPOCH_S) * NUMBERS_PER_S))


def _incarnation(follows: int, now: Micros) -> StoredIncarnation:
    """A new incarnation.

    Its id is random by the operating system: a copy of a running machine draws another.
    """
    return StoredIncarnation(follows, 1 + randbelow(2**63 - 1), now)
