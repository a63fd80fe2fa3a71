"""What is answered when a user chooses what is stored: a new level, or erasing."""

import strawberry

from graph.context import Context
from graph.schema.payloads.recording import InputError
from graph.schema.scalars import Instant, Long
from graph.schema.types.privacy import PrivacySetting
from resolvers.privacy.levels import Chosen, Erased


@strawberry.type(description="What a new privacy level came to. What it says is durable.")
class SetPrivacyPayload:
    privacy: PrivacySetting | None = strawberry.field(
        description="The user's setting as it is now, which a dry run leaves as it was; null if "
        "there are errors."
    )
    removed_interactions: Long = strawberry.field(
        description="How many interactions that held or happened were removed, or would be in a "
        "dry run; those undone before are removed uncounted."
    )
    dry_run: bool = strawberry.field(description="Whether nothing was changed, as asked for.")
    errors: list[InputError] = strawberry.field(
        description="Why nothing was done; empty otherwise."
    )

    @classmethod
    async def of(cls, chosen: Chosen, dry_run: bool, context: Context) -> "SetPrivacyPayload":
        alias = chosen.user_alias
        return cls(
            privacy=None if alias is None else await PrivacySetting.of(alias, context),
            removed_interactions=chosen.removed,
            dry_run=dry_run,
            errors=InputError.all(chosen.errors),
        )


@strawberry.type(description="What was erased. What it says is durable.")
class EraseUserPayload:
    removed_interactions: Long = strawberry.field(
        description="How many interactions that held or happened were removed; those undone "
        "before are removed uncounted."
    )
    removed_scores: Long = strawberry.field(
        description="1 if the user had an engagement score, else 0."
    )
    removed_settings: Long = strawberry.field(
        description="1 if the user had chosen a privacy level, else 0."
    )
    erased_at: Instant | None = strawberry.field(
        description="When the last of it was gone; null if there are errors."
    )
    errors: list[InputError] = strawberry.field(
        description="Why nothing was done; empty otherwise."
    )

    @classmethod
    def of(cls, erased: Erased) -> "EraseUserPayload":
        return cls(
            removed_interactions=erased.interactions,
            removed_scores=erased.scores,
            removed_settings=erased.settings,
            erased_at=erased.at,
            errors=InputError.all(erased.errors),
        )
