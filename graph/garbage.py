"""Garbage: how often Python looks for objects that hold each other and nothing else holds."""

import gc

_YOUNG, _OLDER = 20_000, 20  # objects made since the last look; looks until one that looks further


def collect_seldom() -> None:
    """Look seldom, and never again at what is here now.

    A request makes hundreds of objects, of which none is left in a circle.
    """
    gc.collect()
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
    gc.freeze()
