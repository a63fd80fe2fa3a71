"""The ledger on PostgreSQL: transactions one after another, each judged while others are written.

A transaction is judged ahead of the lock, by what was read ahead and what the transactions before
it change. Every commit leaves a mark of its own at the log's head. So if that is, under the lock,
the mark of the transaction before, nobody else has committed; if not, everything is read and judged
again. While others do commit, it takes a turn to judge ahead.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from models.ledger import Judge
from models.postgres_transaction import Lane, Marks, Transaction
from models.postgres_turn import Turn
from models.records import Wanted

LANES = 2
"""Transactions under way at once: one is written while one is read and judged.

With more of them batches are smaller and cost more each, and nothing is faster.
"""

CLOSE_S = 1.0
"""How long to wait for the server where connections are closed."""

SHARING_S = 1.0
"""How long a process takes turns after another has committed."""


class PostgresLedger:
    """Runs transactions on a few connections in turn, of which all but one open under load."""

    def __init__(self, credentials: dict[str, Any]) -> None:
        self._marks = Marks()
        self._lanes = [Lane(credentials, self._marks) for _ in range(LANES)]
        self._idle: asyncio.LifoQueue[Lane] = asyncio.LifoQueue()
        for lane in self._lanes:
            self._idle.put_nowait(lane)
        self._last: Transaction | None = None
        self._has_committed = False
        self._turn = Turn(credentials)
        self._passing: asyncio.Task[None] | None = None
        self._under_way = 0
        self._shares_until = 0.0

    @property
    def overlaps(self) -> bool:
        return self._is_alone or self._turn.is_held

    @property
    def _is_alone(self) -> bool:
        """Whether nobody else commits now, as far as was seen."""
        return asyncio.get_running_loop().time() > self._shares_until

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge) -> Awaitable[None]:
        if self._last is not None and self._turn.is_over:
            await asyncio.wait([self._last.ended])
            await self._turn.pass_on()
        lane = await self._idle.get()
        self._under_way += 1
        self._last = transaction = Transaction(lane, wanted, judge, self._last)
        try:
            async with transaction.guarded():
                await transaction.connect()
                may_judge_ahead = self._is_alone or await self._turn.take()
                if not (may_judge_ahead and await transaction.judge_ahead()):
                    await transaction.judge_locked()
        except BaseException:
            self._end(transaction)
            raise
        return self._commit(transaction)

    async def close(self) -> None:
        if self._under_way:
            for lane in self._lanes:
                lane.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._turn.close()
                await asyncio.gather(*(lane.disconnect() for lane in self._lanes))

    async def _commit(self, transaction: Transaction) -> None:
        try:
            async with transaction.guarded():
                written = await transaction.commit()
            if self._has_committed and not self._marks.include(written.judged_by):
                self._shares_until = asyncio.get_running_loop().time() + SHARING_S
            self._has_committed = True
            for lane in self._lanes:
                lane.last_number = written.changes.last_number
        finally:
            self._end(transaction)

    def _end(self, transaction: Transaction) -> None:
        transaction.end()
        self._under_way -= 1
        if self._turn.is_held and not self._under_way:
            self._passing = asyncio.create_task(self._turn.pass_on(), name="turn")
        self._idle.put_nowait(transaction.lane)
