"""Summing: pairs that a batch makes, counted by bucket, and packs of a bucket added up.

All of it is sorting and adding of whole arrays of entries, as `pairs.py` packs them. It is imported
once there is something to count, as numpy takes 10 MB and a tenth of a second.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import TypeAlias

import numpy
from numpy.typing import NDArray

from resolvers.signals.co_engagement.pairs import (
    BUCKET_BITS,
    COUNT,
    COUNT_BITS,
    IN_BUCKET,
    POST,
    POST_BITS,
    ZERO,
    NotedPairs,
    size_of,
)

Numbers: TypeAlias = NDArray[numpy.uint64]
"""Entries, or keys of pairs: the post, and the other one in the lower 32 bits."""

Counts: TypeAlias = NDArray[numpy.int64]
Flags: TypeAlias = NDArray[numpy.bool_]

_STORED = numpy.dtype("<u8")
_COUNT_BITS, _POST_BITS = numpy.uint64(COUNT_BITS), numpy.uint64(POST_BITS)
_BUCKET_BITS = numpy.uint64(BUCKET_BITS)
_POST, _IN_BUCKET = numpy.uint64(POST), numpy.uint64(IN_BUCKET)


def counted(more: NotedPairs, fewer: NotedPairs) -> Iterator[tuple[int, bytes]]:
    """How much more often pairs count, packed by bucket, where any does; buckets in order."""
    added, taken = _keys(more), _keys(fewer)
    keys = numpy.concatenate((added, taken))
    counts = numpy.ones(keys.size, numpy.int64)
    if taken.size:
        counts[added.size :] = -1
        order = numpy.argsort(keys)
        keys, counts = keys[order], counts[order]
    else:
        keys.sort()
    places, counts = _sums(counts, _begins(keys))
    keys = keys[places]
    pairs = (keys >> _POST_BITS & _IN_BUCKET) << _POST_BITS | keys & _POST
    buckets = keys >> _POST_BITS >> _BUCKET_BITS
    begins = numpy.flatnonzero(_begins(buckets))
    packs = _packed(pairs, counts, [*begins[1:].tolist(), keys.size])
    return zip(buckets[begins].tolist(), packs, strict=False)


def added_up(groups: Sequence[Sequence[bytes]]) -> list[bytes]:
    """The sum of each group of packs, which are of one bucket."""
    entries = unpacked(bytearray().join(chain.from_iterable(groups)))
    ends = numpy.cumsum([sum(map(size_of, packs)) for packs in groups])
    for begin, end in pairwise([0, *ends.tolist()]):
        entries[begin:end].sort(kind="stable")  # each pack is sorted
    pairs = entries >> _COUNT_BITS
    begins = _begins(pairs)
    begins[ends[ends < pairs.size]] = True  # whatever comes before
    places, counts = _sums(counts_of(entries), begins)
    return _packed(pairs[places], counts, numpy.searchsorted(places, ends).tolist())


def unpacked(pack: bytes | bytearray) -> Numbers:
    """The entries of a pack; they may be changed where its bytes may."""
    return numpy.frombuffer(pack, _STORED).astype(numpy.uint64, copy=False)


def packed(entries: Numbers) -> bytes:
    """Entries as a pack."""
    return entries.astype(_STORED, copy=False).tobytes()


def others_of(entries: Numbers) -> Numbers:
    """The other post of each entry."""
    return entries >> _COUNT_BITS & _POST


def counts_of(entries: Numbers) -> Counts:
    """How much each entry counts."""
    counts = (entries & COUNT).view(numpy.int64)
    counts -= ZERO
    return counts


def _keys(noted: NotedPairs) -> Numbers:
    """The keys of all noted pairs, each from both sides."""
    others = numpy.asarray(noted.others)
    posts = numpy.repeat(numpy.asarray(noted.posts), numpy.asarray(noted.sizes))
    one, other = (each[others > 0].astype(numpy.uint64) for each in (posts, others))
    return numpy.concatenate((one << _POST_BITS | other, other << _POST_BITS | one))


def _packed(pairs: Numbers, counts: Counts, ends: Iterable[int]) -> list[bytes]:
    """Pairs, as entries have them above their counts, packed up to each end; both are changed."""
    entries = numpy.left_shift(pairs, _COUNT_BITS, out=pairs)
    counts += ZERO
    entries += counts.view(numpy.uint64)
    return [packed(entries[begin:end]) for begin, end in pairwise(chain([0], ends))]


def _begins(values: Numbers) -> Flags:
    """Where another value begins than the one before."""
    begins = numpy.ones(values.size, numpy.bool_)
    numpy.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def _sums(counts: Counts, begins: Flags) -> tuple[NDArray[numpy.intp], Counts]:
    """The places where something begins whose counts do not come to zero, and what they come to."""
    places = numpy.flatnonzero(begins)
    sums = numpy.add.reduceat(counts, places)
    counting = sums != 0
    return (places, sums) if counting.all() else (places[counting], sums[counting])
