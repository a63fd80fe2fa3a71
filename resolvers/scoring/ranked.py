"""Ranked: subjects in the order of their scores, the pending ones where they belong by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.ranks.keys import key_of, stored_score
from models.reading import rankings
from models.reading.rankings import RankPlace, ScoredSubject
from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.records import Micros
from resolvers.scoring.decay import Decayed


@dataclass(frozen=True, slots=True)
class Ranked:
    """A subject in a ranking: its place, its score, and when what that is made of occurred last."""

    place: RankPlace
    score: Decayed
    last_at: Micros

    @property
    def id(self) -> str:
        return self.place.id


async def best_posts(
    first: int, after: RankPlace | None = None, filter: PostFilter = ALL_POSTS
) -> list[Ranked]:
    """The best posts whose score is above zero and that are not deleted, behind a place."""
    found = ordered(await rankings.best_posts(first, after, filter))
    return [
        each for each in found if each.place.rank_key < 0 and (after is None or each.place > after)
    ][:first]


async def best(kind: int, first: int) -> list[Ranked]:
    """The best of a kind that have interactions, whatever their score."""
    return ordered(await rankings.ranked(kind, first))[:first]


async def ranks(kind: int, ids: Sequence[str], limit: int) -> dict[str, int]:
    """The ranks of subjects among the best of their kind, 1 the best.

    Those without interactions, and those beyond `limit`, are left out.
    """
    found = await rankings.ranks(kind, ids, limit)
    pending = [each.place for each in ordered(found.pending)]
    wanted = set(ids)
    others = [place for place in pending if place.id in wanted]
    without = {each.id for each in found.pending}
    places = found.places | await rankings.ranks_at(kind, others, without, limit)
    ranks = {
        place.id: rank + sum(each < place for each in pending) for place, rank in places.items()
    }
    return {id: rank for id, rank in ranks.items() if rank <= limit}


def ordered(subjects: Iterable[ScoredSubject]) -> list[Ranked]:
    """Subjects in order; those that have no interactions are left out."""
    found = []
    for rank_key, score, last_at in subjects:
        key = key_of(score) if rank_key is None else rank_key
        if key is not None:
            found.append(Ranked(RankPlace(key, score.subject_id), stored_score(score), last_at))
    return sorted(found, key=lambda each: each.place)
