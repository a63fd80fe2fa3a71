"""Following: the log as it goes on, told to those who want it, each row once and in its order."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from typing import NamedTuple

from models.bells import RETRY_S
from models.errors import is_unavailable
from models.filters import Filter
from models.log import Stretch, read_log
from models.records import StoredInteraction
from resolvers.errors import CursorTooOld
from resolvers.interests import Interests
from resolvers.tail import Tail

log = logging.getLogger(__name__)

HELD_LIMIT = 2_000
"""Rows that a following holds; beyond, it forgets them and reads the log itself."""

AT_ONCE = 50
"""Rows that are given at once: to execute and encode them takes some milliseconds."""


class Told(NamedTuple):
    """A row of the log, and the filters of its follower that it passes."""

    row: StoredInteraction
    filters: list[Filter]


class Log:
    """What all followings of a process share: the tail, and who wants what."""

    def __init__(self, tail: Tail) -> None:
        self.tail = tail
        self.interests: Interests[Following] = Interests()
        self._followings = set[Following]()

    async def begin(self) -> None:
        """Be ready for `follow`, which must be called before anything else is awaited."""
        await self.tail.begin()

    def follow(self) -> "Following":
        """A new follower of what is committed from now on."""
        following = Following(self)
        self._followings.add(following)
        self.tail.attach(self)
        return following

    def leave(self, following: "Following") -> None:
        self._followings.discard(following)
        if not self._followings:
            self.tail.detach(self)

    def take(self, stretch: Stretch) -> None:
        for row in stretch.rows:
            for following, filters in self.interests.find(row).items():
                following.hold(Told(row, filters))

    def miss(self) -> None:
        for following in self._followings:
            following.miss()


class Following:
    """One follower of the log, with one filter or many.

    It holds what the tail tells it until that is asked for. If that is too much, it lets go of all
    and reads from the log what it had not given yet: memory is bounded, and nothing is lost.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._filters = set[Filter]()
        self._held = deque[Told]()
        self._given = log.tail.position  # all that it wants up to here was asked for
        self._held_from = self._given  # all that it wants after here is held
        self._news = asyncio.Event()
        self._has_missed = False

    @property
    def position(self) -> int:
        """The place in the log after which all that passes a new filter will be told."""
        return self._log.tail.position

    def wish(self, filter: Filter) -> None:
        """Want what passes a filter, from the position on."""
        self._filters.add(filter)
        self._log.interests.add(self, filter)

    def unwish(self, filter: Filter) -> None:
        """Want it no more."""
        self._filters.discard(filter)
        self._log.interests.remove(self, filter)

    def close(self) -> None:
        """Follow no longer."""
        for filter in tuple(self._filters):
            self.unwish(filter)
        self._log.leave(self)

    def hold(self, told: Told) -> None:
        """Keep a row until it is asked for."""
        if len(self._held) < HELD_LIMIT:
            self._held.append(told)
        else:
            if self._given >= self._held_from:  # nothing before what it holds is lacking
                self._given = (self._held[0].row.seq or 0) - 1
            self._held.clear()
            self._held_from = told.row.seq or 0
        self._news.set()

    def miss(self) -> None:
        """End with an error: rows are gone."""
        self._has_missed = True
        self._news.set()

    def again(self, told: Told) -> None:
        """Take note that what was told could not be shown in full, which is told all the same."""

    async def next(self) -> list[Told]:
        """The next rows that pass a filter; waits until there are some.

        Raises:
            CursorTooOld: rows were gone before they could be read.
        """
        while True:
            if self._has_missed:
                raise CursorTooOld
            if self._given < self._held_from:
                if found := await self._read():
                    return found
            elif self._held:
                return self._take()
            else:
                self._news.clear()
                await self._news.wait()

    def _take(self) -> list[Told]:
        taken = [self._held.popleft() for _ in range(min(AT_ONCE, len(self._held)))]
        self._given = taken[-1].row.seq or 0
        return taken

    async def _read(self) -> list[Told]:
        try:
            stretch = await next_stretch(self._given, self._held_from)
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("the log cannot be read now; a follower waits: %s", error)
            await asyncio.sleep(RETRY_S)
            return []
        self._given = stretch.end
        found = ((row, self._log.interests.find(row).get(self)) for row in stretch.rows)
        return [Told(row, filters) for row, filters in found if filters]


async def replay(after: int, until: int, filter: Filter) -> AsyncIterator[list[StoredInteraction]]:
    """What passes a filter after one place in the log and up to another, some rows at once.

    Raises:
        CursorTooOld: some of it may be gone.
    """
    while after < until:
        stretch = await next_stretch(after, until, filter)
        for start in range(0, len(stretch.rows), AT_ONCE):
            yield stretch.rows[start : start + AT_ONCE]
        after = stretch.end


async def next_stretch(after: int, until: int, filter: Filter | None = None) -> Stretch:
    """The log's next stretch after a place.

    Raises:
        CursorTooOld: rows between may be gone, or another log is in this one's place.
    """
    stretch = await read_log(after, until, filter)
    if stretch.head.pruned_number > after or stretch.end <= after:
        raise CursorTooOld
    return stretch
