"""How many rows of indexes the pages of one operation may look at for those that they show."""

from dataclasses import dataclass

from models.reading.history import BOUND

LEAST = 100
"""Rows that any page may look at, however many an operation has."""

ALL_PAGES = 120_000
"""Rows that all pages of an operation may look at, but for the least of each."""


@dataclass(slots=True)
class ScanBudget:
    """What an operation's pages may still look at, in steps that have them read together.

    Few pages look at `most` rows each, many at a tenth or a hundredth of it.
    """

    most: int = BOUND
    left: int = ALL_PAGES

    def bound(self, histories: int) -> int:
        """The rows that each of so many histories may look at, taken out of what is left."""
        each = self.most
        if each * histories > self.left:
            each = max(self.most // 10, self._least)
        if each * histories > self.left:
            each = self._least
        self.left = max(0, self.left - each * histories)
        return each

    @property
    def _least(self) -> int:
        return min(self.most, LEAST)
