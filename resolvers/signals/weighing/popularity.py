"""Popularity: how many favor a post of late, whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.reading.signals.popularity import post_totals
from models.records import Micros
from models.vocabulary import ACTIONS, ActionType
from resolvers.scoring.weights import Scoring

_FAVORITES = [ACTIONS[each].code for each in (ActionType.FAVORITE, ActionType.VIBE)]
_VIEW = ACTIONS[ActionType.VIEW].code


@dataclass(frozen=True, slots=True)
class Popularity:
    """How popular a post is, from 0 to 1, by its favorites, each halved every 14 days.

    `views` are undecayed.
    """

    popularity: float = 0.0
    favorites: float = 0.0
    views: int = 0


async def popularity_of(
    post_ids: Sequence[str], scoring: Scoring, now: Micros
) -> dict[str, Popularity]:
    """The popularity of each post, in parts of the most popular one's; in one query.

    Favorites count as if all were as late as the last one.
    """
    favorites, views = dict.fromkeys(post_ids, 0.0), dict.fromkeys(post_ids, 0)
    for total in await post_totals(post_ids, [*_FAVORITES, _VIEW]):
        if total.action == _VIEW:
            views[total.post_id] = total.number
        else:
            age = max(now - total.last_at, 0)
            favorites[total.post_id] += total.number * 2.0 ** (-age / scoring.user_half_life)
    most = max(favorites.values(), default=0.0) or 1.0
    return {id: Popularity(each / most, each, views[id]) for id, each in favorites.items()}
