"""Targets, and what has been counted about them."""

import strawberry
from strawberry import Private

from graph.schema.scalars import ID, Instant
from graph.schema.types.stats import ActionCount, ActionCounts
from models.vocabulary import TargetKind
from resolvers.history.stats import Totals


@strawberry.type(description="What an action was done to. Kind and id together tell it apart.")
class Target:
    kind: TargetKind = strawberry.field(description="What kind of thing it is.")
    target_id: ID = strawberry.field(
        description="Its id within that kind: of a profile the alias, of a hashtag its one form, "
        "NFKC-normalised and case-folded without `#`."
    )
    id: ID = strawberry.field(
        description="The same as `targetId`.",
        deprecation_reason="two kinds may share an id, which client caches take for one thing: "
        "use targetId",
    )

    # strawberry's own takes names, and longer: each node of a page has one
    def __init__(self, kind: TargetKind, target_id: ID) -> None:
        self.kind, self.target_id, self.id = kind, target_id, target_id


@strawberry.type(description="What has been counted about a target of any kind but QUERY.")
class TargetStats:
    target: Target = strawberry.field(description="The target.")
    totals: Private[Totals]

    @strawberry.field(
        description="Every action that occurred, highest count first.",
        graphql_type=list[ActionCount],
    )
    def counts(self) -> ActionCounts:
        return ActionCounts(self.totals.occurred)

    @strawberry.field(description="When the latest interaction occurred; never moves back.")
    def last_interaction_at(self) -> Instant | None:
        return self.totals.last_at
