"""Ranked: subjects in the order of their scores, the pending ones where they belong by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.reading import rankings
from models.reading.rankings import RankPlace, ScoreRow
from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.records import EARLIEST, Micros
from resolvers.scoring.decay import Decayed
from resolvers.scoring.summing import Summed


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


def ordered(rows: Iterable[ScoreRow]) -> list[Ranked]:
    """The subjects of rows of scores, in order; those that have no interactions are left out."""
    sums: dict[str, Summed] = {}
    keys: dict[str, float | None] = {}
    last: dict[str, Micros] = {}
    for id, rank_key, count, positive, negative, last_at in rows:
        sums.setdefault(id, Summed()).add(count, positive, negative)
        keys[id] = rank_key
        last[id] = EARLIEST if last_at is None else last_at
    found = []
    for id, score in sums.items():
        known = keys[id]
        rank_key = score.rank_key if known is None else known
        if rank_key is not None:
            found.append(Ranked(RankPlace(rank_key, id), score.score, last[id]))
    return sorted(found, key=lambda each: each.place)
