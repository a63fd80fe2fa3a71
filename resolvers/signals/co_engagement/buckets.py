"""Buckets: when the parts of pairs are merged, and what of them is.

New pairs of a bucket are a small part a batch. Parts are merged into one now and then, and with
the base once they have come to a share of it: so an entry is written few times, however large the
base, and a reader has few parts to add up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from models.reading.signals.co_engagement import (
    BucketSize,
    StoredPart,
    bucket_sizes,
    user_counts,
)
from resolvers.signals.co_engagement.nearest import Divisors, Near
from resolvers.signals.co_engagement.pairs import size_of

PARTS = 16
"""Parts of a bucket that are merged into one."""

SHARE = 4
"""The part of the base that new entries come to before they are merged into it."""

LEAST = 256
"""Entries that are worth a new base, however small that is."""

QUIET_S = 2.0
"""After so long without new pairs a bucket gets its base whatever its size, if there is time."""

MOST_ENTRIES = 100_000
"""Entries that are merged into bases at once: some hundredths of a second."""


@dataclass(slots=True)
class Sizes:
    """How large a bucket is: its parts, their entries, the base's entries; and when it grew."""

    parts: int = 0
    entries: int = 0
    base: int = 0
    grew_at: float = 0.0

    @property
    def is_worth_a_base(self) -> bool:
        return self.entries >= max(LEAST, self.base // SHARE)


@dataclass(slots=True)
class Buckets:
    """What a follower remembers of all buckets, and of each post by its number: how many users."""

    sizes: dict[int, Sizes] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)  # those with parts
    divisors: Divisors = field(default_factory=Divisors)

    @classmethod
    async def read(cls) -> "Buckets":
        """Read what is to be remembered."""
        buckets = cls()
        for each in await bucket_sizes():
            buckets._add(each)
        async for counts in user_counts():
            for number, users in counts:
                buckets.divisors.note(number, users)
        return buckets

    def due(self, touched: Iterable[int], number: int) -> list[int]:
        """Those of some buckets whose parts are to be merged with a batch's; not all at once."""
        return [
            bucket
            for bucket in touched
            if (sizes := self.sizes.get(bucket)) is not None
            and sizes.parts >= PARTS // 2
            and ((bucket + number) % PARTS == 0 or sizes.parts >= 2 * PARTS)
        ]

    def waiting(self) -> list[int]:
        """Some buckets that are worth a base, or have been quiet for long enough."""
        quiet, entries, found = monotonic() - QUIET_S, 0, []
        for bucket in self.open:
            sizes = self.sizes[bucket]
            if sizes.is_worth_a_base or sizes.grew_at < quiet:
                found.append(bucket)
                entries += sizes.entries + sizes.base
                if entries > MOST_ENTRIES:
                    break
        return found

    def note(self, new: Sequence[StoredPart], gone: Sequence[StoredPart]) -> None:
        """Remember which parts were stored and which were taken away."""
        now = monotonic()
        for part in gone:
            self._count(part, -1)
        for part in new:
            self._count(part, 1)
            if not part.is_base:
                self.sizes[part.bucket].grew_at = now

    def _count(self, part: StoredPart, sign: int) -> None:
        size = size_of(part.entries)
        self._add(BucketSize(part.bucket, part.is_base, sign, sign * size))

    def _add(self, more: BucketSize) -> None:
        sizes = self.sizes.setdefault(more.bucket, Sizes())
        if more.is_base:
            sizes.base += more.entries
            return
        sizes.parts += more.parts
        sizes.entries += more.entries
        (self.open.add if sizes.parts else self.open.discard)(more.bucket)


@dataclass(slots=True)
class Merged:
    """Parts in place of others, and the nearest of the posts whose base is new."""

    new: list[StoredPart] = field(default_factory=list)
    gone: list[StoredPart] = field(default_factory=list)
    nearest: list[Near] = field(default_factory=list)


def merged(
    parts: Sequence[StoredPart], number: int, buckets: Buckets, *, into_bases: bool
) -> Merged:
    """Merge all given parts of each bucket into one, or into its base under a new number."""
    from resolvers.signals.co_engagement.remembering import nearest_of  # and numpy, for who merges
    from resolvers.signals.co_engagement.summing import added_up

    found = Merged(gone=list(parts))
    of: dict[int, list[bytes]] = {}
    for part in parts:
        of.setdefault(part.bucket, []).append(part.entries)
    for bucket, entries in zip(of, added_up(list(of.values())), strict=True):
        if entries:
            found.new.append(StoredPart(bucket, into_bases, number, entries))
        if into_bases:
            found.nearest += nearest_of(bucket, entries, buckets.divisors)
    return found
