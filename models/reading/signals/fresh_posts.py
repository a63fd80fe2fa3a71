"""Fresh posts: what few people may have seen yet, by the ends of two indexes."""

from typing import NamedTuple

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
    "SELECT post_id, described_at AS place FROM posts WHERE deleted = FALSE "
    "ORDER BY described_at DESC, post_id DESC LIMIT $1"
)
_TOUCHED = (
    "SELECT target_id AS post_id, count(*) AS place "
    "FROM (SELECT target_kind, target_id, action, status FROM interactions "
    f"ORDER BY occurred_at DESC, id DESC LIMIT {TOUCHES}) i "
    f"WHERE target_kind = {int(SubjectKind.POST)} "
    f"AND status IN ({_COUNTED}) AND action NOT IN ({_AGAINST}) "
    "GROUP BY target_id ORDER BY count(*), target_id LIMIT $1"
)
_BOTH = (
    f"SELECT TRUE AS newest, post_id, place FROM ({_NEWEST}) n "
    f"UNION ALL SELECT FALSE, post_id, place FROM ({_TOUCHED}) t"
)


class FreshPosts(NamedTuple):
    """The posts that were described last, latest first, and what somebody just did something to.

    None of the newest is deleted. Of those that were touched, those that fewest did something to
    are first; what was undone does not count, nor what turns a post away.
    """

    newest: list[str]
    touched: list[str]


async def fresh_posts(limit: int) -> FreshPosts:
    """At most so many of both kinds, in one query."""
    found = [tuple(row) for row in await fetch_current(_BOTH, (limit,))]
    newest = sorted(((place, id) for is_new, id, place in found if is_new), reverse=True)
    touched = sorted((place, id) for is_new, id, place in found if not is_new)
    return FreshPosts([id for _, id in newest], [id for _, id in touched])
