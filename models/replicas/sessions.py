"""The sessions of a replica that answer reads: nobody waits until one is opened."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from models.database.database import READ_CONNECTIONS
from models.replicas.session import ReplicaSession

IDLE_S = 30.0
"""After which a session that nobody used is asked whether it is still there."""


class Sessions:
    """Sessions that are idle, what was used last first; the last one taken has another opened.

    `lose` is told why one cannot be opened.
    """

    def __init__(
        self,
        open_one: Callable[[], Awaitable[ReplicaSession]],
        lose: Callable[[Exception], None],
    ) -> None:
        self._open_one = open_one
        self._lose = lose
        self._idle: list[ReplicaSession] = []
        self._count = 0
        self._is_closed = False
        self._opening: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open one, to take at once.

        Raises:
            Exception: it cannot be had.
        """
        self._count += 1
        try:
            session = await self._open_one()
        except BaseException:
            self._count -= 1
            raise
        self.put_back(session)

    def take(self) -> ReplicaSession | None:
        """An idle session, if there is one now."""
        session = self._idle.pop() if self._idle else None
        if not self._idle and self._opening is None and self._count < READ_CONNECTIONS:
            self._opening = asyncio.create_task(self._open_another(), name="replica session")
        return session

    def put_back(self, session: ReplicaSession) -> None:
        """Have a session used by others."""
        if self._is_closed or session.is_closed:
            self._count -= 1
            session.terminate()
        else:
            self._idle.append(session)

    def drop(self, session: ReplicaSession) -> None:
        """Close a session that has failed, once its statement is ended."""
        self._count -= 1
        task = asyncio.create_task(session.close(), name="close replica session")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def check_idle(self) -> None:
        """Close those that nobody has used for long and that do not answer."""
        old = [each for each in self._idle if each.used_at < time.monotonic() - IDLE_S]
        for session in old:
            if session not in self._idle:  # somebody has taken it meanwhile
                continue
            self._idle.remove(session)
            try:
                await session.check()
            except BaseException:
                self.drop(session)
                raise
            self.put_back(session)

    async def close(self) -> None:
        """Close all but those in use, which are closed once they are put back."""
        self._is_closed = True
        if self._opening is not None:
            self._opening.cancel()
        for session in self._idle:
            session.terminate()
        self._idle.clear()
        if self._closing:
            await asyncio.wait(self._closing, timeout=1.0)

    async def _open_another(self) -> None:
        try:
            await self.open()
        except Exception as error:
            self._lose(error)
        finally:
            self._opening = None
