"""Recommendations: a page of posts for a user, or for any stranger what trends."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.reading.signals.strangers import is_stranger
from models.records import Micros
from resolvers.id_cipher import IdCipher
from resolvers.scoring.weights import DAY
from resolvers.signals.ranking import KnownUser, RankingRules, known_user, rank_within
from resolvers.signals.reasons import Reason, ScoredPost, exploration, popular, recent
from resolvers.signals.recommending.asked import Asked, PageRequest, checked
from resolvers.signals.recommending.candidates import candidates_for
from resolvers.signals.recommending.choosing import chosen
from resolvers.signals.recommending.exploring import is_little_known
from resolvers.signals.recommending.sources import PEOPLE
from resolvers.signals.recommending.strangers import trending_page
from resolvers.signals.weighing.evidence import RankedPost

VARIANT = "trailmark"
"""What outcomes tell our recommendations by: the part of their ids before the colon."""

NEW: Micros = 7 * DAY
"""How long a post is said to be recent."""


@dataclass(frozen=True, slots=True)
class Recommendations:
    """A page, best first; `end_cursor` goes on behind it, and is None where nothing follows."""

    recommendation_id: str
    posts: Sequence[ScoredPost]
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Recommender:
    """Recommends by what the operator set; `exploration` is the share of posts that explores."""

    rules: RankingRules
    exploration: float
    id_cipher: IdCipher

    async def recommend(self, asked: Asked, now: Micros) -> Recommendations:
        """A page of recommendations as of now.

        A user of whom nothing is stored gets what every stranger gets, to the byte.

        Raises:
            BadUserInput: an argument is out of bounds or malformed, or the cursor is another's.
        """
        request = checked(asked, self.id_cipher)
        if not request.size:
            return self._shown(request, [], None)
        stranger, user = await asyncio.gather(
            is_stranger(request.alias, self.rules.default_level),
            known_user(request.alias, self.rules.scoring, now, people=PEOPLE),
        )
        if stranger:
            found, more = await trending_page(request, self.rules.scoring, now)
            return self._shown(request, found, None, more=more)
        found, more = await self._personal(request, user, now)
        return self._shown(request, found, f"{request.alias} {now}", more=more)

    async def _personal(
        self, request: PageRequest, user: KnownUser, now: Micros
    ) -> tuple[list[ScoredPost], bool]:
        """The best of the candidates, and whether more of them follow."""
        post_ids, surrounding = await candidates_for(request, user)
        scoring = self.rules.scoring
        ranked = await rank_within(user, surrounding, post_ids, scoring=scoring, now=now)
        fit = [post for post in ranked if _is_fit(post, request)]
        page = chosen(fit, request.size, self.exploration, len(request.shown))
        scored = [
            ScoredPost(each.post_id, each.score, each.reasons or (_only_reason(each, now),), "")
            for each in page
        ]
        return scored, len(page) < len(fit)

    def _shown(
        self,
        request: PageRequest,
        found: Sequence[ScoredPost],
        whose: str | None,
        *,
        more: bool = False,
    ) -> Recommendations:
        """A page as a caller gets it: of one user at one moment, or of any stranger."""
        ids = [post.post_id for post in found]
        reader = None if whose is None else request.alias
        cursors = list(request.shown.cursors(ids, self.id_cipher, reader))
        posts = [replace(post, cursor=cursor) for post, cursor in zip(found, cursors, strict=True)]
        goes_on = more and bool(cursors) and len(ids) < request.shown.left
        return Recommendations(
            recommendation_id=_recommendation_id([whose or "", *ids]),
            posts=posts,
            end_cursor=cursors[-1] if goes_on else None,
        )


def _is_fit(post: RankedPost, request: PageRequest) -> bool:
    """Whether a post may come: it is not the user's own, nor turned away, nor seen in vain."""
    by = None if post.description is None else post.description.author_alias
    return not (post.suppressed or by == request.alias or (post.seen and not request.seen_too))


def _only_reason(post: RankedPost, now: Micros) -> Reason:
    """Why a post is there that no signal speaks for: it is new, or unknown, or trends."""
    created_at = None if post.description is None else post.description.created_at
    if created_at is not None and created_at > now - NEW:
        return recent(0.0)
    return exploration(0.0) if is_little_known(post) else popular(0.0)


def _recommendation_id(of: Sequence[str]) -> str:
    """The id of an answer, the same for the same: strangers cannot be told apart by it."""
    digest = hashlib.blake2b("\n".join(of).encode(), digest_size=16).hexdigest()
    return f"{VARIANT}:{digest}"
