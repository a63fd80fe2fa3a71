"""Privacy, as the schema shows it: a user's setting."""

import strawberry

import graph.schema.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.context import Context
from graph.schema.scalars import Instant
from models.vocabulary import PrivacyLevel


@strawberry.type(description="How much is stored about a user, and since when.")
class PrivacySetting:
    level: PrivacyLevel = strawberry.field(description="How much is stored.")
    created_at: Instant | None = strawberry.field(
        description="When the user first chose a level; null where the server's default holds."
    )
    updated_at: Instant | None = strawberry.field(
        description="When the user last chose a level; null where the server's default holds."
    )

    @classmethod
    async def of(cls, alias: str, context: Context) -> "PrivacySetting":
        setting = await context.loaders.setting.load(alias)
        return cls(
            level=setting.level, created_at=setting.created_at, updated_at=setting.updated_at
        )
