"""The input that describes a post."""

from typing import TypeVar

import strawberry

from graph.schema.inputs.recording import TargetInput
from graph.schema.scalars import ID, Instant
from resolvers.signals.describing import DescribeRequest, Given

T = TypeVar("T")


@strawberry.input(
    description="What a post is. A field that is left out stays as it was, null takes it away."
)
class DescribePostInput:
    post_id: ID = strawberry.field(description="Which post, 1 to 255 characters.")
    author_id: strawberry.Maybe[ID | None] = strawberry.field(
        default=None,
        description="Who wrote it, by the user's id, 1 to 255 characters; only its hash is kept.",
    )
    author_alias: strawberry.Maybe[ID | None] = strawberry.field(
        default=None, description="Who wrote it, by alias in place of the id."
    )
    content_type: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="Its content type, at most 64 characters."
    )
    hashtags: strawberry.Maybe[list[str] | None] = strawberry.field(
        default=None,
        description="Its hashtags, at most 30 of 100 characters each; kept NFKC-normalised and "
        "case-folded, without `#`.",
    )
    places: strawberry.Maybe[list[TargetInput] | None] = strawberry.field(
        default=None,
        description="The groups and communities it stands in, at most 30; another kind is an error "
        "WRONG_TARGET.",
    )
    created_at: strawberry.Maybe[Instant | None] = strawberry.field(
        default=None, description="When it was created."
    )
    deleted: strawberry.Maybe[bool | None] = strawberry.field(
        default=None,
        description="True: it is never again in trending, similar or recommendations; its history "
        "and totals stay. False takes that back.",
    )

    def request(self) -> DescribeRequest:
        places = self.places
        return DescribeRequest(
            post_id=self.post_id,
            author_id=_given(self.author_id),
            author_alias=_given(self.author_alias),
            content_type=_given(self.content_type),
            hashtags=_given(self.hashtags),
            places=None
            if places is None
            else Given([(each.kind, each.id) for each in places.value or ()]),
            created_at=_given(self.created_at),
            deleted=_given(self.deleted),
        )


def _given(value: "strawberry.Some[T | None] | None") -> Given[T] | None:
    return None if value is None else Given(value.value)
