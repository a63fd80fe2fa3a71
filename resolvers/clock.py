"""The clock that the product reads, handed to whoever needs one."""

import time
from collections.abc import Callable

from models.records import Micros

Clock = Callable[[], Micros]


def system_clock() -> Micros:
    """Now, in microseconds since 1970 UTC."""
    return time.time_ns() // 1_000
