"""Pairs: how many users have two posts close together, packed for the posts of a bucket.

An entry is one number: which post of the bucket, the other post, and how many users. Entries are
in that order, so those of one post lie together, and two packs merge in one pass.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping

BUCKET_BITS = 4
"""Posts of neighbouring numbers that share a bucket: 16, so that a batch writes few rows."""

_COUNT_BITS, _POST_BITS = 28, 32
_LOCAL = _COUNT_BITS + _POST_BITS
_ZERO = 1 << (_COUNT_BITS - 1)  # counts are kept from here on, as they may be negative
_COUNT = (1 << _COUNT_BITS) - 1
_POST = (1 << _POST_BITS) - 1
MOST_POSTS = _POST
"""The highest number that a post may have."""

Pairs = dict[int, int]
"""Counts by key: which post of the bucket, then the other post."""


def bucket_of(post: int) -> int:
    """The bucket of a post."""
    return post >> BUCKET_BITS


def key_of(post: int, other: int) -> int:
    """The key of a pair in the first post's bucket."""
    return (post & ((1 << BUCKET_BITS) - 1)) << _POST_BITS | other


def packed(pairs: Mapping[int, int]) -> bytes:
    """The bytes a table keeps; what counts nothing is left out."""
    entries = array("Q", [key << _COUNT_BITS | pairs[key] + _ZERO for key in sorted(pairs)])
    if 0 in pairs.values():
        entries = array("Q", [each for each in entries if each & _COUNT != _ZERO])
    return _portable(entries).tobytes()


def added_up(packs: Iterable[bytes]) -> Pairs:
    """The sums of packs of one bucket."""
    sums: Pairs = {}
    for pack in packs:
        for entry in _unpacked(pack):
            key = entry >> _COUNT_BITS
            sums[key] = sums.get(key, 0) + (entry & _COUNT) - _ZERO
    return sums


def of_post(pack: bytes, post: int, least: int = -_ZERO) -> list[tuple[int, int]]:
    """The other posts that a pack has of a post, and their counts, where they are not too low."""
    lowest = least + _ZERO
    return [
        (entry >> _COUNT_BITS & _POST, count - _ZERO)
        for entry in _of(pack, post)
        if (count := entry & _COUNT) >= lowest
    ]


def _of(pack: bytes, post: int) -> "array[int]":
    """The entries of a pack that are a post's."""
    entries, local = _unpacked(pack), post & ((1 << BUCKET_BITS) - 1)
    start = bisect_left(entries, local << _LOCAL)
    return entries[start : bisect_left(entries, (local + 1) << _LOCAL, start)]


def posts_of(bucket: int) -> tuple[int, int]:
    """The first post of a bucket, and the first of the next one."""
    return bucket << BUCKET_BITS, (bucket + 1) << BUCKET_BITS


def by_post(bucket: int, pairs: Mapping[int, int]) -> dict[int, list[tuple[int, int]]]:
    """The other posts of each post of a bucket, with their counts; those above zero."""
    found: dict[int, list[tuple[int, int]]] = {}
    first = bucket << BUCKET_BITS
    for key, count in pairs.items():
        if count > 0:
            found.setdefault(first | key >> _POST_BITS, []).append((key & _POST, count))
    return found


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
