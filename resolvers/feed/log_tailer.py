"""The log tailer: the one reader of the log in a process, at work while anybody listens."""

import asyncio
import logging
from contextlib import suppress
from contextvars import Context
from time import monotonic
from typing import Protocol

from models.database.notifications.lane_heads import StandStill
from models.database.notifications.listening import RETRY_S, CommitNotifications
from models.errors import OUTAGE, described, is_unavailable
from models.reading.log import LogPage, LogPosition, read_head, read_log
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

POLL_S = 1.0
"""How long a lost notification can delay the commit that it was for."""


class LogListener(Protocol):
    """What is called with the pages of the log, in the event loop, without waiting."""

    def receive(self, page: LogPage) -> None:
        """Take the next page; each begins where the one before it ended."""

    def receive_gap(self) -> None:
        """Note that rows were gone before they were read, or were never of this database."""


class LogTailer:
    """Reads the log to its end at every notification of a commit, and each second without one.

    Listeners get each row that is committed meanwhile once, in the log's order. A notification
    only wakes the tailer: what it passes on was read from the database. Where lanes stand still
    below what was committed, as after their process was killed, it has them brought up.
    """

    def __init__(self, notifications: CommitNotifications, poll_s: float = POLL_S) -> None:
        self.position = LogPosition(0, 0)
        self._notifications = notifications
        self._poll_s = poll_s
        self._notified = asyncio.Event()
        self._listeners = set[LogListener]()
        self._tasks: list[asyncio.Task[None]] = []
        self._beginning = asyncio.Lock()
        self._notified_at = 0.0  # first, since notifications were looked at
        self._reading_since: float | None = None  # when that was of what is being read
        self._stand_still = StandStill()

    @property
    def lag_s(self) -> float:
        """For how many seconds a commit was known that is not passed on yet; 0 without any."""
        since = self._reading_since
        if since is None and self._notified.is_set():
            since = self._notified_at
        return monotonic() - since if since is not None and self._tasks else 0.0

    def notify(self) -> None:
        """Say that something was committed."""
        if not self._notified.is_set():
            self._notified_at = monotonic()
            self._notified.set()

    async def begin(self) -> None:
        """Start reading; a listener that attaches at once gets all that is committed from now."""
        async with self._beginning:
            if not self._tasks:
                self._notified_at, self._reading_since = monotonic(), None
                self.position = (await read_head()).position
                self._tasks = [
                    # Not of the request that happens to be the first to listen.
                    asyncio.create_task(
                        self._notifications.listen(self.notify),
                        name="commit notifications",
                        context=Context(),
                    ),
                    asyncio.create_task(self._read_on(), name="log tailer", context=Context()),
                ]

    def attach(self, listener: LogListener) -> None:
        """Pass on to a listener what the log says after the position."""
        self._listeners.add(listener)

    def detach(self, listener: LogListener) -> None:
        """Pass nothing more on to a listener; the tailer stops with the last one."""
        self._listeners.discard(listener)
        if not self._listeners:
            self._cancel()

    async def stop(self) -> None:
        """Stop reading, whoever listens."""
        await cancel(self._cancel())

    def _cancel(self) -> list[asyncio.Task[None]]:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        return tasks

    async def _read_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._notified.wait()
            if self._notified.is_set() and self._reading_since is None:
                self._reading_since = self._notified_at
            self._notified.clear()
            try:
                while await self._read_page():
                    pass
                self._reading_since = None
            except Exception as error:
                if is_unavailable(error):
                    message = "the log cannot be read now; the live feed waits: %s"
                    log.warning(message, described(error), extra=OUTAGE)
                else:
                    log.exception("the log cannot be read; the live feed waits")
                await asyncio.sleep(RETRY_S)
                self.notify()

    async def _read_page(self) -> bool:
        """Read the next page and pass it on; whether there is more."""
        page = await read_log(self.position)
        if page.has_gap:
            self._pass_on_gap(page.head.position)
            return False
        self.position = page.end
        for listener in tuple(self._listeners):
            _pass_on(listener, page)
        if self._stand_still.note(page.head.last_number, page.head.highest_number):
            self._notifications.bring_up()
        return page.end.sequence < page.head.last_number

    def _pass_on_gap(self, position: LogPosition) -> None:
        log.warning("rows of the log were gone before the live feed had read them")
        self.position = position
        for listener in tuple(self._listeners):
            listener.receive_gap()


def _pass_on(listener: LogListener, page: LogPage) -> None:
    """Pass a page on to one listener; if it fails, the others get theirs all the same."""
    try:
        listener.receive(page)
    except Exception:
        log.exception("a listener of the log failed")
        listener.receive_gap()
