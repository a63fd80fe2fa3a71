"""The ledger on PostgreSQL: transactions one after another, each judged while others are written.

A transaction is judged before it has the lock, by what was read and by what the transaction before
it changes. Every commit leaves an id of its own at the log's head. If that is, under the lock, the
id of the transaction before, nobody else has committed; if not, everything is read and judged
again. While other processes commit too, this one judges ahead only with the fairness lock.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any

from models.database.postgres import ANSWER_S, CLOSE_S
from models.histogram import Histogram
from models.ledger.fairness_lock import FairnessLock
from models.ledger.incarnations import GAP, Past
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.lanes.shared import Shared
from models.ledger.ledger import Judge, R
from models.ledger.pipelining import Progress
from models.ledger.postgres_transaction import (
    JudgedAhead,
    JudgedLocked,
    Work,
    connected,
)
from models.ledger.postgres_writing import Writing
from models.ledger.writer_connection import WriterConnection
from models.partitions import PARTITIONS
from models.records import Wanted

CONNECTIONS = 2
"""Transactions under way at once: one is written while one is read and judged.

With more of them batches are smaller and cost more each, and nothing is faster.
"""

SHARING_S = 1.0
"""How long a process takes the fairness lock after another has committed."""


class PostgresLedger:
    """Runs transactions on a few connections, of which all but one open under load.

    They write a lane, or all of them; as long as there is one lane, that is the same.
    """

    def __init__(
        self,
        credentials: Mapping[str, Any],
        answer_s: float = ANSWER_S,
        *,
        scope: Scope = WHOLE,
        shared: Shared | None = None,
    ) -> None:
        self.scope = scope
        self._shared = shared or Shared(credentials)
        self._is_alone_in_sharing = shared is None
        self._past = Past(self._shared.begun, PARTITIONS)
        self._last_number = 0
        self._connections = [WriterConnection(credentials, answer_s) for _ in range(CONNECTIONS)]
        self._idle: asyncio.LifoQueue[WriterConnection] = asyncio.LifoQueue()
        for connection in self._connections:
            self._idle.put_nowait(connection)
        self._last: Progress | None = None
        self._has_committed = False
        self.lock_waits = Histogram()
        self._fairness = FairnessLock(credentials, self.lock_waits, scope.lane)
        self._releasing: asyncio.Task[None] | None = None
        self._under_way = 0
        self._shares_until = 0.0

    @property
    def lane(self) -> int:
        """The lane that it writes; the first for all of them."""
        return self.scope.lane

    @property
    def overlaps(self) -> bool:
        return self._is_alone or self._fairness.is_held

    @property
    def _is_alone(self) -> bool:
        """Whether nobody else commits now, as far as was seen."""
        return asyncio.get_running_loop().time() > self._shares_until

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        wanted.whole = True
        return await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge[R]) -> Awaitable[R]:
        if self._last is not None and self._fairness.is_used_up:
            await asyncio.wait([self._last.ended])
            await self._fairness.release()
        writer = await self._idle.get()
        writer.begin()
        self._under_way += 1
        before = None if self._last is None or self._last.ended.done() else self._last
        self._last = progress = Progress()
        work = Work(
            writer,
            self.scope,
            wanted,
            judge,
            commit_ids=self._shared.commit_ids,
            past=self._past,
            before=before,
            progress=progress,
            lock_waits=self.lock_waits,
        )
        try:
            async with writer.transaction():
                judged = await self._judged(work)
        except BaseException:
            self._end(work, is_durable=False)
            raise
        return self._commit(work, judged)

    async def scrub(self, *, within_pages: bool = True) -> None:
        """Do nothing: what was deleted is for VACUUM to overwrite."""

    async def close(self) -> None:
        if self._under_way:
            for connection in self._connections:
                connection.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._fairness.close()
                await asyncio.gather(*(each.disconnect() for each in self._connections))
        if self._is_alone_in_sharing:
            await self._shared.close()

    async def _judged(self, work: Work[R]) -> JudgedAhead[R] | JudgedLocked[R]:
        """Judge a transaction ahead of the lock if that can be done, else under it."""
        unjudged = await connected(work)
        if self._is_alone or await self._fairness.take():
            judged = await unjudged.judge_ahead()
            if judged is not None:
                return judged
        return await unjudged.judge_locked()

    async def _commit(self, work: Work[R], judged: JudgedAhead[R] | JudgedLocked[R]) -> R:
        is_durable = False
        try:
            async with work.writer.transaction():
                committed = await judged.commit()
            is_durable = True
            self._note(committed.writing)
            return committed.result
        finally:
            self._end(work, is_durable=is_durable)

    def _note(self, committed: Writing) -> None:
        """Take note of a commit, and let other processes know of it.

        It shows whether they commit as well, and how the log grows.
        """
        self._shared.notifier.notify()
        judged_by = committed.basis.commit_id
        if self._has_committed and not self._shared.commit_ids.include(judged_by):
            self._shares_until = asyncio.get_running_loop().time() + SHARING_S
        self._has_committed = True
        self._past.note(committed.changes, committed.basis.origin)
        last_number, before = committed.changes.last_number, self._last_number
        self._last_number = last_number
        for connection in self._connections:
            if last_number - before < GAP:  # else they are numbers that an incarnation left out
                connection.rows += last_number - before

    def _end(self, work: Work[Any], *, is_durable: bool) -> None:
        work.writer.ended()
        work.progress.end(is_durable)
        self._under_way -= 1
        if self._fairness.is_held and not self._under_way:
            self._releasing = asyncio.create_task(self._release(), name="fairness lock")
        self._idle.put_nowait(work.writer)

    async def _release(self) -> None:
        """Release the fairness lock, unless whoever waited for the last commit begins another."""
        await asyncio.sleep(0)
        if not self._under_way:
            await self._fairness.release()
