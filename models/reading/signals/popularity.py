"""Popularity: how many like posts, of late and in all, and how many views there were."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.database.database import dialect
from models.reading.filters import Conditions
from models.replicas.fetching import fetch_current
from models.vocabulary import ACTIONS, ActionType, SubjectKind

_LIKES, _MOST, _VIEWS = range(3)
_VIEW = ACTIONS[ActionType.VIEW].code


@dataclass(frozen=True, slots=True)
class Likes:
    """The users who like a post, decayed as stored, and how many engage with it at all."""

    decayed: bytes | None = None
    users: int = 0


@dataclass(slots=True)
class StoredPopularity:
    """The likes and the views of posts by id, and the likes of the post that is liked most."""

    likes: dict[str, Likes] = field(default_factory=dict)
    views: dict[str, int] = field(default_factory=dict)
    most: Likes = field(default_factory=Likes)


async def stored_popularity(post_ids: Sequence[str]) -> StoredPopularity:
    """What is counted of some posts, those left out of which nothing is; in one query."""
    conditions = Conditions(dialect())
    among = conditions.among(list(post_ids), "text")
    most = "SELECT decayed, users FROM engaged_posts ORDER BY rank_key LIMIT 1"
    rows = await fetch_current(
        f"SELECT {_LIKES} AS part, post_id AS id, decayed, users FROM engaged_posts "
        f"WHERE post_id {among} UNION ALL SELECT {_MOST}, '', decayed, users FROM ({most}) m "
        f"UNION ALL SELECT {_VIEWS}, subject_id, NULL, count FROM totals "
        f"WHERE subject_kind = {int(SubjectKind.POST)} AND action = {_VIEW} "
        f"AND subject_id {among}",
        conditions.arguments,
    )
    found = StoredPopularity()
    for part, id, decayed, number in map(tuple, rows):
        if part == _VIEWS:
            found.views[id] = int(number)
        elif part == _MOST:
            found.most = Likes(decayed, int(number))
        else:
            found.likes[id] = Likes(decayed, int(number))
    return found
