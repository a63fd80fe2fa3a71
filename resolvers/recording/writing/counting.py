"""Counts of batches: how large they are, how long they take, and how many come to nothing."""

from dataclasses import dataclass, field
from functools import partial

from models.histogram import SIZES, Histogram


@dataclass(slots=True)
class BatchCounts:
    """The batches of one writer.

    `seconds` are those from the beginning of a batch, when it is read and judged, until it is
    durable or has come to nothing.
    """

    sizes: Histogram = field(default_factory=partial(Histogram, SIZES))
    seconds: Histogram = field(default_factory=Histogram)
    failures: int = 0  # commits that the database did not make
    isolations: int = 0  # batches that were committed input by input

    def add(self, size: int, seconds: float) -> None:
        """Count a batch that has ended."""
        self.sizes.add(size)
        self.seconds.add(seconds)
