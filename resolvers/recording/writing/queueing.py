"""Queueing: the submissions that wait to be committed, and the refusal of too many."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import DatabaseUnavailable
from models.records import Wanted
from resolvers.call_queue import Call, CallQueue
from resolvers.errors import Overloaded
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.answers import caller_error

log = logging.getLogger(__name__)

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


class SubmissionQueue(CallQueue[SubmittedCall]):
    """Calls in the order in which they came, with at most `limit` submissions."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._silent_until = 0.0

    def check_room(self, submissions: Sequence[Submission]) -> None:
        """Make sure that one more call may wait; the first that waits may be of any size.

        Raises:
            Overloaded: too many submissions are waiting.
        """
        if self and self.size + len(submissions) > self._limit:
            message = f"{self.size} inputs are waiting to be stored"
            self._log_overload(message)
            raise Overloaded(f"{message}; try again shortly")

    def _log_overload(self, message: str) -> None:
        """Log it once in a while, however many are turned away."""
        now = asyncio.get_running_loop().time()
        if now >= self._silent_until:
            self._silent_until = now + SILENT_S
            log.warning("%s; more are turned away", message)
