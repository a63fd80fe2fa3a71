"""Real ledgers under observation, and submissions to commit through them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from models.database import Database
from models.ledger import Judge, Ledger
from models.records import Wanted
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.judging import Rules
from resolvers.submissions import Submission
from resolvers.writer import BATCH_LIMIT, QUEUE_LIMIT, Writer
from tests.durability.server import until

ANN = "u_0123456789abcdef"


def view(target_id: str) -> Submission:
    """An event: one row, however often it is submitted."""
    return Submission(ANN, ACTIONS[ActionType.VIEW], target_id, False, None, system_clock())


async def nothing() -> None:
    """What happens before most commits."""


class Watched:
    """A ledger that counts its transactions and may have something happen before each."""

    def __init__(self, ledger: Ledger, before: Callable[[int], Awaitable[None]]) -> None:
        self.begun = 0
        self.failed = 0
        self._ledger = ledger
        self._before = before

    @property
    def overlaps(self) -> bool:
        return self._ledger.overlaps

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge) -> Awaitable[None]:
        self.begun += 1
        await self._before(self.begun)
        try:
            return self._rest(await self._ledger.begin(wanted, judge))
        except Exception:
            self.failed += 1
            raise

    async def _rest(self, begun: Awaitable[None]) -> None:
        try:
            await begun
        except Exception:
            self.failed += 1
            raise

    async def close(self) -> None:
        await self._ledger.close()

    async def has_begun(self, transactions: int) -> None:
        """Return when so many transactions have begun."""
        await until(lambda: self.begun >= transactions)


@asynccontextmanager
async def writing(
    url: str,
    *,
    before: Callable[[int], Awaitable[None]] = lambda _: nothing(),
    batch_limit: int = BATCH_LIMIT,
    queue_limit: int = QUEUE_LIMIT,
    unbroken: bool = False,
) -> AsyncIterator[tuple[Writer, Watched]]:
    """A writer at work on a database, and its ledger under observation."""
    ledger = Watched(Database.at(url).ledger(), before)
    writer = Writer(
        ledger, Rules(), batch_limit=batch_limit, queue_limit=queue_limit, unbroken=unbroken
    )
    writer.start()
    try:
        yield writer, ledger
    finally:
        await writer.stop()


async def submitted(writer: Writer, *calls: list[str]) -> list[asyncio.Task[list[object]]]:
    """Submit several calls, of views of these targets; return when all have reached the writer."""
    tasks = [asyncio.create_task(_submit(writer, call)) for call in calls]
    await asyncio.sleep(0)  # each runs up to where it waits for its answer
    return tasks


async def _submit(writer: Writer, targets: list[str]) -> list[object]:
    answers = await writer.submit([view(target) for target in targets])
    return [answer if isinstance(answer, Exception) else str(answer.outcome) for answer in answers]
