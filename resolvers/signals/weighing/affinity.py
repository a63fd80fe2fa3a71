"""Affinity: how much a user is drawn to what a post is described as, or put off by it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from models.vocabulary import ActionType, FacetKind
from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription
from resolvers.signals.preferences import Preferences
from resolvers.signals.reasons import Part, Reason

HALF = 8.0
"""The score of a preference, as two favorites of now make it, that draws half as much as can be."""

CONTENT_TYPE_SHARE = 0.25
"""What part of itself a content type draws, which many posts have; an author draws with all."""

HASHTAGS = 3
"""The hashtags of a post that draw most: the first with all, each with half of the one before."""


@dataclass(slots=True)
class Draw:
    """How much one facet draws the user to a post, from -1 to 1, and what makes a reason of it."""

    amount: float
    value: str
    reason: Callable[[float], Reason]

    @property
    def order(self) -> tuple[float, str]:
        """What orders draws, the strongest first, ties by value."""
        return -abs(self.amount), self.value


class Affinity(NamedTuple):
    """All that draws a user to a post or puts the user off, each with its part of the whole."""

    parts: Sequence[tuple[Draw, float]] = ()
    author: float = 0.0  # the author's part

    @property
    def value(self) -> float:
        """From 0 to 1: the sum of the parts, 0 where they put the user off."""
        return max(math.fsum([part for _, part in self.parts]), 0.0)

    @property
    def favors_author(self) -> bool:
        """Whether the user is drawn to the author."""
        return self.author > 0

    def adding(self, weight: float) -> list[Part]:
        """What the draws contribute to a score to which an affinity of 1 would add a weight."""
        return [(weight * part, draw.reason) for draw, part in self.parts]


INDIFFERENT = Affinity()
_Make = Callable[[str, ActionType, int, float], Reason]
_MAKE: dict[FacetKind, _Make] = {
    FacetKind.AUTHOR: reasons.author,
    FacetKind.HASHTAG: reasons.hashtag,
    FacetKind.CONTENT_TYPE: reasons.content_type,
}


class Tastes:
    """A user's preferences as they draw to posts; each facet is reckoned once for many posts."""

    def __init__(self, preferences: Preferences) -> None:
        self._are_none = not preferences
        self._authors = _Draws(preferences, FacetKind.AUTHOR)
        self._hashtags = _Draws(preferences, FacetKind.HASHTAG)
        self._content_types = _Draws(preferences, FacetKind.CONTENT_TYPE)

    def affinity(self, description: PostDescription | None) -> Affinity:
        """How much the user is drawn to a post: a / (1 + |a|) over all draws.

        One that is not described draws nobody.
        """
        if description is None or self._are_none:
            return INDIFFERENT
        amounts: list[tuple[Draw, float]] = []
        author, content_type = description.author_alias, description.content_type
        by_author = None if author is None else self._authors[author]
        if by_author is not None:
            amounts.append((by_author, by_author.amount))
        if description.hashtags:
            amounts += self._of_hashtags(description.hashtags)
        by_type = None if content_type is None else self._content_types[content_type]
        if by_type is not None:
            amounts.append((by_type, CONTENT_TYPE_SHARE * by_type.amount))
        size = 1.0 + math.fsum([abs(amount) for _, amount in amounts])
        return Affinity(
            [(draw, amount / size) for draw, amount in amounts],
            0.0 if by_author is None else by_author.amount / size,
        )

    def _of_hashtags(self, hashtags: Sequence[str]) -> list[tuple[Draw, float]]:
        all_draws = self._hashtags
        draws = [draw for tag in hashtags if (draw := all_draws[tag]) is not None]
        if len(draws) > 1:
            draws.sort(key=_order)
        return [(draw, draw.amount / 2**rank) for rank, draw in enumerate(draws[:HASHTAGS])]


_order = attrgetter("order")


class _Draws(dict[str, Draw | None]):
    """How much each value of a kind of facet draws, reckoned where it is first asked for."""

    def __init__(self, preferences: Preferences, kind: FacetKind) -> None:
        super().__init__()
        self._preferences = preferences
        self._kind = kind

    def __missing__(self, value: str) -> Draw | None:
        draw = self[value] = _draw(self._preferences, self._kind, value)
        return draw


def _draw(preferences: Preferences, kind: FacetKind, value: str) -> Draw | None:
    score = preferences.score(kind, value)
    if not score:
        return None
    most = next(
        deed for deed in preferences.deeds(kind, value) if (deed.contribution > 0) is (score > 0)
    )
    amount = score / (abs(score) + HALF)
    return Draw(amount, value, partial(_MAKE[kind], value, most.action, most.count))
