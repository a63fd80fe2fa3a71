"""Weighing: what is known of a candidate and a user, made into one score with its reasons.

A score is the sum of its reasons' contributions, so that what is shown is what was reckoned.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from models.vocabulary import ActionType
from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription
from resolvers.signals.reasons import Part, Reason, told
from resolvers.signals.social import NOBODY, Surroundings, social_of, social_parts
from resolvers.signals.weighing.affinity import INDIFFERENT, Tastes
from resolvers.signals.weighing.aversion import NONE, Aversion
from resolvers.signals.weighing.likeness import Likeness
from resolvers.signals.weighing.popularity import Popularity
from resolvers.signals.weighing.standing import Standing

SIMILARITY_WEIGHT = 1.0
"""What a similarity of 1 would add to a score. It never is 1, nor are affinity and social."""

POPULARITY_WEIGHT = 0.15
"""What the popularity of the most popular post adds."""

AFFINITY_WEIGHT = 0.5
SOCIAL_WEIGHT = 0.3

_Make = Callable[[float], Reason]
_SUPPRESSING: dict[ActionType, _Make] = {
    ActionType.REPORT: reasons.reported,
    ActionType.HIDE: reasons.hidden,
    ActionType.LESS_LIKE_THIS: reasons.disliked,
}


class RankedPost(NamedTuple):
    """A candidate for a user.

    The four signals are from 0 to 1. The `parts` add up to `score`, which is below 0 where it is
    suppressed. `favorites` are decayed, `views` are not.
    """

    post_id: str
    score: float
    popularity: float
    affinity: float
    similarity: float
    social: float
    seen: bool
    suppressed: bool
    parts: Sequence[Part]
    favorites: float
    views: int
    description: PostDescription | None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it has its score: the contributions add up to that, the largest first."""
        return told(self.parts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that ranking knows: of posts, and, unless it is a stranger, of the user."""

    popularity: Mapping[str, Popularity]
    descriptions: Mapping[str, PostDescription]
    standing: Standing = field(default_factory=Standing)
    tastes: Tastes | None = None
    like: Mapping[str, Likeness] = field(default_factory=dict)  # what the user liked
    aversion: Aversion = NONE
    surroundings: Surroundings = NOBODY

    def weigh(self, post_id: str) -> RankedPost:
        """One candidate, weighed."""
        description = self.descriptions.get(post_id)
        popularity = self.popularity[post_id]
        like = self.like.get(post_id)
        affinity = INDIFFERENT if self.tastes is None else self.tastes.affinity(description)
        ties = self.surroundings.ties(post_id, description)
        parts = self._similar(like)
        if popularity.popularity > 0:
            parts.append((POPULARITY_WEIGHT * popularity.popularity, reasons.popular))
        parts += affinity.adding(AFFINITY_WEIGHT)
        if ties:
            parts += social_parts(ties, SOCIAL_WEIGHT)
        sinking = self.aversion.sinking(post_id, description)
        wanted = 0.0 if like is None else like.value
        is_wanted = affinity.favors_author or wanted >= sinking.amount > 0
        suppressing = self._suppressing(post_id, description)
        if sinking.suppresses and not is_wanted:
            suppressing.append(partial(reasons.too_similar, sinking.post_id))
        elif not suppressing:
            parts += sinking.taking
        if suppressing:
            parts += _taken_away(suppressing, parts)
        return RankedPost(
            post_id=post_id,
            score=math.fsum([contribution for contribution, _ in parts]),
            popularity=popularity.popularity,
            affinity=affinity.value,
            similarity=wanted,
            social=social_of(ties) if ties else 0.0,
            seen=post_id in self.standing.seen,
            suppressed=bool(suppressing),
            parts=parts,
            favorites=popularity.favorites,
            views=popularity.views,
            description=description,
        )

    def _similar(self, like: Likeness | None) -> list[Part]:
        if like is None:
            return []
        done = self.standing.liked[like.post_id].action
        make = partial(reasons.similar, like.post_id, done)
        return [(SIMILARITY_WEIGHT * like.value, make)]

    def _suppressing(self, post_id: str, description: PostDescription | None) -> list[_Make]:
        """Why a candidate itself must not be shown."""
        held = self.standing.states.get(post_id)
        found = []
        if held is not None:
            found += [make for action, make in _SUPPRESSING.items() if action in held]
        if description is not None and description.deleted:
            found.append(reasons.deleted)
        return found


def _taken_away(suppressing: Sequence[_Make], parts: Sequence[Part]) -> list[Part]:
    """What suppresses: the first takes away all that speaks for the post, and each takes 1."""
    above = max(math.fsum([contribution for contribution, _ in parts]), 0.0)
    return [(-1.0 - (0.0 if number else above), make) for number, make in enumerate(suppressing)]
