"""Stale marks: what co-engagement remembers of users' interactions that have no row any more."""

from typing import NamedTuple

from models.database.database import fetch
from models.records import Micros
from models.vocabulary import COUNTED, SubjectKind

_OF_BOTH = (
    "FROM interactions i WHERE i.user_alias = p.user_alias "
    f"AND i.target_kind = {int(SubjectKind.POST)} AND i.target_id = e.post_id "
    f"AND i.status IN ({', '.join(str(int(each)) for each in COUNTED)})"
)
# A subquery for each row looks into an index; a join would read all interactions.
_STATEMENT = f"""
SELECT p.id, p.user_alias, p.post, p.marks,
  coalesce((SELECT CAST(sum(DISTINCT 1 << i.action) AS BIGINT) {_OF_BOTH}), 0),
  CASE WHEN p.liked_at IS NOT NULL
    THEN (SELECT max(i.occurred_at) {_OF_BOTH} AND ((1 << i.action) & $3) <> 0) END
FROM (SELECT * FROM positives WHERE id > $1 ORDER BY id LIMIT $2) p
JOIN engaged_posts e ON e.number = p.post ORDER BY p.id
"""


class MarkedPositive(NamedTuple):
    """A row of `positives`, and what its user's rows say.

    `held` has the bit of each action's code of which there is a row that counts; `liked_at` is the
    latest instant of those that say that the user likes the post.
    """

    id: int
    user_alias: str
    post: int
    marks: int
    held: int
    liked_at: Micros | None

    @property
    def stale(self) -> int:
        """The marks that have no row any more."""
        return self.marks & ~self.held


async def marked_after(id: int, limit: int, liking_marks: int) -> list[MarkedPositive]:
    """The next positives by their ids; `liking_marks` are the bits of what likes a post."""
    rows = await fetch(_STATEMENT, (id, limit, liking_marks))
    return [MarkedPositive(*row) for row in map(tuple, rows)]
