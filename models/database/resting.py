"""How a thread rests."""

import threading


def rest(seconds: float) -> None:
    """Wait in a thread; not at all below 0.

    Not `time.sleep`, which waits until a point in time: under a clock that is set for a process,
    as a test of jumps does it, that point can lie before time began, and the wait fails.
    """
    threading.Event().wait(max(0.0, seconds))
