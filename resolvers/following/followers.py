"""Followers: all that follows in a process, or what is known of a process that does."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from time import monotonic
from typing import Protocol

from models.database.database import Database
from models.database.process_locks import Work as Lock
from models.errors import is_unavailable
from models.following.at_work import Told, at_work
from resolvers.following.follower import Work
from resolvers.following.following import Following
from resolvers.following.ranks import RankFollowing

log = logging.getLogger(__name__)

FRESH_S = 1.0
"""How old what is known of another process may be."""

KNOWN_S = 3.0
"""After which it is no longer told: who asks next may ask another worker."""

WAIT_S = 2.0
"""How long who asks waits for the database."""


class Followers(Protocol):
    """What follows, here or elsewhere."""

    def notify(self) -> None:
        """Say that something was committed."""

    def at_work(self) -> AbstractAsyncContextManager[None]:
        """Follow until the block ends, if this is the process for it."""

    async def refresh(self) -> None:
        """Find out how the followers fare; nothing happens if the database does not answer."""

    @property
    def lags(self) -> Mapping[str, float]:
        """By name, for how many seconds something was committed that each has not followed."""

    @property
    def pending_ranks(self) -> float:
        """Of how many commits the last round was that made ranks."""


class FollowersHere:
    """The followers of this process, at work as soon as no other process follows.

    Those of the log wait while `may_follow` forbids it, and ranks while `may_rank` does.
    """

    def __init__(
        self,
        database: Database,
        works: Sequence[Work],
        *,
        may_follow: Callable[[], bool] = lambda: True,
        may_rank: Callable[[], bool] = lambda: True,
    ) -> None:
        self._following = Following(database, works, may_write=may_follow)
        self._ranks = RankFollowing(database, may_write=may_rank)

    def notify(self) -> None:
        self._following.notify()
        self._ranks.notify()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        async with self._following.at_work(), self._ranks.at_work():
            yield

    async def refresh(self) -> None:
        """Do nothing: it is known."""

    @property
    def lags(self) -> Mapping[str, float]:
        return {**self._following.lags, self._ranks.name: self._ranks.lag.seconds}

    @property
    def pending_ranks(self) -> float:
        return self._ranks.pending


class FollowersElsewhere:
    """What PostgreSQL tells of the process that follows; while nobody does, all lags for as long.

    `names` are those of what reads the log. It is asked at most once a second, and only for who
    wants to see it.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._told: Mapping[Lock, Told] = {}
        self._known_at = -KNOWN_S
        self._absent_since: dict[Lock, float] = {}
        self._asking = asyncio.Lock()

    def notify(self) -> None:
        """Do nothing: who follows hears of commits by itself."""

    def at_work(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def refresh(self) -> None:
        async with self._asking:
            if monotonic() - self._known_at < FRESH_S:
                return
            try:
                async with asyncio.timeout(WAIT_S):
                    self._note(await at_work())
            except Exception as error:
                if not is_unavailable(error):
                    log.exception("how followers fare cannot be read")

    @property
    def lags(self) -> Mapping[str, float]:
        lags = {name: self._lag("following", place) for place, name in enumerate(self._names)}
        return {**lags, RankFollowing.name: self._lag("ranking", 0)}

    @property
    def pending_ranks(self) -> float:
        return self._number("ranking", 1)

    def _note(self, told: Mapping[Lock, Told]) -> None:
        self._told, self._known_at = told, monotonic()
        for lock in ("following", "ranking"):
            if lock in told:
                self._absent_since.pop(lock, None)
            else:
                self._absent_since.setdefault(lock, self._known_at)

    def _lag(self, lock: Lock, place: int) -> float:
        if not self._is_known:
            return 0.0
        if lock in self._absent_since:
            return monotonic() - self._absent_since[lock]
        told, lag = self._told[lock], self._number(lock, place)
        return lag + told.age_s if lag or told.is_silent else 0.0

    def _number(self, lock: Lock, place: int) -> float:
        """What was told at a place; 0 where nothing was."""
        if not self._is_known or lock not in self._told:
            return 0.0
        numbers = self._told[lock].numbers
        return numbers[place] if place < len(numbers) else 0.0

    @property
    def _is_known(self) -> bool:
        return monotonic() - self._known_at < KNOWN_S
