"""Counts, as the schema shows them."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, ClassVar

import strawberry
from strawberry import Private

import graph.schema.enums  # noqa: F401 (makes the vocabulary's enums the schema's)
from graph.compiled.outputs.columnar import Coded, Columnar, list_of
from graph.schema.scalars import Long
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionFamily, ActionType, TargetKind
from resolvers.history.stats import COUNTED, Totals
from resolvers.history.stats import ActionCount as Count


@strawberry.type(description="How often an action occurred.")
class ActionCount:
    action: ActionType = strawberry.field(description="The action.")
    count: Long = strawberry.field(
        description="How many users hold it, if it is a state; else how often it happened."
    )

    # strawberry's own takes names, and longer: here there are many at once
    def __init__(self, action: ActionType, count: Long) -> None:
        self.action, self.count = action, count

    @classmethod
    def all(cls, counts: Sequence[Count]) -> "list[ActionCount]":
        return [cls(action, count) for action, count in counts]


@list_of(ActionCount)
class ActionCounts(Columnar[ActionCount, tuple[Sequence[int], Sequence[int]]]):
    """The codes of actions, and their counts."""

    columns: ClassVar = {
        "action": Coded(
            itemgetter(0),
            {code: action.type for code, action in ACTION_BY_CODE.items()},
        ),
        "count": itemgetter(1),
    }

    def make(self) -> list[ActionCount]:
        each = zip(*self.source, strict=True)
        return [ActionCount(ACTION_BY_CODE[code].type, count) for code, count in each]


def _count(name: str) -> Any:
    """A field with the count of an action, which is looked up where it is selected."""
    action = ACTIONS[COUNTED[name]]
    what = "Users who hold {}." if action.is_state else "How often {} happened."

    def count(self: "InteractionCounts") -> Long:
        return self.totals.count(action.code)

    return strawberry.field(count, description=what.format(action.type))


@strawberry.type(description="The counts of a post that have names of their own.")
class InteractionCounts:
    totals: Private[Totals]
    favorites: Long = _count("favorites")
    reblogs: Long = _count("reblogs")
    replies: Long = _count("replies")
    bookmarks: Long = _count("bookmarks")
    more_like_this: Long = _count("more_like_this")
    less_like_this: Long = _count("less_like_this")
    clicks: Long = _count("clicks")
    views: Long = _count("views")
    hides: Long = _count("hides")


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
