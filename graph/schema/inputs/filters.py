"""The filter of every list of interactions."""

import strawberry

import graph.schema.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.schema.scalars import ID, Instant
from models.vocabulary import ActionFamily, ActionType, TargetKind
from resolvers.history.filters import FilterInput


@strawberry.input(
    description="Which interactions to take: those that pass every condition given. "
    "Lists hold at most 100 items; an empty list lets nothing pass. In pages of all interactions, "
    "`sources` and `recommended` need `userAliases`, `postIds` or `since` beside them."
)
class InteractionFilter:
    actions: list[ActionType] | None = strawberry.field(
        default=None, description="One of these actions."
    )
    families: list[ActionFamily] | None = strawberry.field(
        default=None, description="An action of one of these families."
    )
    post_ids: list[ID] | None = strawberry.field(default=None, description="On one of these posts.")
    target_kinds: list[TargetKind] | None = strawberry.field(
        default=None, description="On one of these kinds of target."
    )
    user_aliases: list[ID] | None = strawberry.field(
        default=None, description="By one of these users."
    )
    sources: list[str] | None = strawberry.field(
        default=None, description="From one of these sources."
    )
    recommended: bool | None = strawberry.field(
        default=None, description="Whether a recommendation led to it."
    )
    since: Instant | None = strawberry.field(
        default=None, description="Occurred at this instant or later."
    )
    until: Instant | None = strawberry.field(
        default=None, description="Occurred before this instant."
    )

    def input(self) -> FilterInput:
        return FilterInput(
            actions=self.actions,
            families=self.families,
            post_ids=self.post_ids,
            target_kinds=self.target_kinds,
            user_aliases=self.user_aliases,
            sources=self.sources,
            recommended=self.recommended,
            since=self.since,
            until=self.until,
        )
