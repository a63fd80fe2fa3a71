"""Removing: a user's past taken out step by step, once a new privacy level forbids to keep it.

The level and the removal are committed together, so nothing new comes while the old goes. Every
step is a short transaction of its own that leaves rows and totals in agreement: whatever breaks
off is simply begun again, by any process, and others record between two steps.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import astuple
from itertools import count
from typing import Any, TypeVar

from models.database.database import Database
from models.errors import OUTAGE, is_unavailable
from models.ledger.ledger import Judge, R
from models.reading import user_data
from models.reading.history import HistoryCursor
from models.reading.user_data import BEGINNING
from models.records import (
    EARLIEST,
    Changes,
    Known,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    Wanted,
)
from models.vocabulary import ACTION_BY_CODE, PrivacyLevel, SubjectKind
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.following.ranks import drain
from resolvers.pacing.steps import Steps
from resolvers.privacy.authorship import take_out_author
from resolvers.privacy.emptied import take_out_emptied
from resolvers.privacy.removed import ended, removed, uncounted, uncounted_user, wanted_of
from resolvers.recording.lanes.lane_writers import AnyWriter
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.removing import take_out
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

T = TypeVar("T")

ROWS_AT_ONCE = 250
"""Interactions, and as many event ids, that are read at once, and in one transaction at most."""

RETRY_S = 1.0
ATTEMPTS_A_LINE = 60


class Remover:
    """Carries out removals, each in a task that outlives whoever waits for it."""

    def __init__(self, writer: AnyWriter, scoring: Scoring, database: Database) -> None:
        self._writer = writer
        self._scoring = scoring
        self._database = database
        self._tasks: dict[tuple[Any, ...], asyncio.Task[None]] = {}
        self._resuming: asyncio.Task[None] | None = None
        self._look_again = False
        self._owes_scrub = True  # of what was removed just before the process before this ended
        self._has_removed = False
        self._shielded = set[asyncio.Task[Any]]()

    def resume(self) -> None:
        """Begin to finish whatever is pending, in the background; call in the running loop."""
        self._look_again = True
        if self._resuming is None or self._resuming.done():
            self._resuming = asyncio.create_task(self._resume(), name="removals")

    async def shielded(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work that goes on when its caller is cancelled."""
        task = asyncio.create_task(work, name="privacy")
        self._shielded.add(task)
        task.add_done_callback(self._shielded.discard)
        return await asyncio.shield(task)

    async def stop(self) -> None:
        """Stop between two steps; what is left is finished after the next start."""
        every = (self._resuming, *self._shielded, *self._tasks.values())
        await cancel([task for task in every if task is not None])

    async def finish(self, removal: StoredRemoval) -> None:
        """Return when nothing of it is left; joins the task that is at it already, if one is."""
        key = astuple(removal)
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(self._persist(removal), name="removal")
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        await asyncio.shield(task)

    def _forget(self, key: tuple[Any, ...], task: asyncio.Task[None]) -> None:
        self._tasks.pop(key)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, Overloaded):
            log.warning("a removal is to be followed up: %s", error)
        else:
            log.error("a removal broke off; it goes on after a restart", exc_info=error)

    async def _resume(self) -> None:
        while self._look_again:
            self._look_again = False
            for removal in await self._pending():
                log.info("finishing a removal that was begun before")
                with suppress(Exception):  # logged by then; the others are not to suffer from it
                    await self.finish(removal)
            if self._owes_scrub:
                await self._scrub_late()

    async def _pending(self) -> list[StoredRemoval]:
        attempts = count()
        while True:
            try:
                return await user_data.removals()
            except Exception as error:
                await _wait_out(error, next(attempts))

    async def _persist(self, removal: StoredRemoval) -> None:
        """Take out everything, however often the database is away meanwhile."""
        for attempt in count():
            try:
                while await self._sweep(removal):
                    pass
                await take_out_author(removal, lambda *work: self._transact(removal, *work))
                await take_out_emptied(lambda *work: self._transact(removal, *work))
                await take_out(self._database, removal.user_alias, self._scoring)
                await self._end(removal)
                break
            except _Over:
                break
            except Exception as error:
                await _wait_out(error, attempt)
        self._has_removed = True
        await self._scrub()

    async def _scrub(self) -> None:
        """Leave nothing in the database's files of what was removed.

        Raises:
            Overloaded: that was not to be had in time; the next round of housekeeping tries again.
        """
        self._owes_scrub = False
        try:
            await self._writer.scrub(within_pages=self._has_removed)
        except BaseException:
            self._owes_scrub = True  # whatever another that is under way comes to
            raise

    async def _scrub_late(self) -> None:
        try:
            await self._scrub()
        except Overloaded as error:
            log.warning("tried again later: %s", error)

    async def _sweep(self, removal: StoredRemoval) -> bool:
        """Go once through all that is there; whether there was anything."""
        cursor, last_key, found = BEGINNING, EARLIEST, False
        steps = Steps(ROWS_AT_ONCE)
        while True:
            rows = await user_data.rows_after(removal.user_alias, cursor, ROWS_AT_ONCE)
            ids = await user_data.event_ids_after(removal.user_alias, last_key, ROWS_AT_ONCE)
            if not rows and not ids:
                return found
            await self._take_out(removal, rows, ids, steps)
            found = True
            if rows:
                cursor = HistoryCursor(rows[-1].occurred_at, rows[-1].id)
            if ids:
                last_key = ids[-1].event_key

    async def _take_out(
        self,
        removal: StoredRemoval,
        rows: Sequence[StoredInteraction],
        ids: Sequence[StoredEventId],
        steps: Steps,
    ) -> None:
        while rows or ids:
            size = steps.rows
            is_there = await steps.take(self._step(removal, rows[:size], ids[:size]))
            if rows and not is_there:
                await asyncio.sleep(RETRY_S)  # another process is at it: let it go ahead
                return
            rows, ids = rows[size:], ids[size:]

    async def _step(
        self,
        removal: StoredRemoval,
        rows: Sequence[StoredInteraction],
        ids: Sequence[StoredEventId],
    ) -> bool:
        """Take out some of what was read; whether any of these rows was there."""

        def judged(known: Known) -> tuple[Changes, bool]:
            is_there = bool(known.rows)
            changes = removed(known, PrivacyLevel(removal.level), self._scoring)
            changes.gone.event_ids.update(each.key for each in ids)
            changes.gone.subjects |= uncounted(known)
            return changes, is_there

        return await self._transact(removal, wanted_of(rows), judged)

    async def _end(self, removal: StoredRemoval) -> None:
        """End it once no rank names the user, nor what is yet to be ranked."""
        await self._transact(
            removal, Wanted(), lambda known: (uncounted_user(known, removal), None)
        )
        await drain(self._database)
        alias = removal.user_alias
        profile: set[tuple[int, str, int]] = {
            (SubjectKind.PROFILE, alias, code) for code in ACTION_BY_CODE
        }
        wanted = Wanted(totals=profile, salts=True)
        await self._transact(removal, wanted, lambda known: (ended(known, removal), None))

    async def _transact(self, removal: StoredRemoval, wanted: Wanted, judge: Judge[R]) -> R:
        """Run a transaction of a removal that is still pending.

        Raises:
            _Over: it is not; another process has finished it, and what is stored now is to stay.
        """
        alias = removal.user_alias
        wanted.removals.add(alias)

        def judged(known: Known) -> tuple[Changes, R]:
            if known.removals.get(alias) != removal:
                raise _Over
            return judge(known)

        return await self._writer.transact(wanted, judged)


class _Over(Exception):
    """A removal is no longer pending."""


async def _wait_out(error: Exception, attempt: int) -> None:
    """Wait a little if the database is away, else raise the error; the log hears of some."""
    if not (isinstance(error, Overloaded | OutcomeUnknown) or is_unavailable(error)):
        raise error
    if attempt % ATTEMPTS_A_LINE == 0:
        log.warning("the database is away; a removal goes on later: %s", error, extra=OUTAGE)
    await asyncio.sleep(RETRY_S)
