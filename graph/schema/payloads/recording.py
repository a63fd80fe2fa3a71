"""The answers of recording."""

from collections.abc import Awaitable, Iterable

import strawberry
from strawberry import Private

import graph.schema.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.context import Context
from graph.schema.info import Info
from graph.schema.scalars import Long
from graph.schema.types.interactions import Interaction
from graph.schema.types.posts import Post
from models.vocabulary import PrivacyLevel
from resolvers.errors import InputError as Error
from resolvers.errors import InputErrorCode
from resolvers.recording.recorder import RecordResult
from resolvers.recording.submissions import Outcome

_RECORDED = (Outcome.CREATED, Outcome.REACTIVATED, Outcome.AGGREGATED)


@strawberry.type(description="Why an input was rejected.")
class InputError:
    code: InputErrorCode = strawberry.field(description="The kind of error.")
    field: list[str] = strawberry.field(description="The path to the field within its input.")
    message: str = strawberry.field(description="What it got and what is allowed.")

    @classmethod
    def all(cls, errors: Iterable[Error]) -> "list[InputError]":
        return [
            cls(code=error.code, field=list(error.field), message=error.message) for error in errors
        ]


@strawberry.type(description="What became of one input. What it says is durable.")
class RecordInteractionPayload:
    recorded: Private[RecordResult]
    outcome: Outcome = strawberry.field(description="What became of it.")

    @strawberry.field(
        description="The interaction it answers; null unless one is stored for the user. A "
        "recording key is shown what its input wrote, also when it sends that again with the same "
        "`eventId`; of an undo or of a state that held already it is null.",
        graphql_type=Interaction | None,
    )
    def interaction(self, info: Info) -> Interaction | Awaitable[Interaction | None] | None:
        row, number = self.recorded.row, self.recorded.interaction_id
        if row is not None:
            return Interaction.of(row, info.context.services.id_cipher)
        return None if number is None else _interaction(number, info.context)

    @strawberry.field(
        description="The user's privacy level; null where the input names no one user, and to a "
        "recording key where it was rejected."
    )
    async def privacy_level(self, info: Info) -> PrivacyLevel | None:
        if self.recorded.level is not None or self.recorded.user_alias is None:
            return self.recorded.level
        if info.context.caller.only_records:
            return None  # it reads no setting of a user for whom it has recorded nothing
        return await info.context.loaders.level.load(self.recorded.user_alias)

    @strawberry.field(description="The post, with this input counted; null for other targets.")
    def post(self) -> Post | None:
        return None if self.recorded.post_id is None else Post.of(self.recorded.post_id)

    @strawberry.field(description="Why it was rejected; empty otherwise.")
    def errors(self) -> list[InputError]:
        return InputError.all(self.recorded.errors)

    @classmethod
    def of(cls, recorded: RecordResult) -> "RecordInteractionPayload":
        return cls(recorded=recorded, outcome=recorded.outcome)


async def _interaction(number: int, context: Context) -> Interaction | None:
    row = await context.loaders.interaction.load(number)
    return None if row is None else Interaction.of(row, context.services.id_cipher)


@strawberry.type(description="What a recalculation found; totals and scores are right now.")
class RecalculatePayload:
    users: Long = strawberry.field(description="How many users' scores were recalculated.")
    posts: Long = strawberry.field(description="How many posts' scores were recalculated.")
    max_drift: float = strawberry.field(
        description="The largest |stored - recounted| / max(1, |recounted|) of a score, "
        "be it of a user, a post or a preference; under 1e-9 on a healthy database."
    )


@strawberry.type(description="What became of a batch.")
class RecordInteractionsPayload:
    results: list[RecordInteractionPayload] = strawberry.field(
        description="One for each input, in order."
    )
    recorded: int = strawberry.field(description="How many were created, reactivated, aggregated.")
    rejected: int = strawberry.field(description="How many were rejected.")

    @classmethod
    def of(cls, batch: list[RecordResult]) -> "RecordInteractionsPayload":
        return cls(
            results=[RecordInteractionPayload.of(each) for each in batch],
            recorded=sum(each.outcome in _RECORDED for each in batch),
            rejected=sum(each.outcome is Outcome.REJECTED for each in batch),
        )
