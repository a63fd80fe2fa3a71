"""Commit ids: what each commit leaves at the log's head, so that others know whose was the last."""

from itertools import count
from random import getrandbits

_NUMBER_BITS = 32


class CommitIds:
    """The ids of one ledger's commits: each is unique, and tells which ledger drew it."""

    def __init__(self) -> None:
        self._ledger = getrandbits(31)
        self._numbers = count()

    def draw(self) -> int:
        return self._ledger << _NUMBER_BITS | next(self._numbers)

    def include(self, commit_id: int) -> bool:
        """Whether the id was drawn here."""
        return commit_id >> _NUMBER_BITS == self._ledger
