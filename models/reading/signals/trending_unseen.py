"""What trends that a user has not seen: the head of the ranking, with few posts of each author."""

from models.replicas.fetching import fetch_current
from models.vocabulary import ACTIONS, COUNTED, ActionType, SubjectKind

DEPTH = 1_000
"""How far down the ranking is looked for posts that were not seen."""

BARRING = (
    ActionType.HIDE,
    ActionType.REPORT,
    ActionType.LESS_LIKE_THIS,
    ActionType.POST_CREATE,
)
"""What keeps a post away from the user who did it, even where posts come back that were seen."""

_POST = int(SubjectKind.POST)
_COUNTED = ", ".join(str(int(status)) for status in COUNTED)
_HEAD = (
    f"SELECT subject_id AS post_id, rank_key FROM scores WHERE subject_kind = {_POST} "
    f"AND rank_key < 0 ORDER BY rank_key, subject_id LIMIT {DEPTH}"
)
_SEEN = (
    f"SELECT 1 FROM interactions i WHERE i.user_alias = $1 AND i.target_kind = {_POST} "
    f"AND i.target_id = h.post_id AND i.status IN ({_COUNTED})"
)
_UNSEEN = (
    "SELECT h.post_id, h.rank_key, p.author_alias, row_number() OVER "
    "(PARTITION BY p.author_alias ORDER BY h.rank_key, h.post_id) AS place "
    f"FROM ({_HEAD}) h LEFT JOIN posts p ON p.post_id = h.post_id "
    "WHERE p.deleted IS NOT TRUE"
)
_STATEMENT = (
    "SELECT post_id FROM ({}) n "
    "ORDER BY author_alias IS NOT NULL AND place > $2, rank_key, post_id LIMIT $3"
)
_BARRED = ", ".join(str(ACTIONS[action].code) for action in BARRING)
_BY_SEEN = {
    True: _STATEMENT.format(f"{_UNSEEN} AND NOT EXISTS ({_SEEN} AND i.action IN ({_BARRED}))"),
    False: _STATEMENT.format(f"{_UNSEEN} AND NOT EXISTS ({_SEEN})"),
}


async def trending_unseen(alias: str, limit: int, few: int, *, seen_too: bool = False) -> list[str]:
    """The posts with the highest scores above 0 that are not deleted, in one query.

    The first `few` of each author come before the rest, so that one author's flood does not push
    out all others; else the best is first. What the user did anything to is left out; if
    `seen_too`, only what the user turned away or published.
    """
    rows = await fetch_current(_BY_SEEN[seen_too], (alias, few, limit))
    return [row[0] for row in rows]
