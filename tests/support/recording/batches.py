"""Batches on their way through ledgers on PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager

from models.database.database import Database
from models.ledger.ledger import Ledger
from models.ledger.opening import open_ledgers
from models.records import Changes, Known
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Submission, Verdict


class Batch:
    """Submissions on their way through a ledger, and how often they were judged."""

    def __init__(self, *submissions: Submission) -> None:
        self.submissions = submissions
        self.judged = 0

    def judge(self, known: Known) -> tuple[Changes, list[Verdict]]:
        self.judged += 1
        return judge(self.submissions, known, Rules())

    async def begin(self, ledger: Ledger) -> Awaitable[list[Verdict]]:
        return await ledger.begin(wanted(self.submissions), self.judge)

    async def begin_and(self, ledger: Ledger, others: Sequence[Awaitable[list[Verdict]]]) -> None:
        """Begin, and then commit the others and this."""
        begun = await self.begin(ledger)
        for each in (*others, begun):
            await each

    async def commit(self, ledger: Ledger) -> None:
        await (await self.begin(ledger))


@asynccontextmanager
async def ledgers(url: str, count: int) -> AsyncIterator[Sequence[Ledger]]:
    """So many ledgers of the first lane of a database, each as a process of its own has it."""
    opened = [await open_ledgers(Database.at(url)) for _ in range(count)]
    try:
        yield [each.lane(0) for each in opened]
    finally:
        for each in opened:
            await each.close()
