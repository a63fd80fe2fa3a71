"""Aversion: what is much like the posts that a user turned away lately sinks.

One such post may say little of those around it. Two that a candidate is close to suppress it,
unless more speaks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription
from resolvers.signals.reasons import Part
from resolvers.signals.weighing.likeness import (
    Likeness,
    Near,
    are_described_alike,
    close_to,
    fading,
    likeness,
)

SUPPRESSING = 2
"""So many posts turned away that a candidate is close to suppress it."""

DESCRIBED_ALIKE = 0.25
"""What a candidate sinks by that is described as one that was turned away."""


@dataclass(frozen=True, slots=True)
class Aversion:
    """What a user turned away lately: what is like it, and how it is described."""

    like: Mapping[str, Likeness] = field(default_factory=dict)
    close: Mapping[str, set[str]] = field(default_factory=dict)
    described: Sequence[PostDescription] = ()

    def sinking(self, post_id: str, description: PostDescription | None) -> "Sinking":
        """How a candidate sinks for being like what was turned away."""
        if not self.described and post_id not in self.like:
            return AFLOAT
        like = self.like.get(post_id)
        alike = self._described_alike(description)
        close = [*self.close.get(post_id, ()), *alike]
        if like is None and not alike:
            return AFLOAT
        subject = like.post_id if like is not None else alike[0]
        amount = (like.value if like is not None else 0.0) + DESCRIBED_ALIKE * bool(alike)
        return Sinking(amount, subject, len({*close}))

    def _described_alike(self, description: PostDescription | None) -> list[str]:
        if description is None:
            return []
        return [
            other.post_id
            for other in self.described
            if other.post_id != description.post_id and are_described_alike(description, other)
        ]


@dataclass(frozen=True, slots=True)
class Sinking:
    """How much a candidate sinks, for being like which post, and to how many it is close."""

    amount: float
    post_id: str
    close: int

    @property
    def taking(self) -> list[Part]:
        """What it takes from a score."""
        if self.amount <= 0:
            return []
        return [(-self.amount, partial(reasons.too_similar, self.post_id))]

    @property
    def suppresses(self) -> bool:
        """Whether the candidate is not to be shown, unless more speaks for it."""
        return self.close >= SUPPRESSING


AFLOAT = Sinking(0.0, "", 0)
NONE = Aversion()


def aversion_to(
    turned_away: Sequence[str], near: Near, descriptions: Mapping[str, PostDescription]
) -> Aversion:
    """What a user turned away, the latest first, by the posts near each and all descriptions."""
    weights = {post_id: fading(rank) for rank, post_id in enumerate(turned_away)}
    return Aversion(
        like=likeness(weights, near),
        close=close_to(turned_away, near),
        described=[descriptions[post_id] for post_id in turned_away if post_id in descriptions],
    )
