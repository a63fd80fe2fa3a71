"""Users, under their aliases, and how engaged they are."""

from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry import Private

from graph.context import Context
from graph.schema.enums import FacetKind
from graph.schema.info import Info
from graph.schema.inputs.arguments import HowMany
from graph.schema.inputs.post_filters import PostFilter
from graph.schema.scalars import ID, Instant, Long
from graph.schema.types.interactions import (
    PAGE,
    After,
    Before,
    Chosen,
    First,
    InteractionConnection,
    Last,
    connection,
)
from graph.schema.types.node import Node
from graph.schema.types.preferences import UserPreferences
from graph.schema.types.privacy import PrivacySetting
from graph.schema.types.recommendations import Recommendations
from graph.schema.types.signals import CANDIDATES, FeedSignal
from graph.schema.types.stats import ActionCount, ActionCounts
from graph.transport.documents.costs import Rows
from models.reading.history import HistoryOwner
from models.records import Subject
from models.vocabulary import ActionType, SubjectKind
from resolvers.history.pages import PageRequest
from resolvers.history.scores import user_score
from resolvers.scoring.engagement import LIST_LIMIT, LIST_SIZE, checked_size
from resolvers.signals.filters import validated_filter
from resolvers.signals.recommending.asked import Asked

RECOMMENDED = Rows(LIST_SIZE, ("first",), LIST_LIMIT, each=20, fixed=8_000)
KINDS = len(FacetKind)
PREFERRED = Rows(LIST_SIZE, ("first",), LIST_LIMIT, each=KINDS)


@strawberry.type(description="A user, under a pseudonym.")
class User(Node):
    alias: ID = strawberry.field(description="`u_…`: the pseudonym, stable for a user id.")

    @property
    def key(self) -> str:
        return self.alias

    @strawberry.field(
        description="How much is stored about the user, by choice or by the server's default.",
        metadata=Rows().metadata,
    )
    async def privacy(self, info: Info) -> PrivacySetting:
        return await PrivacySetting.of(self.alias, info.context)

    @strawberry.field(
        description="What the user did, newest first.",
        metadata=replace(PAGE, merged=frozenset({"postIds"})).metadata,
    )
    async def interactions(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Chosen = None,
    ) -> InteractionConnection:
        request = PageRequest(first, after, last, before)
        return await connection(HistoryOwner("user", self.alias), request, filter, info)

    @strawberry.field(
        description="How often the user did what, highest count first.",
        metadata=Rows().metadata,
        graphql_type=list[ActionCount],
    )
    async def counts(self, info: Info) -> ActionCounts:
        totals = await info.context.loaders.totals(Subject(SubjectKind.USER, self.alias))
        return ActionCounts(totals.occurred)

    @strawberry.field(description="How engaged the user is, as of now.", metadata=Rows().metadata)
    async def engagement_score(self, info: Info) -> "EngagementScore":
        return await EngagementScore.of(self.alias, info.context)

    @strawberry.field(
        description="What the user prefers, as of now; nothing at LIMITED and NONE.",
        metadata=PREFERRED.metadata,
    )
    async def preferences(
        self,
        info: Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many of each kind: 0 to 100.")
        ] = LIST_SIZE,
    ) -> UserPreferences:
        checked_size(first)
        return UserPreferences.of(await info.context.preferences.load(self.alias), first)

    @strawberry.field(
        description="What speaks for and against candidates for the user's feed, in the order "
        "asked for, with all that was recorded before. Of a user who is unknown or not at FULL, "
        "popularity alone is known.",
        metadata=CANDIDATES.metadata,
    )
    async def feed_signals(
        self,
        info: Info,
        post_ids: Annotated[list[ID], strawberry.argument(description="At most 200 post ids.")],
    ) -> list[FeedSignal]:
        return await FeedSignal.all(self.alias, post_ids, info.context)

    @strawberry.field(
        description="Posts for the user to see next, best first. A user of whom nothing is stored "
        "gets what trends.",
        metadata=RECOMMENDED.metadata,
    )
    async def recommendations(
        self,
        info: Info,
        first: HowMany = LIST_SIZE,
        after: Annotated[
            str | None,
            strawberry.argument(description="A cursor of this list, to go on without a repeat."),
        ] = None,
        exclude_seen: Annotated[
            bool | None,
            strawberry.argument(
                description="Whether to leave out what the user did anything to. What the user "
                "hid, reported or asked for less of never comes back."
            ),
        ] = True,
        exclude: Annotated[
            list[ID] | None,
            strawberry.argument(description="At most 100 posts to leave out."),
        ] = None,
        filter: Annotated[
            PostFilter | None, strawberry.argument(description="Which posts; all if absent.")
        ] = None,
    ) -> Recommendations:
        services, given = info.context.services, None if filter is None else filter.input()
        asked = Asked(
            self.alias,
            first,
            after=after,
            exclude_seen=exclude_seen,
            exclude=exclude,
            filter=validated_filter(given, services.identity),
        )
        return Recommendations.of(await services.recommender.recommend(asked, info.context.now))

    @classmethod
    def of(cls, alias: str) -> "User":
        return cls(alias=alias)


@strawberry.type(description="What one action contributes to a user's score.")
class ScoreComponent:
    action: ActionType = strawberry.field(description="The action.")
    count: Long = strawberry.field(description="How often it counts, undecayed.")
    weight: float = strawberry.field(description="What a new one adds; negative weights are 0.")
    contribution: float = strawberry.field(description="Its part of the score.")


@strawberry.type(
    description="How engaged a user is, as of now: each interaction counts its weight, halved "
    "every 14 days unless set otherwise."
)
class EngagementScore:
    alias: Private[str]
    known_rank: Private[int | None]
    score: float = strawberry.field(description="The decayed score.")
    normalized: float = strawberry.field(
        description="From 0 to 100: 100 * (1 - 2^(-max(score, 0) / 20))."
    )
    components: list[ScoreComponent] = strawberry.field(
        description="What the score is made of, largest first; they add up to it."
    )
    updated_at: Instant | None = strawberry.field(
        description="The latest interaction it counts; null before the first."
    )

    @strawberry.field(description="The user.")
    def user(self) -> User:
        return User.of(self.alias)

    @strawberry.field(
        description="1 is the highest, ties by alias; null beyond the first 10 000 and without "
        "interactions.",
        metadata=Rows(100).metadata,
    )
    async def rank(self, info: Info) -> int | None:
        return self.known_rank or await info.context.loaders.rank.load(self.alias)

    @classmethod
    async def of(cls, alias: str, context: Context, rank: int | None = None) -> "EngagementScore":
        """A user's score, with the rank where the caller knows it already."""
        found = await user_score(alias, context.loaders, context.services.scoring, context.now)
        return cls(
            alias=alias,
            known_rank=rank,
            score=found.score,
            normalized=found.normalized,
            components=[
                ScoreComponent(
                    action=part.action,
                    count=part.count,
                    weight=part.weight,
                    contribution=part.contribution,
                )
                for part in found.components
            ],
            updated_at=found.updated_at,
        )
