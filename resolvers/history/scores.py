"""Users' engagement scores as of a moment, read and put together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.records import Micros, Subject
from models.vocabulary import SubjectKind
from resolvers.history.loaders import Loaders
from resolvers.scoring.engagement import Component, components, normalized
from resolvers.scoring.weights import Scoring


@dataclass(frozen=True, slots=True)
class UserScore:
    """How engaged a user is: the decayed sum, the same from 0 to 100, and what it is made of."""

    alias: str
    score: float
    normalized: float
    components: Sequence[Component]
    updated_at: Micros | None


async def user_score(alias: str, loaders: Loaders, scoring: Scoring, now: Micros) -> UserScore:
    """A user's score; zero, of no components, for one who did nothing."""
    (totals,) = await loaders.subject_totals([Subject(SubjectKind.USER, alias)])
    parts = components(totals, scoring, now)
    score = math.fsum(part.contribution for part in parts)
    return UserScore(
        alias=alias,
        score=score,
        normalized=normalized(score),
        components=parts,
        updated_at=totals.last_at,
    )
