"""The processor: whether it is what this thread is short of, or whether it waits for others."""

import time
from collections.abc import Callable
from pathlib import Path

_SCHEDULED = Path("/proc/thread-self/schedstat")

WINDOW_NS = 50_000_000
"""Over how long it is looked at."""

SHORT = 0.7
"""From which share of the time on a thread that wants the processor is short of it."""


def wanted_ns() -> int:
    """How long this thread had the processor or waited in line for it, in nanoseconds.

    Where the system does not tell of the line, it is how long it had it.
    """
    try:
        had, waited, _ = _SCHEDULED.read_text().split()
    except (OSError, ValueError):
        return time.thread_time_ns()
    return int(had) + int(waited)


class Processor:
    """Whether the thread that asks is short of the processor, as of the last while.

    It is where nearly all of the time the thread has something to compute, whether it has the
    processor then or others do. It is not where the thread mostly waits to hear of something.
    """

    def __init__(
        self,
        wanted_ns: Callable[[], int] = wanted_ns,
        now_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._wanted_ns = wanted_ns
        self._now_ns = now_ns
        self._wanted_then = 0
        self._then: int | None = None
        self._is_short = False

    def is_short(self) -> bool:
        """Whether it is what this thread lacks; looked at anew once a window is over."""
        now = self._now_ns()
        if self._then is None or now - self._then >= WINDOW_NS:
            self._look(now)
        return self._is_short

    def _look(self, now: int) -> None:
        wanted = self._wanted_ns()
        if self._then is not None:
            self._is_short = wanted - self._wanted_then >= SHORT * (now - self._then)
        self._then, self._wanted_then = now, wanted
