"""Privacy, as the schema shows it: a user's setting, and the inputs that change it."""

import strawberry

import graph.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.context import Context
from graph.scalars import ID, Instant
from models.vocabulary import PrivacyLevel
from resolvers.privacy import Choice, Erasure


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
        if setting is None:
            return cls(level=context.product.default_level, created_at=None, updated_at=None)
        return cls(
            level=PrivacyLevel(setting.level),
            created_at=setting.created_at,
            updated_at=setting.updated_at,
        )


@strawberry.input(description="How much is to be stored about a user.")
class SetPrivacyInput:
    level: PrivacyLevel = strawberry.field(
        description="The new level. LIMITED takes out what is stored under the alias and keeps "
        "what it added to posts' and other targets' counts and scores; NONE takes that out as "
        "well. Raising the level brings nothing back."
    )
    user_id: ID | None = strawberry.field(
        default=None, description="The user's id, 1 to 255 characters; only its hash is kept."
    )
    user_alias: ID | None = strawberry.field(
        default=None, description="The user's alias in place of the id."
    )
    dry_run: bool | None = strawberry.field(
        default=False, description="Only count what would be removed; nothing changes."
    )

    def choice(self) -> Choice:
        return Choice(self.level, self.user_id, self.user_alias, bool(self.dry_run))


@strawberry.input(description="A user to erase.")
class EraseUserInput:
    confirm: bool = strawberry.field(
        description="Must be true, since it cannot be undone; false is an error NOT_ALLOWED."
    )
    user_id: ID | None = strawberry.field(
        default=None, description="The user's id, 1 to 255 characters; only its hash is kept."
    )
    user_alias: ID | None = strawberry.field(
        default=None, description="The user's alias in place of the id."
    )

    def erasure(self) -> Erasure:
        return Erasure(self.confirm, self.user_id, self.user_alias)
