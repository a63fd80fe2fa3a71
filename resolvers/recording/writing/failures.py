"""Failures: what the log is told while the database does not commit, however much is sent to it."""

import logging
import time
from collections.abc import Callable

from models.errors import OUTAGE

log = logging.getLogger(__name__)

LINE_S = 60.0
"""Seconds from one line to the next."""


class FailureLog:
    """Says that commits fail, and why: at the first one, and then once a minute at most."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._next_at: float | None = None
        self._refused = 0

    def add(self, inputs: int, reason: str) -> None:
        """Note that a commit of so many inputs failed."""
        self._refused += inputs
        now = self._seconds()
        if self._next_at is None or now >= self._next_at:
            message = "nothing is stored, %d inputs were refused: %s"
            log.warning(message, self._refused, reason, extra=OUTAGE)
            self._next_at, self._refused = now + LINE_S, 0
