"""Scoring: what each action weighs and how fast it fades, as the operator set it."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from models.records import Micros, StoredScore
from models.vocabulary import ACTIONS, Action, ActionType, SubjectKind
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed

HOUR: Micros = 3_600_000_000
DAY: Micros = 24 * HOUR
SCORED = (SubjectKind.USER, SubjectKind.POST)
UNRANKED = math.inf
"""The rank key of a subject without interactions: behind all others."""

_NOTHING = decay.encode(decay.ZERO)


@dataclass(frozen=True)
class Scoring:
    """Weights and half-lives; those of the vocabulary, 24 hours and 14 days unless set.

    `weights` holds only those that differ from the vocabulary's.
    """

    weights: Mapping[ActionType, float] = field(default_factory=dict)
    post_half_life: Micros = 24 * HOUR
    user_half_life: Micros = 14 * 24 * HOUR

    def half_life(self, kind: int) -> Micros | None:
        """The half-life of a kind of subject; None where nothing decays and nothing is scored."""
        return self.half_lives.get(kind)

    @cached_property
    def half_lives(self) -> dict[int, Micros]:
        """The half-life of each kind of subject that is scored."""
        return {
            int(SubjectKind.USER): self.user_half_life,
            int(SubjectKind.POST): self.post_half_life,
        }

    @cached_property
    def exact_weights(self) -> dict[tuple[bool, int], "ExactWeight"]:
        """What one of each action, by its code, adds to the scores of users, and of all others."""
        return {
            (kind is SubjectKind.USER, action.code): exact(self.weight_for(kind, action))
            for action in ACTIONS.values()
            for kind in SCORED
        }

    @cached_property
    def action_weights(self) -> dict[int, tuple[ActionType, float]]:
        """Each action by its code, and what one of it adds to its post's score."""
        return {each.code: (each.type, self.weight(each)) for each in ACTIONS.values()}

    def weight(self, action: Action) -> float:
        """What one of these, just recorded, adds to its post's score."""
        return self.weights.get(action.type, action.weight)

    def weight_for(self, kind: int, action: Action) -> float:
        """What one of these adds to the score of a kind of subject.

        A negative weight is about the content and counts nothing in the user's own score.
        """
        weight = self.weight(action)
        return max(weight, 0.0) if kind == SubjectKind.USER else weight

    @property
    def version(self) -> str:
        """A name for these very weights and half-lives."""
        weights = {action.type: self.weight(action) for action in ACTIONS.values()}
        text = json.dumps([weights, self.post_half_life, self.user_half_life])
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class ExactWeight(NamedTuple):
    """A weight as `factor / 2^bits`, both whole: a decayed count is multiplied by no float."""

    factor: int
    bits: int


def exact(weight: float) -> ExactWeight:
    """The very number that a float is."""
    numerator, denominator = weight.as_integer_ratio()  # which is a power of two
    return ExactWeight(numerator, denominator.bit_length() - 1)


def weighed(
    positive: Decayed, negative: Decayed, counted: Decayed, weight: float
) -> tuple[Decayed, Decayed]:
    """What speaks for and against a score, with a decayed count added to the side it weighs on."""
    if weight > 0:
        return decay.plus(positive, decay.times(counted, weight)), negative
    if weight < 0:
        return positive, decay.plus(negative, decay.times(counted, -weight))
    return positive, negative


def no_score(kind: int, id: str) -> StoredScore:
    """The score of a subject that has none yet."""
    return StoredScore(
        subject_kind=kind,
        subject_id=id,
        count=0,
        positive=_NOTHING,
        negative=_NOTHING,
    )


def rank_key(count: int, positive: Decayed, negative: Decayed) -> float:
    """The key that orders subjects by score, best first, those without interactions last."""
    return decay.rank_key(decay.weighted(positive, negative)) if count else UNRANKED
