"""The inputs that change what is stored about a user."""

import strawberry

import graph.schema.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.schema.scalars import ID
from models.vocabulary import PrivacyLevel
from resolvers.privacy.levels import Choice, Erasure


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
