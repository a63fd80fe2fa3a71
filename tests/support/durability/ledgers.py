"""Real ledgers under observation, and submissions to commit through them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from models.database.database import Database
from models.histogram import Histogram
from models.ledger.ledger import Judge, Ledger, R
from models.ledger.opening import open_ledger
from models.records import Wanted
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.recording.judging import Rules
from resolvers.recording.submissions import Submission
from resolvers.recording.writer import Writer
from resolvers.recording.writing.queueing import QUEUE_LIMIT
from resolvers.recording.writing.sizing import BATCH_LIMIT
from tests.support.durability.server import until

ANN = "u_0123456789abcdef"


def view(target_id: str) -> Submission:
    """An event: one row, however often it is submitted."""
    return Submission(
        user_alias=ANN,
        action=ACTIONS[ActionType.VIEW],
        target_id=target_id,
        undo=False,
        occurred_at=None,
        arrived_at=system_clock(),
    )


async def nothing() -> None:
    """What happens before most commits."""


class Watched:
    """A ledger that notes its transactions and may have something happen before each."""

    def __init__(self, ledger: Ledger, before: Callable[[int], Awaitable[None]]) -> None:
        self.begun = 0
        self.failed = 0
        self._ledger = ledger
        self._before = before
        self._results: dict[int, object] = {}

    @property
    def sizes(self) -> list[int]:
        """How many submissions each batch had that was committed, in the order of their begin."""
        found = [self._results[number] for number in sorted(self._results)]
        return [len(result) for result in found if isinstance(result, list)]

    @property
    def lock_waits(self) -> Histogram:
        return self._ledger.lock_waits

    @property
    def overlaps(self) -> bool:
        return self._ledger.overlaps

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        wanted.whole = True
        return await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge[R]) -> Awaitable[R]:
        self.begun += 1
        number = self.begun
        await self._before(number)
        try:
            return self._rest(number, await self._ledger.begin(wanted, judge))
        except Exception:
            self.failed += 1
            raise

    async def _rest(self, number: int, begun: Awaitable[R]) -> R:
        try:
            self._results[number] = result = await begun
            return result
        except Exception:
            self.failed += 1
            raise

    async def scrub(self, *, within_pages: bool = True) -> None:
        await self._ledger.scrub(within_pages=within_pages)

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
    stops_at_failure: bool = False,
    are_short: Callable[[], bool] = lambda: False,
) -> AsyncIterator[tuple[Writer, Watched]]:
    """A writer at work on a database, and its ledger under observation."""
    ledger = Watched(open_ledger(Database.at(url)), before)
    writer = Writer(
        ledger,
        Rules(),
        batch_limit=batch_limit,
        queue_limit=queue_limit,
        stops_at_failure=stops_at_failure,
        are_short=are_short,
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
