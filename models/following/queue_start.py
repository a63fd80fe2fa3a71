"""Where the queue of ranks starts on PostgreSQL: a number that all of it is and will be above.

Numbers are given out by a sequence, and seen once their commits have ended, in any order. So a
number is passed once it was taken, or once whoever it was given to has ended without it. The latter
is known of all numbers that were given out before a moment, once the oldest transaction that still
writes anywhere on the server is younger than that moment.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.database.postgres import Connection
from models.following.statements import Statement, insert
from models.ranks.pending import BEFORE, START, queue_start

_NUMBERED = (
    "SELECT coalesce("
    "pg_sequence_last_value(pg_get_serial_sequence('rank_changes', 'id')::regclass), 0)"
)
IS_LOST = f"coalesce(({queue_start(BEFORE)}) > ({_NUMBERED}), FALSE)"
"""Whether numbers begin anew, as in a copy without sequences: what comes is not above the start."""

_OWN = "SELECT pg_current_xact_id()::text::bigint"
_READ = (
    "SELECT pg_snapshot_xmin(s)::text::bigint, r.id, r.users "
    f"FROM pg_current_snapshot() s LEFT JOIN ({queue_start('id, users')}) r ON TRUE"
)
_COLUMNS = {"size": "int", "users": "text", "posts": "text"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment: the last number given out by then, and the transactions that write.

    `own` is later than all that had a number by then, and `oldest` the first that has not ended.
    """

    numbered: int
    oldest: int
    own: int


@dataclass(frozen=True, slots=True)
class QueueStart:
    """The number that the queue is above, and an earlier moment that is to be over.

    Up to `numbered` were given out to transactions before `horizon`. `id` is the number of the row
    that says so, None before there is one.
    """

    id: int | None = None
    before: int = 0
    numbered: int = 0
    horizon: int = 0

    def moved(self, now: Moment, taken: Sequence[int], until: int) -> "QueueStart":
        """Where it starts once all that could be seen after `now`, up to a number, was taken."""
        is_over = not now.oldest < self.horizon <= now.own  # beyond it if it was copied from afar
        passed = self.numbered if is_over else self.before
        if now.oldest == now.own:  # nobody else writes
            passed = now.numbered
        before = max(self.before, min(passed, until))
        for number in sorted({*taken, *self.numbers}):
            if number == before + 1:
                before = number
        if is_over:
            return QueueStart(None, before, now.numbered, now.own)
        return replace(self, id=None, before=before)

    @property
    def numbers(self) -> list[int]:
        """The number of its own row, if there is one."""
        return [] if self.id is None else [self.id]

    @property
    def insertion(self) -> Statement:
        """What writes its row, behind all that is there."""
        users = json.dumps([self.before, self.numbered, self.horizon])
        return insert("rank_changes", _COLUMNS, [(START, users, "[]")])


async def read_start(server: Connection) -> tuple[QueueStart, Moment]:
    """Where the queue starts, and a moment before anything else is read.

    A number may be given out at any time, so how far they are comes first. Whoever has one had
    begun to write before that. So this transaction begins to write next, and is later: a snapshot
    alone does not tell of who began after the last that has ended.
    """
    numbered = await server.fetchval(_NUMBERED)
    own = await server.fetchval(_OWN)
    ((oldest, id, users),) = await server.fetch(_READ)
    start = QueueStart() if id is None else QueueStart(id, *json.loads(users))
    if start.before > numbered:
        start = QueueStart(id)
    return start, Moment(numbered, oldest, own)
