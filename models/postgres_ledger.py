"""The ledger on PostgreSQL: transactions one after another, each judged while others are written.

A transaction is judged ahead of the lock, by what was read ahead and what the transactions before
it change. Every commit leaves a mark of its own at the log's head. So if that is, under the lock,
the mark of the transaction before, nobody else has committed; if not, everything is read and judged
again. While others do commit, nothing is read ahead.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

from models.ledger import Judge
from models.postgres_transaction import Lane, Transaction
from models.records import Wanted

LANES = 2
"""Transactions under way at once: one is written while one is read and judged.

With more of them batches are smaller and cost more each, and nothing is faster.
"""


class PostgresLedger:
    """Runs transactions on a few connections in turn, of which all but one open under load."""

    def __init__(self, credentials: dict[str, Any]) -> None:
        self._lanes = [Lane(credentials) for _ in range(LANES)]
        self._idle: asyncio.LifoQueue[Lane] = asyncio.LifoQueue()
        for lane in self._lanes:
            self._idle.put_nowait(lane)
        self._last: Transaction | None = None
        self._last_mark: int | None = None
        self._is_alone = True  # as far as was seen, nobody else commits now

    @property
    def overlaps(self) -> bool:
        return self._is_alone

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge) -> Awaitable[None]:
        lane = await self._idle.get()
        self._last = transaction = Transaction(lane, wanted, judge, self._last)
        try:
            async with transaction.guarded():
                await transaction.connect()
                if not (self._is_alone and await transaction.judge_ahead()):
                    await transaction.judge_locked()
        except BaseException:
            self._end(transaction)
            raise
        return self._commit(transaction)

    async def close(self) -> None:
        for lane in self._lanes:
            await lane.disconnect()

    async def _commit(self, transaction: Transaction) -> None:
        try:
            async with transaction.guarded():
                written = await transaction.commit()
            self._is_alone = self._last_mark in (None, written.judged_by)
            self._last_mark = written.mark
            for lane in self._lanes:
                lane.last_number = written.changes.last_number
        finally:
            self._end(transaction)

    def _end(self, transaction: Transaction) -> None:
        transaction.end()
        self._idle.put_nowait(transaction.lane)
