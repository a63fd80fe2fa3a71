"""Affinity: how much a user is drawn to what a post is described as, or put off by it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

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
    """All that draws a user to a post or puts the user off, each with its part of the whole."""

    parts: Sequence[tuple[Draw, float]] = ()

    @property
    def value(self) -> float:
        """From 0 to 1: the sum of the parts, 0 where they put the user off."""
        return max(math.fsum(part for _, part in self.parts), 0.0)

    @property
    def favors_author(self) -> bool:
        """Whether the user is drawn to the author."""
        return any(draw.make is reasons.author and part > 0 for draw, part in self.parts)

    def reasons(self, weight: float) -> list[Reason]:
        """What the draws contribute to a score to which an affinity of 1 would add a weight."""
        return [
            draw.make(draw.value, draw.done, draw.count, weight * part) for draw, part in self.parts
        ]


INDIFFERENT = Affinity()
_MAKE: dict[FacetKind, _Make] = {
    FacetKind.AUTHOR: reasons.author,
    FacetKind.HASHTAG: reasons.hashtag,
    FacetKind.CONTENT_TYPE: reasons.content_type,
}


class Tastes:
    """A user's preferences as they draw to posts; each facet is reckoned once for many posts."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._draws: dict[tuple[FacetKind, str], Draw | None] = {}

    def affinity(self, description: PostDescription | None) -> Affinity:
        """How much the user is drawn to a post: a / (1 + |a|) over all draws.

        One that is not described draws nobody.
        """
        if description is None or not self._preferences:
            return INDIFFERENT
        amounts = [*self._amounts(description)]
        size = 1.0 + math.fsum(abs(amount) for _, amount in amounts)
        return Affinity([(draw, amount / size) for draw, amount in amounts])

    def _amounts(self, description: PostDescription) -> Iterator[tuple[Draw, float]]:
        author, content_type = description.author_alias, description.content_type
        if author is not None and (draw := self._draw(FacetKind.AUTHOR, author)):
            yield draw, draw.amount
        found = (self._draw(FacetKind.HASHTAG, tag) for tag in description.hashtags)
        tags = [draw for draw in found if draw is not None]
        tags.sort(key=lambda draw: (-abs(draw.amount), draw.value))
        for rank, tag in enumerate(tags[:HASHTAGS]):
            yield tag, tag.amount / 2**rank
        if content_type is not None and (draw := self._draw(FacetKind.CONTENT_TYPE, content_type)):
            yield draw, CONTENT_TYPE_SHARE * draw.amount

    def _draw(self, kind: FacetKind, value: str) -> Draw | None:
        key = kind, value
        if key not in self._draws:
            self._draws[key] = _draw(self._preferences, kind, value)
        return self._draws[key]


def _draw(preferences: Preferences, kind: FacetKind, value: str) -> Draw | None:
    score = preferences.score(kind, value)
    if not score:
        return None
    most = next(
        deed for deed in preferences.deeds(kind, value) if (deed.contribution > 0) is (score > 0)
    )
    amount = score / (abs(score) + HALF)
    return Draw(amount, value, done=most.action, count=most.count, make=_MAKE[kind])
