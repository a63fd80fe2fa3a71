"""Affinity: how much a user is drawn to what a post is described as, or put off by it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from models.vocabulary import ActionType, FacetKind
from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription
from resolvers.signals.preferences import Preferences
from resolvers.signals.reasons import Reason

HALF = 8.0
"""The score of a preference, as two favorites of now make it, that draws half as much as can be."""

CONTENT_TYPE_SHARE = 0.25
"""What part of itself a content type draws, which many posts have; an author draws with all."""

HASHTAGS = 3
"""The hashtags of a post that draw most: the first with all, each with half of the one before."""

_Make = Callable[[str, ActionType, int, float], Reason]


@dataclass(frozen=True, slots=True)
class Draw:
    """How much one facet draws the user to a post, from -1 to 1, and what it is."""

    amount: float
    value: str
    done: ActionType
    count: int
    make: _Make


@dataclass(frozen=True, slots=True)
class Affinity:
    """All that draws a user to a post or puts the user off."""

    draws: tuple[Draw, ...] = ()

    @property
    def value(self) -> float:
        """From 0 to 1: a / (1 + |a|) of all draws, 0 where they put the user off."""
        return max(math.fsum(self._parts()), 0.0)

    @property
    def favors_author(self) -> bool:
        """Whether the user is drawn to the author."""
        return any(draw.make is reasons.author and draw.amount > 0 for draw in self.draws)

    def reasons(self, weight: float) -> list[Reason]:
        """What the draws contribute to a score to which an affinity of 1 would add a weight."""
        return [
            draw.make(draw.value, draw.done, draw.count, weight * part)
            for draw, part in zip(self.draws, self._parts(), strict=True)
        ]

    def _parts(self) -> list[float]:
        size = 1.0 + math.fsum(abs(draw.amount) for draw in self.draws)
        return [draw.amount / size for draw in self.draws]


INDIFFERENT = Affinity()


def affinity_of(preferences: Preferences, description: PostDescription | None) -> Affinity:
    """How much a user's preferences draw to a post; one that is not described draws nobody."""
    if description is None or not preferences:
        return INDIFFERENT
    return Affinity(tuple(_draws(preferences, description)))


def _draws(preferences: Preferences, description: PostDescription) -> Iterator[Draw]:
    if description.author_alias is not None:
        yield from _draw(preferences, FacetKind.AUTHOR, description.author_alias, 1.0)
    tags = [
        draw
        for tag in description.hashtags
        for draw in _draw(preferences, FacetKind.HASHTAG, tag, 1.0)
    ]
    tags.sort(key=lambda draw: (-abs(draw.amount), draw.value))
    for rank, tag in enumerate(tags[:HASHTAGS]):
        yield replace(tag, amount=tag.amount / 2**rank)
    if description.content_type is not None:
        kind, share = FacetKind.CONTENT_TYPE, CONTENT_TYPE_SHARE
        yield from _draw(preferences, kind, description.content_type, share)


_MAKE: dict[FacetKind, _Make] = {
    FacetKind.AUTHOR: reasons.author,
    FacetKind.HASHTAG: reasons.hashtag,
    FacetKind.CONTENT_TYPE: reasons.content_type,
}


def _draw(preferences: Preferences, kind: FacetKind, value: str, share: float) -> Iterator[Draw]:
    score = preferences.score(kind, value)
    if score:
        most = next(
            deed
            for deed in preferences.deeds(kind, value)
            if (deed.contribution > 0) is (score > 0)
        )
        amount = share * score / (abs(score) + HALF)
        yield Draw(amount, value, done=most.action, count=most.count, make=_MAKE[kind])
