"""Queueing: the submissions that wait to be committed, and the refusal of too many."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from models.errors import DatabaseUnavailable
from models.records import Wanted
from resolvers.call_queue import Call, CallQueue
from resolvers.errors import Overloaded
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.answers import caller_error

log = logging.getLogger(__name__)

QUEUE_LIMIT = 20_000
"""Submissions that may wait; some seconds of the slowest disk's work."""

SILENT_S = 10.0
"""How long nothing more is logged of overload."""


@dataclass(slots=True, eq=False)
class SubmittedCall(Call[Submission, list[Verdict | Exception]]):
    """Submissions of one caller; `wanted` are their keys, where they were worked out already.

    `trace` names the caller's span as `traceparent` does, where that is recorded.
    """

    wanted: Wanted | None = None
    trace: str = ""

    def refuse(self, error: DatabaseUnavailable) -> None:
        """Tell the caller that the database did not commit."""
        self.fail(caller_error(error))

    def part(self, submissions: Sequence[Submission]) -> Self:
        """A call of some of the submissions, which another waits for in this one's place."""
        return type(self)(submissions)


class SubmissionQueue(CallQueue[SubmittedCall]):
    """Calls in the order in which they came, with at most `limit` submissions."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._room = Room(limit)

    def check_room(self, submissions: Sequence[Submission]) -> None:
        """Make sure that one more call may wait; the first that waits may be of any size.

        Raises:
            Overloaded: too many submissions are waiting.
        """
        if self:
            self._room.check(self.size, len(submissions))


class Room:
    """How many submissions may wait, and the refusal of more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._silent_until = 0.0

    def check(self, waiting: int, more: int) -> None:
        """Make sure that so many more may wait beside those that do.

        Raises:
            Overloaded: too many are waiting.
        """
        if waiting + more > self._limit:
            message = f"{waiting} inputs are waiting to be stored"
            self._log_overload(message)
            raise Overloaded(f"{message}; try again shortly")

    def _log_overload(self, message: str) -> None:
        """Log it once in a while, however many are turned away."""
        now = asyncio.get_running_loop().time()
        if now >= self._silent_until:
            self._silent_until = now + SILENT_S
            log.warning("%s; more are turned away", message)
