"""The writer: every caller's submissions in few commits, and none of them waiting long."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

from models.errors import DatabaseUnavailable, LayoutChanged
from models.histogram import Histogram
from models.ledger.ledger import Judge, Ledger, R
from models.records import Wanted
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.judging import Rules
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.answers import NOT_SCRUBBED, UNFORESEEN
from resolvers.recording.writing.batches import LARGE_CALL, Batch, work_out_keys
from resolvers.recording.writing.committing import Begun, Committer, HeldBack
from resolvers.recording.writing.counting import BatchCounts
from resolvers.recording.writing.exclusive import ExclusiveTransaction, nothing
from resolvers.recording.writing.queueing import QUEUE_LIMIT, SubmissionQueue, SubmittedCall
from resolvers.recording.writing.sizing import BATCH_LIMIT, UNDER_WAY, BatchSizing
from resolvers.tasks import all_ended, cancel, unfinished_after

log = logging.getLogger(__name__)

STOP_S = 1.5
"""How long a writer that stops goes on committing what waits."""

BREAK_OFF_S = 1.0
"""How long what is under way then has to fail, once the ledger is closed."""


class Writer:
    """Commits what waits, in groups: the commit under way gathers the next batch.

    The writer never sleeps to gather more. Where the ledger can, one batch is judged while those
    before it are committed. A batch that the database will not take is committed one submission at
    a time, so that one which is refused fails alone; what was submitted after it waits for that.
    `notify` is called after each commit, `note` with whose preferences it adds to. A writer that
    `stops_at_failure` stores nothing any more once the database was not there to commit.

    Where its ledger is of one lane among several, `whole` is that of all. If there are other lanes,
    it begins nothing more and calls `layout_changed`: another is to take over what waits. `counts`
    may be shared. `are_short` says whether processors are, as of now.
    """

    def __init__(
        self,
        ledger: Ledger,
        rules: Rules,
        notify: Callable[[], None] = lambda: None,
        *,
        batch_limit: int = BATCH_LIMIT,
        queue_limit: int = QUEUE_LIMIT,
        stops_at_failure: bool = False,
        note: Callable[[Sequence[str]], None] = lambda aliases: None,
        whole: Ledger | None = None,
        layout_changed: Callable[[], None] = lambda: None,
        counts: BatchCounts | None = None,
        are_short: Callable[[], bool] = lambda: False,
    ) -> None:
        self._ledger = ledger
        self._note_preferring = note
        self._default_level = rules.default_level
        self._queue = SubmissionQueue(queue_limit)
        self._exclusive: deque[ExclusiveTransaction[Any]] = deque()
        self._sizing = BatchSizing(batch_limit, are_short)
        self.counts = counts or BatchCounts()
        self._committer = Committer(
            ledger,
            rules,
            notify,
            whole=whole or ledger,
            counts=self.counts,
            stops_at_failure=stops_at_failure,
        )
        self._layout_changed = layout_changed
        self._beginning = asyncio.Lock()
        self._is_due = asyncio.Event()
        self._is_stopping = self._is_retired = False
        self.unjudged = self._committer.unjudged
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to commit; call in the running loop."""
        self._tasks = [
            asyncio.create_task(self._run(), name=f"writer {number}") for number in range(UNDER_WAY)
        ]

    async def stop(self) -> None:
        """Take nothing more, commit what waits, and close the ledger, all within seconds.

        What has not begun after `STOP_S` is refused; what is under way then is broken off.
        """
        self._is_stopping = True
        self._is_due.set()
        await unfinished_after(self._tasks, STOP_S)
        stopped = DatabaseUnavailable("the server stopped before")
        self.refuse_all(stopped)
        await self._ledger.close()
        await cancel(await unfinished_after(self._tasks, BREAK_OFF_S))
        self.refuse_all(stopped)

    async def retire(self) -> None:
        """Begin nothing more; return when nothing is under way. What comes waits all the same."""
        self._is_retired = True
        self._is_due.set()
        await all_ended(self._tasks)

    def hand_over(self) -> "tuple[list[SubmittedCall], list[ExclusiveTransaction[Any]]]":
        """Take all that waits, in order, from a writer that is retired."""
        transactions = list(self._exclusive)
        self._exclusive.clear()
        return self._queue.clear(), transactions

    async def submit(self, submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        """As `LaneWriters.submit`, which says what it raises; all of a call is stored, or none."""
        self._check_open()
        self._queue.check_room(submissions)
        call = self.call(submissions)
        self.enqueue(call)
        return await call.answer

    def call(self, submissions: Sequence[Submission]) -> SubmittedCall:
        """What waits for them to be committed; a writer that is traced has more to keep of it."""
        return SubmittedCall(submissions)

    def enqueue(self, call: SubmittedCall) -> None:
        """Have a call wait to be committed, whatever waits already."""
        if len(call.items) >= LARGE_CALL:
            work_out_keys(call, self._default_level)
        self._queue.add(call)
        if self._sizing.is_enough(self._queue.size):
            self._is_due.set()

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        """Run one transaction of another kind between two batches; return what `judge` found.

        It is durable by then. Batches and such transactions take turns, so neither waits for more
        than one of the other. A caller that is cancelled before its turn calls it off.

        Raises:
            Overloaded: the server is stopping, or the database did not commit.
            OutcomeUnknown: the connection broke during the commit.
            Exception: whatever `judge` raised; nothing is changed.
        """
        self._check_open()
        transaction = ExclusiveTransaction(wanted, judge)
        self.enqueue_exclusive(transaction)
        return await transaction.done

    def enqueue_exclusive(self, transaction: ExclusiveTransaction[Any]) -> None:
        """Have a transaction wait for its turn."""
        self._exclusive.append(transaction)
        self._is_due.set()

    async def scrub(self, *, within_pages: bool) -> None:
        """Leave nothing in the database's own files of what was deleted, as `Ledger.scrub`.

        Raises:
            Overloaded: that was not to be had in time; what was deleted stays deleted.
        """
        try:
            await self._ledger.scrub(within_pages=within_pages)
        except DatabaseUnavailable as error:
            raise Overloaded(NOT_SCRUBBED.format(error.reason)) from error

    async def check(self) -> None:
        """Make sure that it can commit: if the last commit failed, by one that moves no count.

        While others wait to commit, theirs tell as well: one more would hold them up.

        Raises:
            DatabaseUnavailable: it cannot.
        """
        if self._committer.trouble is None:
            return
        if self._sizing.is_idle and not (self._queue or self._exclusive):
            with suppress(Overloaded, OutcomeUnknown):
                await self.transact(Wanted(), nothing)
        if (trouble := self._committer.trouble) is not None:
            raise DatabaseUnavailable(trouble.reason)

    @property
    def waiting(self) -> int:
        """How many submissions wait to be committed."""
        return self._queue.size

    @property
    def lock_waits(self) -> Histogram:
        """How long its transactions waited for a lane's lock, as `Ledger.lock_waits`."""
        return self._ledger.lock_waits

    @property
    def trouble(self) -> DatabaseUnavailable | None:
        """Why the last commit failed; None once there was another."""
        return self._committer.trouble

    def _check_open(self) -> None:
        if self._is_stopping:
            raise Overloaded("the server is stopping")

    async def _run(self) -> None:
        """Begin a batch and commit it, again and again; while one commits, another may begin.

        One that has begun goes on at once: in a task of its own it would wait for all that the loop
        has at hand. An error that nobody foresaw fails what is in hand, or else all that waits.
        """
        while True:
            batch: Batch | None = None
            try:
                async with self._beginning:
                    if not await self._has_work():
                        return
                    await self._committer.isolation.over()
                    if self._exclusive:
                        await self._run_exclusive(self._exclusive.popleft())
                    await self._sizing.gather(self._queue)
                    if self._is_retired or not self._queue:
                        continue
                    batch, begun_at = self._next_batch(), perf_counter()
                    begun = await self._begin(batch)
                    self._sizing.begun(batch)
                await self._finish(batch, begun, begun_at)
            except Exception:
                log.exception("the writer has failed; it goes on")
                if batch is None:
                    self.refuse_all(DatabaseUnavailable("the writer has failed"))
                else:
                    batch.fail()

    async def _finish(self, batch: Batch, begun: Begun, begun_at: float) -> None:
        try:
            self._note(await self._end(batch, begun))
            self.counts.add(len(batch), perf_counter() - begun_at)
            self._note_preferring(batch.preferring)
        except (HeldBack, LayoutChanged) as error:
            self._queue.put_back(batch.calls)
            if isinstance(error, LayoutChanged):
                self._give_up()
        except Exception:
            with suppress(Exception):  # whatever begins after it would wait for it
                await begun
            raise
        finally:
            if self._sizing.ended(batch):
                self._is_due.set()

    async def _begin(self, batch: Batch) -> Begun:
        return await self._committer.begin(batch)

    async def _end(self, batch: Batch, begun: Begun) -> DatabaseUnavailable | None:
        return await self._committer.end(batch, begun)

    async def _run_exclusive(self, transaction: ExclusiveTransaction[Any]) -> None:
        try:
            if not transaction.done.cancelled():  # else its caller has left
                self._note(await self._committer.transact(transaction))
        except LayoutChanged:
            self._exclusive.appendleft(transaction)
            self._give_up()
        except Exception:
            log.exception("a transaction has failed")
            transaction.fail(OutcomeUnknown(UNFORESEEN))

    def _give_up(self) -> None:
        """Begin nothing more by ledgers of another number of lanes."""
        self._is_retired = True
        self._layout_changed()

    def _note(self, failure: DatabaseUnavailable | None) -> None:
        """Refuse what waits if the database did not answer: it would wait as long in vain."""
        if failure is not None and failure.is_silent:
            self.refuse_all(DatabaseUnavailable(failure.reason))

    async def _has_work(self) -> bool:
        """Wait until something is to begin; False if the writer ends and nothing is."""
        while not self._is_retired:
            if self._exclusive or self._sizing.is_enough(self._queue.size):
                return True
            if self._is_stopping:
                return bool(self._queue)
            self._is_due.clear()
            await self._is_due.wait()
        return False

    def _next_batch(self) -> Batch:
        limit = self._sizing.limit(self._queue.size, overlaps=self._ledger.overlaps)
        return Batch.of(self._queue.take(limit), self._default_level)

    def refuse_all(self, reason: DatabaseUnavailable) -> None:
        """Refuse what waits."""
        for call in self._queue.clear():
            call.refuse(reason)
        for transaction in self._exclusive:
            transaction.fail(reason)
        self._exclusive.clear()
