"""Removing: a user's past taken out step by step, once a new privacy level forbids to keep it.

The level and the removal are committed together, so nothing new comes while the old goes. Every
step is a short transaction of its own that leaves rows and totals in agreement: whatever breaks
off is simply begun again, by any process, and others record between two steps.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import astuple
from typing import Any, TypeVar

from models import kept
from models.errors import is_unavailable
from models.history import Place
from models.kept import BEGINNING
from models.ledger import Judge
from models.records import (
    Changes,
    Known,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    Subject,
    Wanted,
)
from models.vocabulary import ACTION_BY_CODE, COUNTED, PrivacyLevel, Status, SubjectKind
from resolvers.ending import cancel
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.salts import owners
from resolvers.scoring import SCORED, Scoring
from resolvers.tallying import Tallies, subjects
from resolvers.writer import Writer

log = logging.getLogger(__name__)

T = TypeVar("T")

ROWS_AT_ONCE = 250
"""Interactions, and as many event ids, in one transaction: some milliseconds of the log's lock."""

RETRY_S = 1.0


class Remover:
    """Carries out removals, each in a task that outlives whoever waits for it."""

    def __init__(self, writer: Writer, scoring: Scoring) -> None:
        self._writer = writer
        self._scoring = scoring
        self._tasks: dict[tuple[Any, ...], asyncio.Task[None]] = {}
        self._resuming: asyncio.Task[None] | None = None
        self._look_again = False
        self._wishes = set[asyncio.Task[Any]]()

    def resume(self) -> None:
        """Begin to finish whatever is pending, in the background; call in the running loop."""
        self._look_again = True
        if self._resuming is None or self._resuming.done():
            self._resuming = asyncio.create_task(self._resume(), name="removals")

    async def see_through(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work that goes on if whoever waits for it leaves."""
        task = asyncio.create_task(work, name="wish")
        self._wishes.add(task)
        task.add_done_callback(self._wishes.discard)
        return await asyncio.shield(task)

    async def stop(self) -> None:
        """Stop between two steps; what is left is finished after the next start."""
        every = (self._resuming, *self._wishes, *self._tasks.values())
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
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a removal broke off; it goes on after a restart", exc_info=error)

    async def _resume(self) -> None:
        while self._look_again:
            self._look_again = False
            for removal in await self._pending():
                log.info("finishing a removal that was begun before")
                with suppress(Exception):  # logged by then; the others are not to suffer from it
                    await self.finish(removal)

    async def _pending(self) -> list[StoredRemoval]:
        while True:
            try:
                return await kept.removals()
            except Exception as error:
                await _wait_out(error)

    async def _persist(self, removal: StoredRemoval) -> None:
        """Take out everything, however often the database is away meanwhile."""
        while True:
            try:
                while await self._sweep(removal):
                    pass
                return await self._end(removal)
            except _Over:
                return None
            except Exception as error:
                await _wait_out(error)

    async def _sweep(self, removal: StoredRemoval) -> bool:
        """Go once through all that is there; whether there was anything."""
        place, last_key, found = BEGINNING, "", False
        while True:
            begun = time.monotonic()
            rows = await kept.rows_after(removal.user_alias, place, ROWS_AT_ONCE)
            ids = await kept.event_ids_after(removal.user_alias, last_key, ROWS_AT_ONCE)
            if not rows and not ids:
                return found
            await self._step(removal, rows, ids)
            found = True
            if rows:
                place = Place(rows[-1].occurred_at, rows[-1].id)
            if ids:
                last_key = ids[-1].key
            await asyncio.sleep(time.monotonic() - begun)  # half of the time is the others'

    async def _step(
        self, removal: StoredRemoval, rows: list[StoredInteraction], ids: list[StoredEventId]
    ) -> None:
        wanted = _wanted(removal, rows)
        present = 0

        def judged(known: Known) -> Changes:
            nonlocal present
            present = len(known.rows)
            changes = removed(known, PrivacyLevel(removal.level), self._scoring)
            changes.gone.event_ids.update(each.key for each in ids)
            return changes

        await self._transact(removal, wanted, judged)
        if rows and not present:
            await asyncio.sleep(RETRY_S)  # another process is at it: let it go ahead

    async def _end(self, removal: StoredRemoval) -> None:
        alias = removal.user_alias
        profile: set[tuple[int, str, int]] = {
            (SubjectKind.PROFILE, alias, code) for code in ACTION_BY_CODE
        }
        # Wanting tokens, though none by key, has the salts read.
        wanted = Wanted(totals=profile, tokens=lambda known: ())
        await self._transact(removal, wanted, lambda known: ended(known, removal))

    async def _transact(self, removal: StoredRemoval, wanted: Wanted, judge: Judge) -> None:
        """Run a transaction of a removal that is still pending.

        Raises:
            _Over: it is not; another process has finished it, and what is stored now is to stay.
        """
        alias = removal.user_alias
        wanted.removals.add(alias)

        def judged(known: Known) -> Changes:
            if known.removals.get(alias) != removal:
                raise _Over
            return judge(known)

        await self._writer.transact(wanted, judged)


class _Over(Exception):
    """A removal is no longer pending."""


def removed(known: Known, level: PrivacyLevel, scoring: Scoring) -> Changes:
    """Take out the known rows of a user who is at a level by now.

    What counted leaves the user's own totals and score. Of its target's and of activity it stays a
    part that has no row, or at NONE leaves them too.
    """
    changes, tallies = Changes(known.last_number, quiet=True), Tallies(known, scoring)
    for row in known.rows.values():
        changes.gone.interactions.add(row.id)
        if row.status not in COUNTED:
            continue
        tallies.count(row, -1)
        if level is PrivacyLevel.LIMITED:
            row.status = Status.SHOWN  # what has no row is not bare
            tallies.count(row, 1, folded=True, anonymous=True)
    tallies.settle(changes)
    return changes


def ended(known: Known, removal: StoredRemoval) -> Changes:
    """Take out what is left when no row is: totals with their folded parts, and the removal."""
    changes, alias = Changes(known.last_number, quiet=True), removal.user_alias
    gone = changes.gone
    gone.subjects.add(Subject(SubjectKind.USER, alias))
    gone.removals.add(alias)
    if not any(total.count for total in known.totals.values()):
        gone.subjects.add(Subject(SubjectKind.PROFILE, alias))  # empty, but would name the user
    if removal.level == PrivacyLevel.NONE.value:
        gone.owners |= owners(alias, known.salts)  # of the tokens
    if removal.erase:
        gone.settings.add(alias)
    return changes


def _wanted(removal: StoredRemoval, rows: list[StoredInteraction]) -> Wanted:
    wanted = Wanted(rows={row.id for row in rows})
    for row in rows:
        for subject in subjects(removal.user_alias, ACTION_BY_CODE[row.action], row.target_id):
            wanted.totals.add((*subject, row.action))
            if subject.kind in SCORED:
                wanted.scores.add(subject)
    return wanted


async def _wait_out(error: Exception) -> None:
    """Wait a little if the database is away, else raise the error."""
    if not (isinstance(error, Overloaded | OutcomeUnknown) or is_unavailable(error)):
        raise error
    log.warning("the database is away; a removal goes on later: %s", error)
    await asyncio.sleep(RETRY_S)
