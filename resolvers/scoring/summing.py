"""Summing scores: what is stored of a subject, as one, and the key that it is ranked by."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.records import StoredScore, Subject
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import rank_key


@dataclass(slots=True)
class Summed:
    """A score: how much it counts, what speaks for it and what against it."""

    count: int = 0
    positive: Decayed = decay.ZERO
    negative: Decayed = decay.ZERO

    def add(self, count: int, positive: bytes | None, negative: bytes | None) -> None:
        """Add what a row of scores says."""
        self.count += count
        self.positive = decay.plus(self.positive, decay.decode(positive))
        self.negative = decay.plus(self.negative, decay.decode(negative))

    @property
    def score(self) -> Decayed:
        return decay.weighted(self.positive, self.negative)

    @property
    def rank_key(self) -> float | None:
        """The key that orders it, ascending; None where there is nothing to rank."""
        return rank_key(self.count, self.positive, self.negative) if self.count else None


def summed(rows: Iterable[StoredScore]) -> dict[Subject, Summed]:
    """The scores of subjects, each the sum of its rows."""
    found: dict[Subject, Summed] = {}
    for row in rows:
        score = found.setdefault(Subject(row.subject_kind, row.subject_id), Summed())
        score.add(row.count, row.positive, row.negative)
    return found
