"""The privacy settings of users, as they hold: by their own choice, or by the server's default."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.reading import user_data
from models.records import Micros, StoredSetting
from models.vocabulary import PrivacyLevel


@dataclass(frozen=True, slots=True)
class UserSetting:
    """How much is stored about a user; the instants are None where the default holds."""

    level: PrivacyLevel
    created_at: Micros | None = None
    updated_at: Micros | None = None


async def settings_of(default: PrivacyLevel, aliases: Sequence[str]) -> dict[str, UserSetting]:
    """The setting of each user, by alias."""
    chosen = await user_data.settings_of(aliases)
    return {alias: _setting(chosen.get(alias), default) for alias in aliases}


def _setting(chosen: StoredSetting | None, default: PrivacyLevel) -> UserSetting:
    if chosen is None:
        return UserSetting(default)
    return UserSetting(PrivacyLevel(chosen.level), chosen.created_at, chosen.updated_at)
