"""Pairs: how many users have two posts close together, packed for the posts of a bucket.

An entry is one number: which post of the bucket, the other post, and how many users. Entries are
in that order, so those of one post lie together, and two packs merge in one pass.
"""

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, islice, repeat
from operator import eq, rshift

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

Pairs = dict[int, int]
"""Counts by key: which post of the bucket, then the other post."""


def bucket_of(post: int) -> int:
    """The bucket of a post."""
    return post >> BUCKET_BITS


def note(post: int, others: Sequence[int], keys: Mapping[int, list[int]]) -> None:
    """Note that a post makes a pair with others: the keys by which both sides' buckets count it.

    There is a list of keys for each bucket.
    """
    own = (post & _IN_BUCKET) << _POST_BITS
    keys[post >> BUCKET_BITS].extend([own | other for other in others])
    for other in others:
        keys[other >> BUCKET_BITS].append((other & _IN_BUCKET) << _POST_BITS | post)


def counted(more: Mapping[int, list[int]], fewer: Mapping[int, list[int]]) -> Mapping[int, Pairs]:
    """How often each bucket's keys were noted in `more`, and how much less often in `fewer`."""
    found = {bucket: Counter(keys) for bucket, keys in more.items()}
    for bucket, keys in fewer.items():
        found.setdefault(bucket, Counter()).subtract(keys)
    return found


def packed(pairs: Mapping[int, int]) -> bytes:
    """The bytes a table keeps; what counts nothing is left out."""
    numbers = [key << _COUNT_BITS | number + _ZERO for key, number in pairs.items()]
    entries = array("Q", sorted(numbers))
    if 0 in pairs.values():
        entries = array("Q", [each for each in entries if each & _COUNT != _ZERO])
    return _portable(entries).tobytes()


def added_up(packs: Iterable[bytes]) -> bytes:
    """The sum of packs of one bucket, in steps over all entries that the interpreter does alone."""
    entries: list[int] = []
    for pack in packs:
        entries += _unpacked(pack).tolist()
    entries.sort()  # a merge, as each pack is sorted
    keys = list(map(rshift, entries, repeat(_COUNT_BITS)))
    coming_again = list(compress(count(), map(eq, keys, islice(keys, 1, None))))
    for place in coming_again:
        entries[place + 1] += (entries[place] & _COUNT) - _ZERO
        entries[place] = _ZERO  # which counts nothing
    if coming_again:
        entries = [each for each in entries if each & _COUNT != _ZERO]
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


def by_post(bucket: int, pack: bytes) -> Iterator[tuple[int, list[int], list[int]]]:
    """Each post of a bucket that has others in a pack: those, and their counts; none below one."""
    entries, start, lowest = _unpacked(pack), 0, _ZERO + 1
    for local, post in enumerate(range(*posts_of(bucket)), 1):
        end = bisect_left(entries, local << _LOCAL, start)
        own = [each for each in entries[start:end] if each & _COUNT >= lowest]
        start = end
        if own:
            others = [each >> _COUNT_BITS & _POST for each in own]
            yield post, others, [(each & _COUNT) - _ZERO for each in own]


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
