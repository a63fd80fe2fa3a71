"""Users, under their aliases, and how engaged they are."""

import math

import strawberry
from strawberry import Private

from graph.context import Context, Info
from graph.interactions import (
    PAGE,
    After,
    Before,
    Chosen,
    First,
    InteractionConnection,
    Last,
    connection,
)
from graph.node import Node
from graph.privacy import PrivacySetting
from graph.scalars import ID, Instant, Long
from graph.stats import ActionCount
from graph.transport.costs import Rows
from models.records import Subject
from models.vocabulary import ActionType, SubjectKind
from resolvers.engagement import components, normalized
from resolvers.histories import Scope, Window


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

    @strawberry.field(description="What the user did, newest first.", metadata=PAGE.metadata)
    async def interactions(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Chosen = None,
    ) -> InteractionConnection:
        window = Window(first, after, last, before)
        return await connection(Scope("user", self.alias), window, filter, info.context)

    @strawberry.field(
        description="How often the user did what, highest count first.", metadata=Rows().metadata
    )
    async def counts(self, info: Info) -> list[ActionCount]:
        totals = await info.context.loaders.totals(Subject(SubjectKind.USER, self.alias))
        return ActionCount.all(totals.counts)

    @strawberry.field(description="How engaged the user is, as of now.", metadata=Rows().metadata)
    async def engagement_score(self, info: Info) -> "EngagementScore":
        return await EngagementScore.of(self.alias, info.context)

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
    place: Private[int | None]
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
        return self.place or await info.context.loaders.rank.load(self.alias)

    @classmethod
    async def of(cls, alias: str, context: Context, place: int | None = None) -> "EngagementScore":
        """A user's score; `place` is the rank where the caller knows it already."""
        (tallies,) = await context.loaders.tallies([Subject(SubjectKind.USER, alias)])
        parts = components(tallies, context.product.scoring, context.now)
        score = math.fsum(part.contribution for part in parts)
        return cls(
            alias=alias,
            place=place,
            score=score,
            normalized=normalized(score),
            components=[
                ScoreComponent(
                    action=part.action,
                    count=part.count,
                    weight=part.weight,
                    contribution=part.contribution,
                )
                for part in parts
            ],
            updated_at=tallies.last_at,
        )
