"""Committing: a batch is judged and stored by the ledger, and its callers are answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from models.errors import DatabaseUnavailable, LayoutChanged
from models.ledger.ledger import Ledger
from models.records import Changes, Known
from resolvers.recording.judging import Rules, judge
from resolvers.recording.salts import NoSalt, make_salt
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.batches import LARGE_CALL, Batch
from resolvers.recording.writing.counting import BatchCounts
from resolvers.recording.writing.exclusive import ExclusiveTransaction
from resolvers.recording.writing.failures import FailureLog
from resolvers.recording.writing.isolating import Isolation, one_by_one

log = logging.getLogger(__name__)

Begun: TypeAlias = Awaitable[list[Verdict]]
"""A batch that has begun; to be awaited, which commits it."""


class HeldBack(Exception):
    """A batch was to be committed while one that came before it is isolated; nothing is stored."""


class Committer:
    """Commits batches in the order in which they begin.

    Salts are made by the ledger that is `whole`. `notify` is called after each commit. If it
    `stops_at_failure`, it commits nothing any more once the database was not there to commit.
    `trouble` is why that did not commit last, until it has committed again. `unjudged` is set while
    no large batch is judged: only then the interpreter has time for what is not urgent.
    """

    def __init__(
        self,
        ledger: Ledger,
        rules: Rules,
        notify: Callable[[], None],
        *,
        whole: Ledger,
        counts: BatchCounts,
        stops_at_failure: bool,
    ) -> None:
        self.isolation = Isolation()
        self.unjudged = asyncio.Event()
        self.unjudged.set()
        self._failures = FailureLog()
        self._counts = counts
        self.trouble: DatabaseUnavailable | None = None
        self._ledger = ledger
        self._whole = whole
        self._rules = rules
        self._notify = notify
        self._stops_at_failure = stops_at_failure
        self._has_stopped = False

    async def begin(self, batch: Batch) -> Begun:
        """Begin to commit a batch; return when the next can begin.

        What is returned raises what begins in vain.
        """

        def judged(known: Known) -> tuple[Changes, list[Verdict]]:
            if self._has_stopped:
                raise DatabaseUnavailable("what was submitted before is not stored")
            if self.isolation.holds_back(batch):
                raise HeldBack
            if is_large:
                self.unjudged.clear()
            try:
                changes, verdicts = judge(batch.submissions, known, self._rules)
            finally:
                if is_large:
                    with suppress(RuntimeError):  # the loop has ended
                        loop.call_soon_threadsafe(self.unjudged.set)
            batch.preferring[:] = [part.user_alias for part in changes.parts]
            return changes, verdicts

        is_large, loop = len(batch) >= LARGE_CALL, asyncio.get_running_loop()
        try:
            return await self._ledger.begin(batch.wanted, judged)
        except Exception as error:
            return _raising(error)

    async def end(self, batch: Batch, begun: Begun) -> DatabaseUnavailable | None:
        """Commit a batch that has begun, and answer its callers; why the database did not, if so.

        Raises:
            HeldBack: it has to begin again, after one that is isolated; no caller is answered.
            LayoutChanged: it has to begin again, by other ledgers; no caller is answered.
        """
        try:
            batch.answer(await self._with_salt(batch, begun))
        except (HeldBack, LayoutChanged):
            raise
        except DatabaseUnavailable as error:
            self._failures.add(len(batch), error.reason)
            batch.refuse(error)
            return error
        except Exception:
            self._counts.isolations += 1
            log.exception("a commit of %d inputs failed; trying one by one", len(batch))
            with self.isolation.of(batch):
                batch.answer(await one_by_one(batch.submissions, self._commit_alone))
        return None

    async def transact(self, transaction: ExclusiveTransaction[Any]) -> DatabaseUnavailable | None:
        """Commit a transaction of another kind, and answer its caller, as `end` does.

        Raises:
            LayoutChanged: it has to begin again, by another ledger; its caller is not answered.
        """
        error = await transaction.run(self._ledger)
        if error is None:
            self._has_committed()
        elif isinstance(error, DatabaseUnavailable):
            self._counts.failures += 1
            self.trouble = error
            return error
        return None

    async def _with_salt(self, batch: Batch, begun: Begun) -> list[Verdict]:
        """Commit a batch that has begun, anew once there is a salt if it was that which it lacked.

        What came after it waits meanwhile.
        """
        try:
            return await self._committed(begun)
        except NoSalt as missing:
            with self.isolation.of(batch):
                return await self._salted(batch, missing)

    async def _salted(self, batch: Batch, missing: NoSalt) -> list[Verdict]:
        await make_salt(self._whole, missing.day, self._rules.new_salt)
        return await self._committed(await self.begin(batch))

    async def _commit_alone(self, submission: Submission) -> Verdict:
        batch = Batch.alone(submission, self._rules.default_level)
        try:
            (verdict,) = await self._committed(await self.begin(batch))
        except NoSalt as missing:
            (verdict,) = await self._salted(batch, missing)
        return verdict

    async def _committed(self, begun: Begun) -> list[Verdict]:
        try:
            verdicts = await begun
        except LayoutChanged:
            raise
        except DatabaseUnavailable as error:
            self._has_stopped = self._stops_at_failure
            self._counts.failures += 1
            self.trouble = error
            raise
        self._has_committed()
        return verdicts

    def _has_committed(self) -> None:
        self.trouble = None
        try:
            self._notify()
        except Exception:  # it must not be taken for a commit that failed, and begun again
            log.exception("a commit was not notified of")


async def _raising(error: Exception) -> Any:
    """What ends as a batch does that could not begin."""
    raise error
