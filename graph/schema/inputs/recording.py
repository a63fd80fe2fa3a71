"""The inputs of recording."""

import strawberry

import graph.schema.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.schema.scalars import ID, JSON, Instant
from models.vocabulary import ActionType, TargetKind
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.recording.validation import RecordRequest


@strawberry.input(description="What an action is done to.")
class TargetInput:
    kind: TargetKind = strawberry.field(description="What kind of thing it is.")
    id: ID = strawberry.field(description="Its id within that kind, at most 255 characters.")


@strawberry.input(description="What came with an interaction; all of it is optional.")
class InteractionContextInput:
    source: str | None = strawberry.field(
        default=None, description="Where it happened, at most 64 characters."
    )
    recommended: bool | None = strawberry.field(
        default=False, description="Whether a recommendation led to it."
    )
    recommendation_id: ID | None = strawberry.field(
        default=None, description="Which recommendation, at most 255 characters."
    )
    content_type: str | None = strawberry.field(
        default=None, description="The post's content type, at most 64 characters."
    )
    hashtags: list[str] | None = strawberry.field(
        default=None,
        description="The post's hashtags, at most 30 of 100 characters each; "
        "kept NFKC-normalised and case-folded, without `#`.",
    )
    author_id: ID | None = strawberry.field(
        default=None,
        description="The post's author, by the user's id, 1 to 255 characters; only its hash is "
        "kept.",
    )
    author_alias: ID | None = strawberry.field(
        default=None, description="The post's author by alias, in place of the id."
    )
    metadata: JSON | None = strawberry.field(
        default=None, description="Your own JSON, at most 4 KiB encoded; never interpreted."
    )

    def context(self) -> RecordContext:
        return RecordContext(
            source=self.source,
            recommended=bool(self.recommended),
            recommendation_id=self.recommendation_id,
            content_type=self.content_type,
            hashtags=self.hashtags,
            author_id=self.author_id,
            metadata=self.metadata,
            author_alias=self.author_alias,
        )


@strawberry.input(description="A state to take back.")
class UndoInteractionInput:
    action: ActionType = strawberry.field(
        description="What the user did; of what is taken back, a state."
    )
    user_id: ID | None = strawberry.field(
        default=None, description="The user's id, 1 to 255 characters; only its hash is kept."
    )
    user_alias: ID | None = strawberry.field(
        default=None, description="The user's alias in place of the id."
    )
    post_id: ID | None = strawberry.field(
        default=None, description="The post it was done to; exactly one of postId, target."
    )
    target: TargetInput | None = strawberry.field(
        default=None, description="What it was done to; exactly one of postId, target."
    )
    occurred_at: Instant | None = strawberry.field(
        default=None,
        description="When; now, and after all that is stored, if absent. At most 5 minutes ahead.",
    )
    sent_at: Instant | None = strawberry.field(
        default=None,
        description="The client's clock at sending, set at each attempt. More than 5 minutes from "
        "the server's, it corrects `occurredAt`; within them it is taken for delay.",
    )
    event_id: ID | None = strawberry.field(
        default=None,
        description="Your id for this input, at most 128 characters and unique for the user: "
        "sent again, it changes nothing.",
    )

    def request(self) -> RecordRequest:
        return self._request(True, NO_CONTEXT)

    def _request(self, undo: bool, context: RecordContext) -> RecordRequest:
        return RecordRequest(
            action=self.action,
            user_id=self.user_id,
            user_alias=self.user_alias,
            post_id=self.post_id,
            target=None if self.target is None else (self.target.kind, self.target.id),
            occurred_at=self.occurred_at,
            sent_at=self.sent_at,
            event_id=self.event_id,
            undo=undo,
            context=context,
        )


@strawberry.input(description="Something a user did.")
class RecordInteractionInput(UndoInteractionInput):
    undo: bool | None = strawberry.field(
        default=False, description="Take it back instead: queues and batches may hold both."
    )
    context: InteractionContextInput | None = strawberry.field(
        default=None, description="What came with it."
    )

    def request(self) -> RecordRequest:
        context = NO_CONTEXT if self.context is None else self.context.context()
        return self._request(bool(self.undo), context)
