"""The interpreter: how Python is set for a process that serves."""

import ctypes
import gc
import sys
from functools import cache

#: New objects between two collections, and younger collections between two of older objects.
_YOUNG, _OLDER = 20_000, 20
_SWITCH_S = 0.001
#: What glibc's mallopt calls its options, and what is set here.
_MEMORY = {
    -3: 128 * 1024,  # M_MMAP_THRESHOLD: blocks from this size on are given back when freed
    -1: 128 * 1024,  # M_TRIM_THRESHOLD: so is what is free at the end of an arena
    -8: 2,  # M_ARENA_MAX: threads share arenas, each of which keeps what was once taken
}


@cache
def prepare() -> None:
    """Set Python for what comes now, when all is here that stays; once in a process.

    The garbage collector runs seldom, and no longer looks at what is here now: a request makes
    hundreds of objects, and leaves none of them in a reference cycle. Threads that compute, as for
    large batches, let the loop go on every millisecond.

    Memory is given back when it is free. By itself glibc keeps blocks as large as the largest that
    was freed, up to 32 MiB: bodies of 4 MiB, sent for a while, left 200 MiB behind.

    A second server of the process would freeze what the first has left, and never give it back.
    """
    _give_memory_back()
    sys.setswitchinterval(_SWITCH_S)
    gc.collect()
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
    gc.freeze()


def _give_memory_back() -> None:
    """Set the C library's memory; others than glibc have no such settings."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, size in _MEMORY.items():
            mallopt(option, size)
