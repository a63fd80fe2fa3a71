"""Outcomes of recommending, as the schema shows them."""

from functools import partial
from typing import Annotated, Self

import strawberry
from strawberry import Private

import graph.schema.enums  # noqa: F401 (makes the groups the schema's)
from graph.schema.scalars import Instant, Long
from graph.transport.documents.costs import Rows
from models.vocabulary import ActionType
from resolvers.history.loaders import Loaders
from resolvers.signals import outcomes
from resolvers.signals.outcomes import GROUPS_LIMIT, Days, Outcome, OutcomeGroup

GROUPS = Rows(GROUPS_LIMIT)
OutcomesSince = Annotated[
    Instant | None,
    strawberry.argument(
        description="Where the period begins: the whole of that day, UTC, counts. If absent, 30 "
        "days before its end; at most 1500 days."
    ),
]
OutcomesUntil = Annotated[
    Instant | None,
    strawberry.argument(
        description="Before which it ends: a day of which any lies in the period counts whole. "
        "If absent, after today."
    ),
]
By = Annotated[OutcomeGroup, strawberry.argument(description="What the outcomes are told by.")]


@strawberry.type(description="A share, and how sure it is.")
class Rate:
    value: float = strawberry.field(description="The share, 0 to 1.")
    low: float = strawberry.field(
        description="The true share is not less, 95 times of 100 within these bounds (Wilson)."
    )
    high: float = strawberry.field(description="The true share is not more.")

    @classmethod
    def of(cls, rate: outcomes.Rate | None) -> Self | None:
        return None if rate is None else cls(value=rate.value, low=rate.low, high=rate.high)


@strawberry.type(
    description="What posts led to that were recommended, or that were not: on a day, from a "
    "source, or by a variant of recommending. Undone interactions are left out; those of users "
    "whose privacy is LIMITED, and imported ones, count."
)
class RecommendationOutcome:
    outcome: Private[Outcome]

    @strawberry.field(
        description="A day such as `2026-11-29`, UTC; or `context.source`; or the variant, what "
        "stands before the first `:` of `context.recommendationId`. Empty where none was given. "
        "`other` are all sources beyond the first 1000 of a day, all variants beyond the first "
        "1000, and all groups beyond the 1000 with the highest views."
    )
    def group(self) -> str:
        return self.outcome.group

    @strawberry.field(
        description="Whether a recommendation led to them: `context.recommended` was true, or "
        "there was a `context.recommendationId`."
    )
    def recommended(self) -> bool:
        return self.outcome.recommended

    @strawberry.field(description="How often VIEW happened.")
    def views(self) -> Long:
        return self.outcome.views

    @strawberry.field(description="How often CLICK happened.")
    def clicks(self) -> Long:
        return self.outcome.counts[ActionType.CLICK]

    @strawberry.field(description="How many FAVORITEs hold.")
    def favorites(self) -> Long:
        return self.outcome.counts[ActionType.FAVORITE]

    @strawberry.field(description="How many REBLOGs hold.")
    def reblogs(self) -> Long:
        return self.outcome.counts[ActionType.REBLOG]

    @strawberry.field(description="How many BOOKMARKs hold.")
    def bookmarks(self) -> Long:
        return self.outcome.counts[ActionType.BOOKMARK]

    @strawberry.field(description="How many HIDEs hold.")
    def hides(self) -> Long:
        return self.outcome.counts[ActionType.HIDE]

    @strawberry.field(description="Clicks per view, at most 1; null without views.")
    def click_rate(self) -> Rate | None:
        return Rate.of(self.outcome.rate(ActionType.CLICK))

    @strawberry.field(description="Favorites per view, at most 1; null without views.")
    def favorite_rate(self) -> Rate | None:
        return Rate.of(self.outcome.rate(ActionType.FAVORITE))

    @strawberry.field(description="Hides per view, at most 1; null without views.")
    def hide_rate(self) -> Rate | None:
        return Rate.of(self.outcome.rate(ActionType.HIDE))

    @classmethod
    async def all_of(cls, days: Days, by: OutcomeGroup, loaders: Loaders) -> list[Self]:
        """The outcomes of some days, in order."""
        found = await loaders.once((days, by), partial(outcomes.outcomes, days, by))
        return [cls(outcome=each) for each in found]
