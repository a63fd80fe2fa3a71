"""Profiles: whom a user visited or sent a vibe to."""

from models.replicas.fetching import fetch_current
from models.vocabulary import COUNTED, SubjectKind

LOOKED_AT = 500
"""Visits and vibes of a user that are looked at."""

_COUNTED = ", ".join(str(int(status)) for status in COUNTED)
_STATEMENT = (
    "SELECT target_id FROM (SELECT target_id, occurred_at FROM interactions "
    f"WHERE user_alias = $1 AND target_kind = {int(SubjectKind.PROFILE)} "
    f"AND status IN ({_COUNTED}) LIMIT {LOOKED_AT}) v "
    "GROUP BY target_id ORDER BY count(*) DESC, max(occurred_at) DESC, target_id LIMIT $2"
)


async def profiles_of(alias: str, limit: int) -> list[str]:
    """The aliases of those whose profiles the user visited or sent a vibe to, most often first."""
    return [row[0] for row in await fetch_current(_STATEMENT, (alias, limit))]
