"""Fresh posts: what few people may have seen yet, by the ends of two indexes."""

from models.replicas.fetching import fetch_current
from models.vocabulary import ACTIONS, COUNTED, ActionType, SubjectKind

TOUCHES = 400
"""The latest interactions of all that are looked at for the posts that they are about."""

_COUNTED = ", ".join(str(int(status)) for status in COUNTED)
_AGAINST = ", ".join(
    str(ACTIONS[action].code)
    for action in (ActionType.HIDE, ActionType.REPORT, ActionType.LESS_LIKE_THIS)
)
_NEWEST = (
    "SELECT post_id FROM posts WHERE deleted = FALSE "
    "ORDER BY described_at DESC, post_id DESC LIMIT $1"
)
_TOUCHED = (
    "SELECT target_id FROM (SELECT target_kind, target_id, action, status FROM interactions "
    f"ORDER BY occurred_at DESC, id DESC LIMIT {TOUCHES}) i "
    f"WHERE target_kind = {int(SubjectKind.POST)} "
    f"AND status IN ({_COUNTED}) AND action NOT IN ({_AGAINST}) "
    "GROUP BY target_id ORDER BY count(*), target_id LIMIT $1"
)


async def newest_posts(limit: int) -> list[str]:
    """The posts that were described last, latest first; none that is deleted."""
    return [row[0] for row in await fetch_current(_NEWEST, (limit,))]


async def touched_posts(limit: int) -> list[str]:
    """The posts that somebody did something to just now, those first that fewest did.

    What was undone does not count, nor what turns a post away.
    """
    return [row[0] for row in await fetch_current(_TOUCHED, (limit,))]
