"""The commit notifier: tells other processes that this one has committed, once for many commits.

A notification that is part of a commit holds a lock across the whole server until that has ended.
So this has a connection of its own, and notifies after commits. Where the log has several lanes,
it brings up before that the heads of those that stand still: readers can read what was committed.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextvars import Context
from typing import Any

from models.database.notifications.lane_heads import LaneHeads
from models.database.notifications.listening import LOG_CHANNEL, RETRY_S
from models.database.postgres import CLOSE_S, CONNECT_S, Connection, Session, connect
from models.errors import is_unavailable

log = logging.getLogger(__name__)

PAUSE_S = 0.015
"""How long commits after a notification wait for the next one, which is for all of them."""

HEAD_S = 0.002
"""How long each head that was brought up has the next look at heads wait.

So at most 500 a second are written for lanes that stand still, however many there are. Up to eight
lanes wait no longer than notifications do.
"""

_NOTIFIER = Session("trailmark notifier", command_s=CONNECT_S)
_NOTIFY = f"NOTIFY {LOG_CHANNEL}"


class CommitNotifier:
    """Notifies at once of the first commit, and then of those since at most each `pause_s`.

    A notification that cannot be sent is lost: readers of the log look by themselves now and then.
    With several lanes it notifies again, until what was committed can be read in all of them.
    """

    def __init__(
        self, credentials: Mapping[str, Any], pause_s: float = PAUSE_S, *, lanes: int = 1
    ) -> None:
        self._credentials = credentials
        self._pause_s = pause_s
        self._heads = LaneHeads() if lanes > 1 else None
        self._wanted = 0  # the number up to which all is to be readable
        self._is_unseen = False  # whether something was committed after the last look at heads
        self._next_look_at = 0.0
        self._connection: Connection | None = None
        self._is_due = False
        self._sending: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Say that something was committed; returns at once."""
        self._is_due = True
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(
                self._send(), name="commit notifier", context=Context()
            )

    async def close(self) -> None:
        """Notify of what was committed, and end the connection, within a second.

        A server that stands still would not answer a farewell.
        """
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=CLOSE_S)
            self._sending.cancel()
        self._drop()

    async def _send(self) -> None:
        while self._is_due or self._is_held_up:
            is_new, self._is_due = self._is_due, False
            try:
                await self._tell(await self._connected(), is_new=is_new)
            except Exception as error:
                self._drop()
                self._wanted, self._is_unseen = 0, False
                if not is_unavailable(error):
                    log.exception("other processes are not notified of commits")
                await asyncio.sleep(RETRY_S)
            else:
                await asyncio.sleep(self._pause_s)

    @property
    def _is_held_up(self) -> bool:
        """Whether a lane's head keeps readers from what was committed."""
        heads = self._heads
        if heads is None:
            return False
        return self._is_unseen or heads.least < min(self._wanted, heads.highest)

    async def _tell(self, connection: Connection, *, is_new: bool) -> None:
        """Notify of what was committed, or that more of it can be read since the last time."""
        self._is_unseen |= is_new
        if await self._is_more_readable(connection) or is_new:
            await connection.execute(_NOTIFY)

    async def _is_more_readable(self, connection: Connection) -> bool:
        """Bring up heads that stand still, unless some just were; whether the least has moved."""
        heads, now = self._heads, asyncio.get_running_loop().time()
        if heads is None or now < self._next_look_at:
            return False
        least = heads.least
        self._next_look_at = now + HEAD_S * await heads.bring_up(connection)
        if self._is_unseen:
            self._wanted, self._is_unseen = heads.highest, False
        return heads.least != least

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._credentials, _NOTIFIER)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
