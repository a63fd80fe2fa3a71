"""Processors: whether they are what is short, or whether recording waits for something else."""

import time
from collections.abc import Callable
from pathlib import Path

_SCHEDULED = Path("/proc/thread-self/schedstat")

WINDOW_NS = 50_000_000
"""Over how long it is looked at."""

SHORT = 0.2
"""Which share of the time a thread waits in line for a processor where these are short."""


def lined_up_ns() -> int:
    """How long this thread was ready to work and others had the processors, in nanoseconds.

    0 where the system does not tell.
    """
    try:
        _, lined_up, _ = _SCHEDULED.read_text().split()
        return int(lined_up)
    except (OSError, ValueError):
        return 0


class Processors:
    """Whether the machine's processors are short, as the thread that asks met it lately.

    They are not while the thread has one whenever there is something to do, however much that is.
    """

    def __init__(
        self,
        lined_up_ns: Callable[[], int] = lined_up_ns,
        now_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._lined_up_ns = lined_up_ns
        self._now_ns = now_ns
        self._lined_up_then = 0
        self._then: int | None = None
        self._are_short = False

    def are_short(self) -> bool:
        """Whether they are; looked at anew once a window is over."""
        now = self._now_ns()
        if self._then is None or now - self._then >= WINDOW_NS:
            self._look(now)
        return self._are_short

    def _look(self, now: int) -> None:
        lined_up = self._lined_up_ns()
        if self._then is not None:
            self._are_short = lined_up - self._lined_up_then >= SHORT * (now - self._then)
        self._then, self._lined_up_then = now, lined_up
