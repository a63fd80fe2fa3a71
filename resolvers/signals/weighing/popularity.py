"""Popularity: how many like a post of late, whoever asks."""

from collections.abc import Iterable
from typing import NamedTuple

from models.reading.signals.candidates import KnownPosts, Likes
from models.records import Micros
from resolvers.scoring import decay
from resolvers.scoring.weights import Scoring

NOBODY = Likes()


class Popularity(NamedTuple):
    """How popular a post is, from 0 to 1: its likes, in parts of those of the most liked post.

    `favorites` are the users who like it, each halved every half-life of users. `views` are
    undecayed.
    """

    popularity: float = 0.0
    favorites: float = 0.0
    views: int = 0


def popularity_of(
    post_ids: Iterable[str], known: KnownPosts, scoring: Scoring, now: Micros
) -> dict[str, Popularity]:
    """The popularity of each post as of a moment."""
    most = max((_value(each, scoring, now) for each in known.most), default=0.0) or 1.0
    found = {}
    for post_id in post_ids:
        likes = _value(known.likes.get(post_id, NOBODY), scoring, now)
        found[post_id] = Popularity(min(likes / most, 1.0), likes, known.views.get(post_id, 0))
    return found


def _value(likes: Likes, scoring: Scoring, now: Micros) -> float:
    """Likes as of now; none counts more than 1, even if a wrong clock dated it ahead."""
    value = decay.value(decay.decode(likes.decayed), now, scoring.user_half_life)
    return min(value, float(likes.users))
