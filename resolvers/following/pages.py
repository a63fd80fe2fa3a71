"""Pages: what a follower reads of the log, the next one while it works on the one before."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from models.following.followed import FollowedPage, read_followed
from models.reading.log import LogPosition


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A page that is being read before it is needed, and what it follows."""

    after: LogPosition
    reading: asyncio.Task[FollowedPage]


class Pages:
    """The pages of one follower, of some kinds of action or of all.

    What others commit for the follower has its commit refused, and then it forgets what is read
    ahead: so that never outlives what the follower itself was read by.
    """

    def __init__(self, actions: Sequence[int] | None, rows_at_once: int) -> None:
        self._actions = actions
        self._rows_at_once = rows_at_once
        self._ahead: _Ahead | None = None

    async def read(self, after: LogPosition) -> FollowedPage:
        """The next page after a position; if it is full, the following one is begun as well."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.after == after:
            page = await ahead.reading
        else:
            page = await self._read(after)
        if len(page.rows) == self._rows_at_once and not page.is_of_other_past:
            reading = asyncio.create_task(self._read(page.end), name="reading ahead")
            reading.add_done_callback(_retrieve)
            self._ahead = _Ahead(page.end, reading)
        return page

    def forget(self) -> None:
        """Leave out what is read ahead: it is to be read anew."""
        if self._ahead is not None:
            self._ahead.reading.cancel()
            self._ahead = None

    async def _read(self, after: LogPosition) -> FollowedPage:
        return await read_followed(after, self._actions, self._rows_at_once)


def _retrieve(reading: asyncio.Task[FollowedPage]) -> None:
    """Leave a failure to whoever needs the page, which may be nobody."""
    if not reading.cancelled():
        reading.exception()
