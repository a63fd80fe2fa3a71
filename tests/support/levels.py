"""Privacy levels in tests: how a user comes by one, without all that a choice sets off."""

from models.vocabulary import PrivacyLevel
from resolvers.identity import Identity
from tests.support.sql import run


async def set_level(url: str, secret: str, user_id: str, level: PrivacyLevel) -> None:
    """Make a user one of a level from now on; what is stored already stays."""
    alias = Identity(secret).alias(user_id)
    await run(
        url,
        "INSERT INTO privacy_settings (user_alias, level, created_at, updated_at) "
        f"VALUES ('{alias}', {level.value}, 0, 0) "
        "ON CONFLICT (user_alias) DO UPDATE SET level = excluded.level",
    )
