"""Stale marks: what co-engagement remembers of users' interactions that have no row any more."""

from typing import NamedTuple

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.records import Micros
from models.vocabulary import COUNTED, SubjectKind

_POST = int(SubjectKind.POST)
_COUNTED = f"i.status IN ({', '.join(str(int(each)) for each in COUNTED)})"
# A subquery for each row looks into an index; a join would read all interactions.
_STATEMENT = """
SELECT p.id, p.user_alias, p.post, p.marks,
  coalesce((SELECT CAST(sum(DISTINCT 1 << i.action) AS BIGINT) {of_both}), 0),
  CASE WHEN p.liked_at IS NOT NULL
    THEN (SELECT max(i.occurred_at) {of_both} AND ((1 << i.action) & $3) <> 0) END
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
    of_both = Conditions(dialect()).of_user_and_target("p.user_alias", _POST, "e.post_id")
    statement = _STATEMENT.format(of_both=f"FROM interactions i WHERE {of_both} AND {_COUNTED}")
    rows = await fetch(statement, (id, limit, liking_marks))
    return [MarkedPositive(*row) for row in map(tuple, rows)]
