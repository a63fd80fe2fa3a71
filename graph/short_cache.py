"""A cache for what is made of texts that strangers send: of short ones, since they are common."""

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import TypeVar

LENGTH = 256
"""Characters of a text that is cached: twice what browsers send as `Accept`."""

CACHED = 256
"""Texts that one function has cached."""

T = TypeVar("T")


def cached_if_short(function: Callable[[str], T]) -> Callable[[str], T]:
    """Have a function of a text remember what it made of short ones, those that came last.

    A head may have 64 KiB; a cache of those would be memory that strangers fill and nobody frees.
    """
    cached = lru_cache(CACHED)(function)

    def answer(text: str) -> T:
        return cached(text) if len(text) <= LENGTH else function(text)

    return update_wrapper(answer, cached)
