"""Pairs: how many users have two posts close together, packed for the posts of a bucket.

An entry is one number: which post of the bucket, the other post, and how many users. Entries are
in that order, so those of one post lie together, and two packs merge in one pass.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

BUCKET_BITS = 4
"""Posts of neighbouring numbers that share a bucket: 16, so that a batch writes few rows."""

IN_BUCKET = (1 << BUCKET_BITS) - 1
"""The bits of a number that tell which post of its bucket it is."""

COUNT_BITS, POST_BITS = 28, 32
LOCAL = COUNT_BITS + POST_BITS
"""Where in an entry the count ends, then the other post; above is which post of the bucket."""

ZERO = 1 << (COUNT_BITS - 1)
"""Counts are kept from here on, as they may be negative."""

COUNT = (1 << COUNT_BITS) - 1
POST = (1 << POST_BITS) - 1
"""The bits of a count, and of a post, which are the highest number that either may have."""


@dataclass(slots=True)
class NotedPairs:
    """Posts, how many others each makes pairs with, and all of these, one behind the other.

    Another post that is 0 stands for none.
    """

    posts: "array[int]" = field(default_factory=partial(array, "I"))
    sizes: "array[int]" = field(default_factory=partial(array, "I"))
    others: "array[int]" = field(default_factory=partial(array, "I"))

    def note(self, post: int, others: Sequence[int]) -> None:
        """Note that a post makes a pair with each of some others."""
        self.posts.append(post)
        self.sizes.append(len(others))
        self.others.extend(others)


def bucket_of(post: int) -> int:
    """The bucket of a post."""
    return post >> BUCKET_BITS


def of_post(pack: bytes, post: int, least: int = -ZERO) -> list[tuple[int, int]]:
    """The other posts that a pack has of a post, and their counts, where they are not too low."""
    lowest = least + ZERO
    return [
        (entry >> COUNT_BITS & POST, number - ZERO)
        for entry in _of(pack, post)
        if (number := entry & COUNT) >= lowest
    ]


def _of(pack: bytes, post: int) -> "array[int]":
    """The entries of a pack that are a post's."""
    entries, local = _unpacked(pack), post & IN_BUCKET
    start = bisect_left(entries, local << LOCAL)
    return entries[start : bisect_left(entries, (local + 1) << LOCAL, start)]


def posts_of(bucket: int) -> tuple[int, int]:
    """The first post of a bucket, and the first of the next one."""
    return bucket << BUCKET_BITS, (bucket + 1) << BUCKET_BITS


def size_of(pack: bytes) -> int:
    """How many entries a pack has."""
    return len(pack) // 8


def _unpacked(pack: bytes) -> "array[int]":
    entries = array("Q")
    entries.frombytes(pack)
    return _portable(entries)


def _portable(entries: "array[int]") -> "array[int]":
    """The entries in the order of bytes that tables keep, or back: little-endian."""
    if sys.byteorder == "big":
        entries.byteswap()
    return entries
