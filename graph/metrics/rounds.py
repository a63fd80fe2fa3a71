"""Rounds: how housekeeping fared in a process, in plain values."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

HOUSEKEEPING = "housekeeping"
"""What fails where a round as a whole does."""


@dataclass
class Rounds:
    """When a round last ended well, in seconds since 1970 (0 before the first), and failures."""

    succeeded_at: float = 0.0
    failures: dict[str, int] = field(default_factory=dict)  # by chore

    def expect(self, chores: Iterable[str]) -> None:
        """Show chores that have not failed yet, so that alarms see the first failure."""
        for chore in (HOUSEKEEPING, *chores):
            self.failures.setdefault(chore, 0)

    @property
    def failed(self) -> int:
        """How often any chore failed."""
        return sum(self.failures.values())

    def succeed(self) -> None:
        """Note that a round has ended well."""
        self.succeeded_at = time.time()

    def fail(self, chore: str) -> None:
        """Note that a chore failed or broke off."""
        self.failures[chore] = self.failures.get(chore, 0) + 1
