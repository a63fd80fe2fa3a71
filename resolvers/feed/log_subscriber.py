"""Log subscribers: each gets the rows of the log that pass its filters, once and in order."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from models.database.notifications.listening import RETRY_S
from models.errors import OUTAGE, described, is_unavailable
from models.reading.filters import Filter
from models.reading.log import LogPage, LogPosition, read_log
from models.records import StoredInteraction
from resolvers.errors import CursorTooOld
from resolvers.feed.filter_index import FilterIndex
from resolvers.feed.log_tailer import LogTailer

log = logging.getLogger(__name__)

BUFFER_LIMIT = 2_000
"""Events that a subscriber buffers; beyond, it drops them and reads the log itself."""

AT_ONCE = 50
"""Rows that are given at once: to execute and encode them takes some milliseconds."""


class LogEvent(NamedTuple):
    """A row of the log, where it is, and the filters of its subscriber that it passes."""

    row: StoredInteraction
    position: LogPosition
    filters: list[Filter]


class LogFanout:
    """What all subscribers of a process share: the tailer, and an index of their filters."""

    def __init__(self, tailer: LogTailer) -> None:
        self.tailer = tailer
        self.filters: FilterIndex[LogSubscriber] = FilterIndex()
        self._subscribers = set[LogSubscriber]()

    async def begin(self) -> None:
        """Prepare `follow`, which must be called before anything else is awaited."""
        await self.tailer.begin()

    def follow(self) -> "LogSubscriber":
        """A new subscriber to what is committed from now on."""
        subscriber = LogSubscriber(self)
        self._subscribers.add(subscriber)
        self.tailer.attach(self)
        return subscriber

    def leave(self, subscriber: "LogSubscriber") -> None:
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            self.tailer.detach(self)

    def receive(self, page: LogPage) -> None:
        for row in page.rows:
            for subscriber, filters in self.filters.find(row).items():
                subscriber.buffer(LogEvent(row, page.position(row), filters))

    def receive_gap(self) -> None:
        for subscriber in self._subscribers:
            subscriber.end_at_gap()


class LogSubscriber:
    """One subscriber to the log, with one filter or many.

    It buffers events until they are asked for. If there are too many, it drops them all and reads
    from the log what it has not given yet: memory is bounded, and nothing is lost.
    """

    def __init__(self, log: LogFanout) -> None:
        self._log = log
        self._filters = set[Filter]()
        self._buffer = deque[LogEvent]()
        self._given = log.tailer.position  # all events up to here were given
        self._buffered_from = self._given.sequence  # all after this sequence are in the buffer
        self._has_news = asyncio.Event()
        self._has_gap = False

    @property
    def position(self) -> int:
        """The sequence after which all events of a new filter will come."""
        return self._log.tailer.position.sequence

    def subscribe(self, filter: Filter) -> None:
        """Get what passes a filter too, from the position on."""
        self._filters.add(filter)
        self._log.filters.add(self, filter)

    def unsubscribe(self, filter: Filter) -> None:
        """Get no longer what only this filter lets pass."""
        self._filters.discard(filter)
        self._log.filters.remove(self, filter)

    def close(self) -> None:
        """Get nothing more."""
        for filter in tuple(self._filters):
            self.unsubscribe(filter)
        self._log.leave(self)

    def buffer(self, event: LogEvent) -> None:
        """Keep an event until it is asked for."""
        if len(self._buffer) < BUFFER_LIMIT:
            self._buffer.append(event)
        else:
            if self._given.sequence >= self._buffered_from:  # nothing before the buffer is lacking
                incarnation, sequence = self._buffer[0].position
                self._given = LogPosition(incarnation, sequence - 1)
            self._buffer.clear()
            self._buffered_from = event.position.sequence
        self._has_news.set()

    def end_at_gap(self) -> None:
        """End with an error: rows are gone."""
        self._has_gap = True
        self._has_news.set()

    def retry(self, event: LogEvent) -> None:
        """Do nothing: an event that could not be shown in full was sent all the same."""

    async def next(self) -> list[LogEvent]:
        """The next events, some at once; waits until there are any.

        Raises:
            CursorTooOld: rows were gone before they could be read.
        """
        while True:
            if self._has_gap:
                raise CursorTooOld
            if self._given.sequence < self._buffered_from:
                if events := await self._read():
                    return events
            elif self._buffer:
                return self._take()
            else:
                self._has_news.clear()
                await self._has_news.wait()

    def _take(self) -> list[LogEvent]:
        taken = [self._buffer.popleft() for _ in range(min(AT_ONCE, len(self._buffer)))]
        self._given = taken[-1].position
        return taken

    async def _read(self) -> list[LogEvent]:
        try:
            page = await next_page(self._given, self._buffered_from)
        except Exception as error:
            if not is_unavailable(error):
                raise
            message = "the log cannot be read now; a subscriber waits: %s"
            log.warning(message, described(error), extra=OUTAGE)
            await asyncio.sleep(RETRY_S)
            return []
        self._given = page.end
        found = ((row, self._log.filters.find(row).get(self)) for row in page.rows)
        return [LogEvent(row, page.position(row), filters) for row, filters in found if filters]


async def replay(
    after: LogPosition, until: Callable[[], int], filter: Filter
) -> AsyncIterator[list[LogEvent]]:
    """What passes a filter after a position, some events at once, up to a sequence that may move.

    Raises:
        CursorTooOld: some of it may be gone.
    """
    while after.sequence < (last := until()):
        page = await next_page(after, last, filter)
        events = [LogEvent(row, page.position(row), [filter]) for row in page.rows]
        for start in range(0, len(events), AT_ONCE):
            yield events[start : start + AT_ONCE]
        after = page.end


async def next_page(after: LogPosition, until: int, filter: Filter | None = None) -> LogPage:
    """The log's next page after a position.

    Raises:
        CursorTooOld: rows between may be gone, or another log has replaced this one.
    """
    page = await read_log(after, until, filter)
    if page.has_gap or page.end.sequence <= after.sequence:
        raise CursorTooOld
    return page
