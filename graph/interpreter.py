"""The interpreter: how Python is set for a process that serves."""

import gc
import sys

_YOUNG, _OLDER = 20_000, 20  # objects made since the last look; looks until one that looks further
_SWITCH_S = 0.001


def prepare() -> None:
    """Set Python for what comes now, when all is here that stays.

    The collector looks for circles of objects seldom, and never again at what is here: a request
    makes hundreds of objects, of which none is left in one. Threads that compute, as for large
    batches, let the loop go on every millisecond.
    """
    sys.setswitchinterval(_SWITCH_S)
    gc.collect()
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
    gc.freeze()
