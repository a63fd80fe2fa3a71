"""Counts, as the schema shows them."""

import strawberry

import graph.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.scalars import Long
from models.vocabulary import ActionFamily, ActionType, TargetKind
from resolvers.stats import ActionCount as Count
from resolvers.stats import Totals


@strawberry.type(description="How often an action occurred.")
class ActionCount:
    action: ActionType = strawberry.field(description="The action.")
    count: Long = strawberry.field(
        description="How many users hold it, if it is a state; else how often it happened."
    )

    @classmethod
    def of(cls, counted: Count) -> "ActionCount":
        return cls(action=counted.action, count=Long(counted.count))

    @classmethod
    def all(cls, totals: Totals) -> "list[ActionCount]":
        return [cls.of(each) for each in totals.counts]


@strawberry.type(description="The counts of a post that have names of their own.")
class InteractionCounts:
    favorites: Long = strawberry.field(description="Users who hold FAVORITE.")
    reblogs: Long = strawberry.field(description="Users who hold REBLOG.")
    replies: Long = strawberry.field(description="How often REPLY happened.")
    bookmarks: Long = strawberry.field(description="Users who hold BOOKMARK.")
    more_like_this: Long = strawberry.field(description="Users who hold MORE_LIKE_THIS.")
    less_like_this: Long = strawberry.field(description="Users who hold LESS_LIKE_THIS.")
    clicks: Long = strawberry.field(description="How often CLICK happened.")
    views: Long = strawberry.field(description="How often VIEW happened.")
    hides: Long = strawberry.field(description="Users who hold HIDE.")

    @classmethod
    def of(cls, totals: Totals) -> "InteractionCounts":
        return cls(**{name: Long(count) for name, count in totals.named().items()})


@strawberry.type(description="What the product knows about a kind of action.")
class ActionTypeInfo:
    action: ActionType = strawberry.field(description="The action.")
    family: ActionFamily = strawberry.field(description="What it is about.")
    target_kind: TargetKind = strawberry.field(description="What it is done to.")
    is_state: bool = strawberry.field(
        description="One per user and target that can be undone; otherwise every one counts."
    )
    weight: float = strawberry.field(
        description="Signed: what one adds to its post's score. "
        "A user's own score counts negative ones as 0."
    )
    description: str = strawberry.field(description="What it means.")
