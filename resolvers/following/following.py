"""All followers of a process: at work while it is the one that follows."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from models.database.database import Database
from models.following.writer import follower_writer
from resolvers.following.follower import Follower, Work
from resolvers.following.lag import Lag
from resolvers.following.pace import keep_up
from resolvers.following.sole_work import SoleWork

POLL_S = 0.5
"""How long it may take until what another process has committed is looked for."""

REST_S = 0.2
"""How long followers rest between two rounds at least."""


class Following:
    """The followers of a process, of which one process at a time is at work.

    What they follow they read from the database; a notification only wakes them. `lags` says by
    name how far behind each is: 0 where another process follows. While one may not write, as where
    what is recorded cannot be stored or waits in a long line, all wait: recording comes first.
    """

    def __init__(
        self,
        database: Database,
        works: Sequence[Work],
        *,
        may_write: Callable[[], bool] = lambda: True,
        poll_s: float = POLL_S,
        rest_s: float = REST_S,
    ) -> None:
        self._database = database
        self._works = works
        self._may_write = may_write
        self._poll_s = poll_s
        self._rest_s = rest_s
        self._events = [asyncio.Event() for _ in works]
        self._lags = [Lag() for _ in works]
        self._work = SoleWork(
            database,
            "following",
            self._follow,
            failure="the log cannot be followed",
            waiting="what is made of it waits",
            lags=self._lags,
            numbers=lambda: self.lags.values(),
        )

    @property
    def lags(self) -> dict[str, float]:
        """For how many seconds something was committed that each has not followed."""
        pairs = zip(self._works, self._lags, strict=True)
        return {work.name: lag.seconds for work, lag in pairs}

    def notify(self) -> None:
        """Say that something was committed."""
        for lag in self._lags:
            lag.note()
        self._wake()

    def at_work(self) -> AbstractAsyncContextManager[None]:
        """Follow until the block ends, as soon as no other process does."""
        return self._work.at_work()

    async def _follow(self) -> None:
        try:
            await self._follow_together()
        except ExceptionGroup as group:  # the first that failed has ended the others
            raise group.exceptions[0] from None

    async def _follow_together(self) -> None:
        async with follower_writer(self._database) as writer, asyncio.TaskGroup() as group:

            def may_write() -> bool:
                return self._may_write() and writer.has_room

            group.create_task(self._poll())
            for work, event, lag in zip(self._works, self._events, self._lags, strict=True):
                work.forget()
                follower = Follower(work, writer)
                keeping = keep_up(follower, event, lag, least_s=self._rest_s, may_write=may_write)
                group.create_task(keeping)

    async def _poll(self) -> None:
        """Look now and then for what other processes have committed."""
        while True:
            self._wake()
            await asyncio.sleep(self._poll_s)

    def _wake(self) -> None:
        for event in self._events:
            event.set()
