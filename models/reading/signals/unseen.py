"""What a user has not seen: of rankings of posts, and of some given ones."""

import json
from collections.abc import Collection, Sequence
from enum import Enum
from typing import NamedTuple

from models.count_records import sums
from models.database.database import dialect
from models.ranks.pending import NOT_PENDING, joined_scores, pending
from models.reading.filters import Conditions
from models.records import StoredScore
from models.replicas.fetching import fetch_current
from models.vocabulary import ACTIONS, COUNTED, ActionType, SubjectKind

DEPTH = 2_000
"""How far down the ranking is looked for posts that were not seen."""

TURNED_AWAY = (
    ActionType.HIDE,
    ActionType.REPORT,
    ActionType.LESS_LIKE_THIS,
    ActionType.POST_CREATE,
)
"""What keeps a post away from the user who did it, even where posts come back that were seen."""

_POST = int(SubjectKind.POST)
_COUNTED = ", ".join(str(int(status)) for status in COUNTED)
_CODES = ", ".join(str(ACTIONS[action].code) for action in TURNED_AWAY)


class Ranking(Enum):
    """What posts are ranked by, as the table that has them in order: key, then id."""

    TRENDING = (
        "(SELECT subject_id AS post_id, rank_key FROM ranks "
        f"WHERE subject_kind = {_POST} AND subject_id {NOT_PENDING})"
    )
    LIKED = "engaged_posts"


class UnseenPost(NamedTuple):
    """A post, its key in a ranking, and who wrote it if that is known.

    The key is None of a post whose rank is not yet that of its score, which is given then.
    """

    post_id: str
    author_alias: str | None
    rank_key: float | None
    score: StoredScore | None = None


async def best_unseen(
    ranking: Ranking,
    alias: str,
    limit: int,
    *,
    seen_too: bool = False,
    but_of: Collection[str] = (),
) -> list[UnseenPost]:
    """The best posts of a ranking above 0 that are not deleted, best first, in one query.

    What the user did anything to is left out; if `seen_too`, only what the user turned away or
    published. So are posts of some authors. It looks at the highest 2 000. All that are pending
    and pass come after them, wherever they belong.
    """
    conditions = Conditions(dialect())
    seen = _seen(conditions, alias, "h.post_id", seen_too=seen_too)
    of_post = "FROM posts p WHERE p.post_id = h.post_id"
    others = ""
    if but_of:
        theirs = f"p.author_alias {conditions.among(sorted(but_of), 'text')}"
        others = f"AND NOT EXISTS (SELECT 1 {of_post} AND {theirs}) "
    head = (
        f"SELECT r.post_id, r.rank_key FROM {ranking.value} r WHERE r.rank_key < 0 "
        f"ORDER BY r.rank_key LIMIT {DEPTH}"
    )
    author = f"(SELECT p.author_alias {of_post})"
    passing = f"{seen} IS NULL AND (SELECT p.deleted {of_post}) IS NOT TRUE {others}"
    nothing = "CAST(NULL AS BYTEA)"
    statement = (
        f"SELECT h.post_id, {author}, h.rank_key, 0, {nothing}, {nothing} "
        f"FROM ({head}) h WHERE {passing}"
        f"ORDER BY h.rank_key, h.post_id LIMIT {conditions.add(limit)}"
    )
    if ranking is Ranking.TRENDING:
        statement = (
            f"WITH {pending(_POST, dialect())} SELECT * FROM ({statement}) b UNION ALL "
            f"SELECT h.post_id, {author}, NULL, s.count, s.positive, s.negative "
            "FROM (SELECT subject_id, subject_id AS post_id FROM pending) h "
            f"{joined_scores('h', _POST, dialect())} WHERE {passing}"
        )
    rows = await fetch_current(statement, conditions.arguments)
    authors = {post_id: author for post_id, author, *_ in rows}
    pending_scores = sums(
        StoredScore(_POST, post_id, *score) for post_id, _, key, *score in rows if key is None
    )
    placed = [UnseenPost(*row[:3]) for row in map(tuple, rows) if row[2] is not None]
    return placed + [
        UnseenPost(score.subject_id, authors[score.subject_id], None, score)
        for score in pending_scores.values()
    ]


async def seen_among(alias: str, post_ids: Sequence[str], *, seen_too: bool = False) -> set[str]:
    """Those of some posts that `best_unseen` would leave out, in one query."""
    if not post_ids:
        return set()
    conditions = Conditions(dialect())
    if conditions.is_sqlite:
        each = f"json_each({conditions.add(json.dumps(list(post_ids)))}) v"
    else:
        each = f"unnest({conditions.add(list(post_ids))}::text[]) v(value)"
    seen = _seen(conditions, alias, "v.value", seen_too=seen_too)
    rows = await fetch_current(
        f"SELECT v.value FROM {each} WHERE {seen} IS NOT NULL", conditions.arguments
    )
    return {row[0] for row in rows}


def _seen(conditions: Conditions, alias: str, post_id: str, *, seen_too: bool) -> str:
    """A row if the user did what a post is left out for.

    Its bound keeps it a look into the index for each post, whatever the user's history is.
    """
    codes = f"AND i.action IN ({_CODES}) " if seen_too else ""
    done = conditions.of_user_and_target(conditions.add(alias), _POST, post_id)
    return (
        f"(SELECT 1 FROM interactions i WHERE {done} {codes}AND i.status IN ({_COUNTED}) LIMIT 1)"
    )
