"""Outages of the database: each is told by two lines, however many fail meanwhile."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import Context

from models.errors import IS_OUTAGE
from resolvers.tasks import cancel

LOOK_S = 1.0
"""Between two looks whether the database is back."""

LOOKS = 2
"""How many must find it well."""

TOLD, WINDOW_S = 5, 600.0
"""Outages that are told in a time. One slow statement that a caller sends may look like one."""

_IS_PASSED = "is_passed"

log = logging.getLogger(__name__)


class Outages(logging.Filter):
    """Lets the first record of an outage pass, and none of the others.

    `trouble` tells why the database cannot be read or written, None once it can.
    """

    def __init__(
        self,
        trouble: Callable[[], Awaitable[str | None]],
        look_s: float = LOOK_S,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._trouble = trouble
        self._look_s = look_s
        self._seconds = seconds
        self._lock = threading.Lock()
        self._begun_at: float | None = None
        self._is_told = False
        self._count = 0  # records of the outage beside the first
        self._told_at = deque[float](maxlen=TOLD)
        self._untold = 0  # outages
        self._has_begun = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        if not getattr(record, IS_OUTAGE, False):
            return True
        passes = getattr(record, _IS_PASSED, None)  # another handler may have asked already
        if passes is None:
            passes = self._begins(record)
            setattr(record, _IS_PASSED, passes)
        return bool(passes)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Within this, all handlers of the log know it, and its ends are noticed."""
        handlers = list(logging.getLogger().handlers)
        self._loop = asyncio.get_running_loop()
        watching = asyncio.create_task(self._watch(), name="outages", context=Context())
        for handler in handlers:
            handler.addFilter(self)
        try:
            yield
        finally:
            for handler in handlers:
                handler.removeFilter(self)
            await cancel([watching])

    def _begins(self, record: logging.LogRecord) -> bool:
        with self._lock:
            if self._begun_at is not None:
                self._count += 1
                return False
            self._begun_at, self._count = self._seconds(), 0
            self._is_told = self._may_tell(self._begun_at)
        if self._is_told:
            record.msg = f"the database fails: {record.getMessage()}"
            if self._untold:
                record.msg += f" ({self._untold} outages were not told since the last)"
            record.args, self._untold = (), 0
        else:
            self._untold += 1
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._has_begun.set)
        return self._is_told

    def _may_tell(self, now: float) -> bool:
        if len(self._told_at) == TOLD and now - self._told_at[0] < WINDOW_S:
            return False
        self._told_at.append(now)
        return True

    async def _watch(self) -> None:
        while True:
            await self._has_begun.wait()
            good = 0  # looks in a row: what had waited since before may fail between two of them
            while good < LOOKS:
                await asyncio.sleep(self._look_s)
                good = good + 1 if await self._trouble() is None else 0
            self._end()

    def _end(self) -> None:
        with self._lock:
            begun_at, self._begun_at = self._begun_at, None
            self._has_begun.clear()
        if self._is_told and begun_at is not None:
            seconds = self._seconds() - begun_at
            more = f"; {self._count} more failures were not told" if self._count else ""
            log.info("the database is back after %.0f s%s", seconds, more)
