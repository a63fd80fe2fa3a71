"""Pairs: how many users have two posts close together, packed for the posts of a bucket.

An entry is one number: which post of the bucket, the other post, and how many users. Entries are
in that order, so those of one post lie together, and two packs merge in one pass.
"""

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, groupby, islice, repeat
from operator import eq, rshift
from typing import TypeAlias

BUCKET_BITS = 4
"""Posts of neighbouring numbers that share a bucket: 16, so that a batch writes few rows."""

_COUNT_BITS, _POST_BITS = 28, 32
_LOCAL = _COUNT_BITS + _POST_BITS
_IN_BUCKET = (1 << BUCKET_BITS) - 1
_ZERO = 1 << (_COUNT_BITS - 1)  # counts are kept from here on, as they may be negative
_COUNT = (1 << _COUNT_BITS) - 1
_POST = (1 << _POST_BITS) - 1
MOST_POSTS = _POST
"""The highest number that a post may have."""

Others: TypeAlias = dict[int, list[int]]
"""The posts that each post makes pairs with, as often as it does."""


def bucket_of(post: int) -> int:
    """The bucket of a post."""
    return post >> BUCKET_BITS


def note(post: int, others: Sequence[int], pairs: Others) -> None:
    """Note that a post makes a pair with others, under both; what is missing comes as a list."""
    pairs[post] += others
    for other in others:
        pairs[other].append(post)


def counted(more: Others, fewer: Others) -> Iterator[tuple[int, bytes]]:
    """How much more often pairs count, packed by bucket, where any does."""
    for bucket, posts in groupby(sorted({*more, *fewer}), bucket_of):
        entries = array("Q")
        for post in posts:
            entries.extend(_entries(post, more.get(post, []), fewer.get(post)))
        if entries:
            yield bucket, _portable(entries).tobytes()


def _entries(post: int, more: list[int], fewer: list[int] | None) -> list[int]:
    """How much more often pairs of a post count."""
    once = (post & _IN_BUCKET) << _LOCAL | 1 + _ZERO
    if fewer is None and len(set(more)) == len(more):
        return [once + (other << _COUNT_BITS) for other in sorted(more)]
    counts = Counter(more)
    counts.subtract(fewer or ())
    several = once - 1
    return [
        several + (other << _COUNT_BITS) + counts[other]
        for other in sorted(counts)
        if counts[other]
    ]


def added_up(packs: Iterable[bytes]) -> bytes:
    """The sum of packs of one bucket, in steps over all entries that the interpreter does alone."""
    entries: list[int] = []
    for pack in packs:
        entries += _unpacked(pack).tolist()
    entries.sort()  # a merge, as each pack is sorted
    keys = list(map(rshift, entries, repeat(_COUNT_BITS)))
    coming_again = list(compress(count(), map(eq, keys, islice(keys, 1, None))))
    if coming_again:
        is_left = bytearray(b"\1") * len(entries)
        for place in coming_again:
            entries[place + 1] += (entries[place] & _COUNT) - _ZERO
            is_left[place] = 0
        for place in coming_again:
            is_left[place + 1] &= entries[place + 1] & _COUNT != _ZERO
        entries = list(compress(entries, is_left))
    return _portable(array("Q", entries)).tobytes()


def of_post(pack: bytes, post: int, least: int = -_ZERO) -> list[tuple[int, int]]:
    """The other posts that a pack has of a post, and their counts, where they are not too low."""
    lowest = least + _ZERO
    return [
        (entry >> _COUNT_BITS & _POST, number - _ZERO)
        for entry in _of(pack, post)
        if (number := entry & _COUNT) >= lowest
    ]


def _of(pack: bytes, post: int) -> "array[int]":
    """The entries of a pack that are a post's."""
    entries, local = _unpacked(pack), post & _IN_BUCKET
    start = bisect_left(entries, local << _LOCAL)
    return entries[start : bisect_left(entries, (local + 1) << _LOCAL, start)]


def posts_of(bucket: int) -> tuple[int, int]:
    """The first post of a bucket, and the first of the next one."""
    return bucket << BUCKET_BITS, (bucket + 1) << BUCKET_BITS


@dataclass(frozen=True, slots=True)
class PostPairs:
    """The entries of one post, with the places of those that one user has, and that several have.

    What counts less is at neither.
    """

    post: int
    entries: "array[int]"
    single: list[int]
    several: list[int]

    @property
    def highest(self) -> int:
        """The highest number of another post."""
        return self.entries[-1] >> _COUNT_BITS & _POST

    def scores(self, gains: Sequence[float], divisors: Sequence[float]) -> list[float]:
        """What each that several have scores: what its count gains by what its post divides.

        Beyond those that are given, a count gains 2 less than it is.
        """
        few = len(gains)
        return [
            (gains[both] if (both := (entry & _COUNT) - _ZERO) < few else both - 2)
            / divisors[entry >> _COUNT_BITS & _POST]
            for entry in map(self.entries.__getitem__, self.several)
        ]

    def others(self, places: Iterable[int]) -> list[int]:
        """The other posts at some places."""
        entries = map(self.entries.__getitem__, places)
        return [entry >> _COUNT_BITS & _POST for entry in entries]

    def packed(self, places: Iterable[int]) -> bytes:
        """The bytes a table keeps of what is at some places, in their order."""
        own = (self.post & _IN_BUCKET) << _LOCAL
        entries = array("Q", [each - own for each in map(self.entries.__getitem__, places)])
        return _portable(entries).tobytes()


def by_post(bucket: int, pack: bytes) -> Iterator[PostPairs]:
    """Each post of a bucket that has others in a pack: those that any user has."""
    entries, start = _unpacked(pack), 0
    single, several = _by_size(pack)
    for local, post in enumerate(range(*posts_of(bucket)), 1):
        end = bisect_left(entries, local << _LOCAL, start)
        own = range(end - start)
        found = [list(compress(own, which[start:end])) for which in (single, several)]
        if any(found):
            yield PostPairs(post, entries[start:end], *found)
        start = end


def _by_size(pack: bytes) -> tuple[bytes, bytes]:
    """Which entries count one, and which more: a byte for each, 1 where it does.

    The lowest bytes of all entries, the next ones and so on are taken together, as one number.
    """
    size = size_of(pack)
    lowest, *higher, highest = (pack[at::8] for at in range(4))
    is_one, is_more = (_flags(lowest, which) for which in (_IS_ONE, _IS_MORE))
    for each in higher:
        is_more |= _flags(each, _IS_ANY)
    is_more |= _flags(highest, _IS_HIGH)
    is_positive = _flags(highest, _IS_POSITIVE)
    is_one &= is_positive & ~is_more
    is_more &= is_positive
    return is_one.to_bytes(size, "big"), is_more.to_bytes(size, "big")


def _flags(values: bytes, which: bytes) -> int:
    return int.from_bytes(values.translate(which), "big")


_IS_ONE = bytes(each == 1 for each in range(256))
_IS_MORE = bytes(each > 1 for each in range(256))
_IS_ANY = bytes(each > 0 for each in range(256))
_IS_POSITIVE = bytes(each & 0xF >= _ZERO >> 24 for each in range(256))  # or nothing
_IS_HIGH = bytes(each & 0xF > _ZERO >> 24 for each in range(256))


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
