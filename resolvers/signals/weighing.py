"""Weighing: what is known of a candidate and a user, made into one score with its reasons.

A score is the sum of its reasons' contributions, so that what is shown is what was reckoned.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models.vocabulary import ActionType
from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription
from resolvers.signals.popularity import Popularity
from resolvers.signals.reasons import Reason, largest_first
from resolvers.signals.social import NOBODY, Surroundings, social_of, social_reasons
from resolvers.signals.standing import Standing

POPULARITY_WEIGHT = 0.15
"""What a popularity of 1 adds to a score; a similarity of 1 adds 1."""

SOCIAL_WEIGHT = 0.3
"""What a social signal of 1 would add."""

_SUPPRESSING: dict[ActionType, Callable[[float], Reason]] = {
    ActionType.REPORT: reasons.reported,
    ActionType.HIDE: reasons.hidden,
    ActionType.LESS_LIKE_THIS: reasons.disliked,
}


@dataclass(frozen=True, slots=True)
class RankedPost:
    """A candidate for a user.

    The four signals are from 0 to 1. The contributions of `reasons` add up to `score`, which is
    below 0 where it is suppressed. `favorites` are decayed, `views` are not.
    """

    post_id: str
    score: float
    popularity: float
    affinity: float
    similarity: float
    social: float
    seen: bool
    suppressed: bool
    reasons: tuple[Reason, ...]
    favorites: float
    views: int
    description: PostDescription | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that ranking knows: of posts, and, unless it is a stranger, of the user."""

    popularity: Mapping[str, Popularity]
    descriptions: Mapping[str, PostDescription]
    standing: Standing = field(default_factory=Standing)
    surroundings: Surroundings = NOBODY

    def weigh(self, post_id: str) -> RankedPost:
        """One candidate, weighed."""
        description = self.descriptions.get(post_id)
        popularity = self.popularity[post_id]
        ties = self.surroundings.ties(post_id, description)
        parts = [*_popular(popularity), *social_reasons(ties, SOCIAL_WEIGHT)]
        suppressing = self._suppressing(post_id, parts)
        found = largest_first((*parts, *suppressing))
        return RankedPost(
            post_id=post_id,
            score=math.fsum(each.contribution for each in found),
            popularity=popularity.popularity,
            affinity=0.0,
            similarity=0.0,
            social=social_of(ties),
            seen=post_id in self.standing.seen,
            suppressed=bool(suppressing),
            reasons=found,
            favorites=popularity.favorites,
            views=popularity.views,
            description=description,
        )

    def _suppressing(self, post_id: str, parts: Sequence[Reason]) -> list[Reason]:
        """Why a candidate must not be shown: the first takes all else away, and each takes 1."""
        held = self.standing.states.get(post_id, frozenset())
        found = [make for action, make in _SUPPRESSING.items() if action in held]
        description = self.descriptions.get(post_id)
        if description is not None and description.deleted:
            found.append(reasons.deleted)
        above = max(math.fsum(each.contribution for each in parts), 0.0)
        return [make(-1.0 - (0.0 if index else above)) for index, make in enumerate(found)]


def _popular(popularity: Popularity) -> list[Reason]:
    contribution = POPULARITY_WEIGHT * popularity.popularity
    return [reasons.popular(contribution)] if contribution > 0 else []
