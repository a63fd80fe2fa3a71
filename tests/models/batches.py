"""Batches on their way through ledgers on PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager

from models.database import Database
from models.ledger import Ledger
from models.records import Changes, Known
from resolvers.judging import Rules, judge, wanted
from resolvers.submissions import Submission


class Batch:
    """Submissions on their way through a ledger, and how often they were judged."""

    def __init__(self, *submissions: Submission) -> None:
        self.submissions = submissions
        self.judged = 0

    def judge(self, known: Known) -> Changes:
        self.judged += 1
        return judge(self.submissions, known, Rules())[1]

    async def begin(self, ledger: Ledger) -> Awaitable[None]:
        return await ledger.begin(wanted(self.submissions), self.judge)

    async def begin_and(self, ledger: Ledger, others: Sequence[Awaitable[None]]) -> None:
        """Begin, and then commit the others and this."""
        begun = await self.begin(ledger)
        for each in (*others, begun):
            await each

    async def commit(self, ledger: Ledger) -> None:
        await ledger.transact(wanted(self.submissions), self.judge)


@asynccontextmanager
async def ledgers(url: str, count: int) -> AsyncIterator[Sequence[Ledger]]:
    """So many ledgers over one database, as processes have them."""
    opened = [Database.at(url).ledger() for _ in range(count)]
    try:
        yield opened
    finally:
        for ledger in opened:
            await ledger.close()
