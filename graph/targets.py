"""Targets, and what has been counted about them."""

import strawberry
from strawberry import Private

from graph.scalars import ID, Instant
from graph.stats import ActionCount
from models.vocabulary import TargetKind
from resolvers.stats import Totals


@strawberry.type(
    description="What an action was done to. Kind and id together tell it apart: clients that "
    "normalise by `id` alone need to be told so."
)
class Target:
    kind: TargetKind = strawberry.field(description="What kind of thing it is.")
    id: ID = strawberry.field(description="Its id within that kind; of a profile, the alias.")

    # strawberry's own takes names, and longer: each node of a page has one
    def __init__(self, kind: TargetKind, id: ID) -> None:
        self.kind, self.id = kind, id


@strawberry.type(description="What has been counted about a target of any kind but QUERY.")
class TargetStats:
    target: Target = strawberry.field(description="The target.")
    totals: Private[Totals]

    @strawberry.field(description="Every action that occurred, highest count first.")
    def counts(self) -> list[ActionCount]:
        return ActionCount.all(self.totals.counts)

    @strawberry.field(description="When the latest interaction occurred; never moves back.")
    def last_interaction_at(self) -> Instant | None:
        return self.totals.last_at
