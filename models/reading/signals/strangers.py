"""Strangers: of which users nothing is stored that anything could rest on."""

from models.replicas.fetching import fetch_current
from models.vocabulary import PrivacyLevel, SubjectKind

_STATEMENT = (
    "SELECT (SELECT level FROM privacy_settings WHERE user_alias = $1), "
    "(SELECT sum(count) FROM scores "
    f"WHERE subject_kind = {int(SubjectKind.USER)} AND subject_id = $1)"
)


async def is_stranger(alias: str, default_level: PrivacyLevel) -> bool:
    """Whether a user did nothing that still counts, or is at another level than FULL."""
    ((level, count),) = await fetch_current(_STATEMENT, (alias,))
    chosen = default_level if level is None else PrivacyLevel(level)
    return chosen is not PrivacyLevel.FULL or not count
