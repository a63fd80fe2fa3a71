"""Fresh posts: what few people may have seen yet, by the ends of two indexes."""

from models.replicas.fetching import fetch_current
from models.vocabulary import SubjectKind

TOUCHES = 400
"""The latest interactions of all that are looked at for the posts that they are about."""

_NEWEST = (
    "SELECT post_id FROM posts WHERE deleted = FALSE "
    "ORDER BY described_at DESC, post_id DESC LIMIT $1"
)
_TOUCHED = (
    "SELECT target_id FROM (SELECT target_kind, target_id FROM interactions "
    f"ORDER BY occurred_at DESC, id DESC LIMIT {TOUCHES}) i "
    f"WHERE target_kind = {int(SubjectKind.POST)} "
    "GROUP BY target_id ORDER BY count(*), target_id LIMIT $1"
)


async def newest_posts(limit: int) -> list[str]:
    """The posts that were described last, latest first; none that is deleted."""
    return [row[0] for row in await fetch_current(_NEWEST, (limit,))]


async def touched_posts(limit: int) -> list[str]:
    """The posts that somebody did something to just now, those first that fewest did."""
    return [row[0] for row in await fetch_current(_TOUCHED, (limit,))]
