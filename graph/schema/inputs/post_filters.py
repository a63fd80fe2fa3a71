"""The filter of lists of posts."""

import strawberry

from graph.schema.inputs.recording import TargetInput
from graph.schema.scalars import ID, Instant
from resolvers.signals.filters import PostFilterInput


@strawberry.input(
    description="Which posts to take, by their descriptions: those that pass every condition "
    "given. Lists hold at most 100 items; an empty list lets nothing pass."
)
class PostFilter:
    hashtags: list[str] | None = strawberry.field(
        default=None, description="With one of these hashtags, in any case and form."
    )
    content_types: list[str] | None = strawberry.field(
        default=None, description="Of one of these content types."
    )
    author_ids: list[ID] | None = strawberry.field(
        default=None, description="By one of these users, by user ids."
    )
    author_aliases: list[ID] | None = strawberry.field(
        default=None, description="By one of these users, by aliases."
    )
    places: list[TargetInput] | None = strawberry.field(
        default=None, description="In one of these groups and communities."
    )
    created_since: Instant | None = strawberry.field(
        default=None, description="Created at this instant or later."
    )

    def input(self) -> PostFilterInput:
        places = self.places
        return PostFilterInput(
            hashtags=self.hashtags,
            content_types=self.content_types,
            author_ids=self.author_ids,
            author_aliases=self.author_aliases,
            places=None if places is None else [(each.kind, each.id) for each in places],
            created_since=self.created_since,
        )
