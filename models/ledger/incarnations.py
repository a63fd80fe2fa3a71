"""Incarnations: numbers go on beyond all that were given out, where the past may be another.

A restored or copied database has lost numbers that clients hold. Nothing in it tells that. So who
writes begins a new incarnation at its start, and whenever what it remembers does not fit what it
finds. The commit that first gives out numbers in an incarnation writes its row.
"""

import time
from dataclasses import dataclass
from secrets import randbelow
from typing import NamedTuple

from models.ledger.ledger import Judge, R
from models.partitions import aligned
from models.records import Changes, Known, Micros, StoredIncarnation

NUMBERS_PER_S = 125_000
"""How fast the number grows that an incarnation begins at; a database records less in the long run.

So a number that is given out now is beyond what was given out before, also where that was lost.
Where there may be lanes it grows as many times as fast: each gives out every so many-th number.
"""

GAP = 2**20
"""Numbers that are left out at least, also where the clock was set back."""

KEPT = 10_000
"""Incarnations that are remembered at most; a cursor of one before them is too old."""

_EPOCH_S = 1_767_225_600  # 2026-01-01, UTC
PRUNED = "SELECT max(pruned_number) FROM log_head"
_ENDED = f"SELECT max(follows) FROM incarnations WHERE follows < ({PRUNED})"
_TOO_MANY = f"SELECT follows FROM incarnations ORDER BY follows DESC LIMIT 1 OFFSET {KEPT - 1}"
FORGOTTEN = f"follows < coalesce(({_ENDED}), -1) OR follows < coalesce(({_TOO_MANY}), -1)"
"""Of incarnations: they ended before what the log still holds, or there are too many since."""


class Origin(NamedTuple):
    """Where a ledger reads: by which start of a database server, and from which of its tables.

    A restored database or another server in its place has another one; so may the same.
    """

    server: object
    tables: int


@dataclass(slots=True)
class Begun:
    """Where the ledgers of a process have begun an incarnation, if they have."""

    origin: Origin | None = None


class Past:
    """What one ledger remembers of the numbers that it gave out, and of where it did.

    Those of one process share where that was. Whoever begins an incarnation holds the locks of all
    lanes and moves all heads, so what others have judged by then is judged again. `most_lanes` is
    how many the database may ever have.
    """

    def __init__(self, begun: Begun | None = None, most_lanes: int = 1) -> None:
        self._begun = begun or Begun()
        self._numbers_per_s = most_lanes * NUMBERS_PER_S
        self._reached = 0

    def is_unsure(self, known: Known, origin: Origin) -> bool:
        """Whether the next number is to begin an incarnation; `origin` is where that was read."""
        if known.incarnation is not None:
            return False
        return origin != self._begun.origin or known.last_number < self._reached

    def judge(
        self, judge: Judge[R], known: Known, origin: Origin, lane: int = 0
    ) -> tuple[Changes, R]:
        """Have changes judged with numbers of a lane that were never given out.

        `origin` is where `known` was read.
        """
        if not self.is_unsure(known, origin):
            known.last_number = aligned(known.last_number, lane, known.step)
            return judge(known)
        found, now_s = known.last_number, time.time()
        beginning = _beginning(max(found, self._reached), now_s, self._numbers_per_s)
        beginning = aligned(beginning, lane, known.step)
        known.last_number = beginning
        changes, result = judge(known)
        if changes and changes.last_number > beginning:
            changes.incarnation = _incarnation(found - known.lag, int(now_s * 1e6))
        else:  # it gives out none, and so need not begin
            changes.last_number = found
        return changes, result

    def note(self, changes: Changes, origin: Origin) -> None:
        """Remember that changes were committed."""
        if changes.incarnation is not None:
            self._begun.origin = origin
        if origin == self._begun.origin:
            self._reached = max(self._reached, changes.last_number)


def _beginning(last: int, now_s: float, numbers_per_s: int) -> int:
    """The number before the first of an incarnation that begins now."""
    return max(last + GAP + randbelow(GAP), int((now_s - _EPOCH_S) * numbers_per_s))


def _incarnation(follows: int, now: Micros) -> StoredIncarnation:
    """A new incarnation.

    Its id is random by the operating system: a copy of a running machine draws another.
    """
    return StoredIncarnation(follows, 1 + randbelow(2**63 - 1), now)
