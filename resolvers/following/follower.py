"""A follower: reads the log batch by batch, and commits what it makes of each with its position."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Protocol

from models.database.notifications.lane_heads import StandStill
from models.following.followed import FollowedPage, FollowedRow
from models.following.followers import FollowerChanges, StoredFollower, key_ahead, read_follower
from models.following.moves import Overtaken
from models.following.statements import delete_all
from models.following.writer import FollowerWriter
from models.reading.log import LogPosition, read_head
from resolvers.following.pages import Pages

log = logging.getLogger(__name__)

NUMBERS_UNSAVED = 20_000
SAVE_S = 60.0
"""How far, and for how long, a position may go on without a commit while nothing is made of it."""

ROWS_GONE_AT_ONCE = 1_000
"""Rows that one transaction takes away of what is made anew."""

_PASSED = "number <= (SELECT min(sequence) FROM followers)"


class Work(Protocol):
    """What one follower makes of the log.

    It may remember what it has read of its own tables for as long as `forget` is not called. The
    same rows may come again, so what it makes of them must not depend on how often they do.
    """

    @property
    def name(self) -> str:
        """What its row is called."""

    @property
    def version(self) -> str:
        """By which rules it works; what was made by others is made anew."""

    @property
    def tables(self) -> Mapping[str, str]:
        """All that it keeps, by table: the number by which rows are found in turn, above 0."""

    @property
    def actions(self) -> Sequence[int] | None:
        """The codes of the actions that it wants to see; None: all."""

    @property
    def rows_at_once(self) -> int:
        """How many rows it gets in a batch at most."""

    async def follow(self, rows: Sequence[FollowedRow], at: StoredFollower) -> FollowerChanges:
        """What the next rows change, each as it is by now, in the log's order."""

    async def tidy(self, at: StoredFollower) -> FollowerChanges | None:
        """What is to be done beside following, in a step; None where nothing is."""

    def forget(self) -> None:
        """Forget what was read of its tables: somebody else has written them."""


class Follower:
    """One kind of work, done with what a process reads of the log."""

    def __init__(self, work: Work, writer: FollowerWriter) -> None:
        self._work = work
        self._writer = writer
        self._pages = Pages(work.actions, work.rows_at_once)
        self._at: StoredFollower | None = None
        self._reached = LogPosition(0, 0)  # beyond what is saved, where nothing was to be made
        self._saved_at = monotonic()
        self._stand_still = StandStill()
        self.behind = 0  # numbers of the log that are left behind the batch followed last

    async def step(self) -> bool:
        """Follow the next batch, or tidy up where there is none; whether there may be more to do.

        Raises:
            DatabaseUnavailable: the step is not done, as far as is known; the same again goes on.
        """
        return await self.advance() or await self.tidy()

    async def advance(self) -> bool:
        """Follow the next batch; whether there was more than that by then.

        Raises:
            DatabaseUnavailable: as from `step`.
        """
        return await self._unless_overtaken(self._advance)

    async def tidy(self) -> bool:
        """Tidy up a bit, where there is nothing to follow; whether there may be more of that.

        Raises:
            DatabaseUnavailable: as from `step`.
        """
        return await self._unless_overtaken(self._tidy)

    async def _unless_overtaken(self, work: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await work()
        except Overtaken:
            self.forget()
            return True
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Read anew how far it has come, before the next step."""
        self._at = None
        self._pages.forget()
        self._work.forget()

    async def _advance(self) -> bool:
        at = await self._known()
        page = await self._pages.read(self._reached)
        if page.is_of_other_past:
            log.warning("%s is made anew: the database has another past", self._work.name)
            await self._begin(at)
            return True
        self.behind = page.head.last_number - page.end.sequence if page.rows else 0
        if page.rows:
            await self._follow(at, page)
        else:
            await self._pass(at, page)
        # What is committed meanwhile is left to the next round: else each would be a small batch.
        if len(page.rows) == self._work.rows_at_once or not page.is_last:
            return True
        if self._stand_still.note(page.head.last_number, page.head.highest_number):
            await self._writer.bring_up()
            return True
        return False

    async def _tidy(self) -> bool:
        at = await self._known()
        changes = await self._work.tidy(at)
        if changes is not None:
            await self._commit(at, self._reached, changes)
        return changes is not None

    async def _known(self) -> StoredFollower:
        """How far it has come, as stored; where it never began, nothing is stored until it has."""
        if self._at is None:
            name, version = self._work.name, self._work.version
            at = await read_follower(name)
            if at is None:
                at = StoredFollower(name, (await read_head()).incarnation, version=version)
            elif at.version != version:
                log.info("%s is made anew, by other rules", name)
                at = await self._begin(at)
            self._at, self._reached = at, LogPosition(at.incarnation, at.sequence)
        return self._at

    async def _begin(self, at: StoredFollower) -> StoredFollower:
        """Leave nothing of what was made, and stand at the log's beginning.

        That takes some transactions, each of some rows, since others write meanwhile. Until the
        last one what is there is of no version, so that whoever comes next begins as well.
        """
        self._work.forget()
        incarnation, version = (await read_head()).incarnation, self._work.version
        first = replace(at, incarnation=incarnation, sequence=0, version=version, state="")
        for table, key in self._work.tables.items():
            at = await self._emptied(at, table, key)
        self._at = await self._writer.commit(at, first, [])
        self._reached = LogPosition(incarnation, 0)
        return self._at

    async def _emptied(self, at: StoredFollower, table: str, key: str) -> StoredFollower:
        """Take all rows of a table away, some in each commit."""
        last = 0
        while (end := await key_ahead(table, key, last, ROWS_GONE_AT_ONCE)) is not None:
            some = delete_all(table, f"{key} > {last} AND {key} <= {end}")
            at = await self._writer.commit(at, replace(at, version=""), [some])
            last = end
        return at

    async def _follow(self, at: StoredFollower, page: FollowedPage) -> None:
        changes = await self._work.follow(page.rows, at)
        await self._commit(at, page.end, changes)

    async def _pass(self, at: StoredFollower, page: FollowedPage) -> None:
        """Go on to a page's end, of which nothing is made; that is saved now and then."""
        self._reached = page.end
        moved = page.end.sequence - at.sequence
        is_long = moved and monotonic() - self._saved_at > SAVE_S
        if moved > NUMBERS_UNSAVED or is_long:
            await self._commit(at, page.end, FollowerChanges([], at.state))

    async def _commit(
        self, at: StoredFollower, position: LogPosition, changes: FollowerChanges
    ) -> None:
        after = replace(
            at,
            incarnation=position.incarnation,
            sequence=position.sequence,
            state=changes.state,
        )
        passed = delete_all("unlogged_changes", _PASSED)
        self._at = await self._writer.commit(at, after, [*changes.statements, passed])
        self._reached, self._saved_at = position, monotonic()
