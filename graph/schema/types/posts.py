"""Posts and what has been counted about them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Self, TypeVar

import strawberry
from strawberry import Private

from graph.context import Context
from graph.schema.info import Info
from graph.schema.inputs.arguments import HowMany, UserAlias, UserId, alias_of
from graph.schema.scalars import ID, Instant
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
from graph.schema.types.reasons import Reason
from graph.schema.types.stats import ActionCount, ActionCounts, InteractionCounts
from graph.schema.types.targets import Target
from graph.transport.documents.costs import Rows
from models.reading.history import HistoryOwner
from models.reading.signals.descriptions import PostDescription
from models.reading.totals import SubjectTotals
from models.records import Subject
from models.vocabulary import ActionType, SubjectKind, target_kind
from resolvers.history.loaders import Loaders
from resolvers.history.pages import PageRequest
from resolvers.history.stats import Totals
from resolvers.history.viewer_states import POST_STATES
from resolvers.scoring.engagement import LIST_LIMIT, LIST_SIZE, score_of
from resolvers.signals import reasons as ranked
from resolvers.signals.similar import similar

T = TypeVar("T")

STATES = Rows(each=len(POST_STATES))
SIMILAR = Rows(LIST_SIZE, ("first",), LIST_LIMIT, fixed=200)
"""Beside what it shows, a neighborhood is read and ranked."""


@strawberry.type(description="What has been counted about a post.")
class PostStats:
    post_id: ID = strawberry.field(description="The post's id, as clients gave it.")
    totals: Private[Totals]

    @strawberry.field(description="The post.")
    def post(self) -> "Post":
        return Post.of(self.post_id)

    @strawberry.field(description="The counts that have names of their own.")
    def interaction_counts(self) -> InteractionCounts:
        return InteractionCounts(totals=self.totals)

    @strawberry.field(
        description="Every action that occurred, highest count first.",
        graphql_type=list[ActionCount],
    )
    def counts(self) -> ActionCounts:
        return ActionCounts(self.totals.occurred)

    @strawberry.field(
        description="(favorites + reblogs + bookmarks + clicks) / views; null without views."
    )
    def engagement_rate(self) -> float | None:
        return self.totals.engagement_rate

    @strawberry.field(
        description="The score as of now, which `trendingPosts` orders by: each interaction "
        "counts its weight, halved every 24 hours unless set otherwise.",
        graphql_type=float,
    )
    def score(self, info: Info) -> float | Awaitable[float]:
        post = Subject(SubjectKind.POST, self.post_id)
        known = info.context.loaders.known_subject_totals(post)
        return _score(post, info.context) if known is None else _scored(known, info.context)

    @strawberry.field(description="When the latest interaction occurred; never moves back.")
    def last_interaction_at(self) -> Instant | None:
        return self.totals.last_at

    @classmethod
    async def of(cls, post: Subject, loaders: Loaders) -> "PostStats":
        return cls(post_id=post.id, totals=await loaders.totals(post))


async def _score(post: Subject, context: Context) -> float:
    (subject_totals,) = await context.loaders.subject_totals([post])
    return _scored(subject_totals, context)


def _scored(subject_totals: SubjectTotals, context: Context) -> float:
    return score_of(SubjectKind.POST, subject_totals, context.services.scoring, context.now)


def _places(description: PostDescription) -> list[Target]:
    return [Target(target_kind(kind), id) for kind, id in description.places]


async def _taken(loading: Awaitable[PostDescription], take: Callable[[PostDescription], T]) -> T:
    return take(await loading)


@strawberry.type(description="A post, by the id that clients know it under.")
class Post(Node):
    post_id: ID = strawberry.field(description="The post's id, as clients gave it.")
    totals: Private[Totals | None] = None  # where they were read with it
    description: Private[PostDescription | None] = None  # where it was, too

    @property
    def key(self) -> str:
        return self.post_id

    @strawberry.field(
        description="Who wrote it, by alias; null where nobody said.",
        metadata=Rows().metadata,
        graphql_type=ID | None,
    )
    def author_alias(self, info: Info) -> ID | Awaitable[ID | None] | None:
        return self._described(info, lambda known: known.author_alias)

    @strawberry.field(
        description="Its content type; null where nobody said.",
        metadata=Rows().metadata,
        graphql_type=str | None,
    )
    def content_type(self, info: Info) -> str | Awaitable[str | None] | None:
        return self._described(info, lambda known: known.content_type)

    @strawberry.field(
        description="Its hashtags in their one form: NFKC-normalised, case-folded, without `#`.",
        metadata=Rows().metadata,
        graphql_type=list[str],
    )
    def hashtags(self, info: Info) -> list[str] | Awaitable[list[str]]:
        return self._described(info, lambda known: list(known.hashtags))

    @strawberry.field(
        description="The groups and communities it stands in.",
        metadata=Rows().metadata,
        graphql_type=list[Target],
    )
    def places(self, info: Info) -> list[Target] | Awaitable[list[Target]]:
        return self._described(info, _places)

    @strawberry.field(
        description="When it was created; null where nobody said.",
        metadata=Rows().metadata,
        graphql_type=Instant | None,
    )
    def created_at(self, info: Info) -> Instant | Awaitable[Instant | None] | None:
        return self._described(info, lambda known: known.created_at)

    def _described(self, info: Info, take: Callable[[PostDescription], T]) -> T | Awaitable[T]:
        if self.description is not None:
            return take(self.description)
        return _taken(info.context.loaders.description.load(str(self.post_id)), take)

    @strawberry.field(
        description="What has been counted about it; zeros for an unknown post.",
        metadata=Rows().metadata,
        graphql_type=PostStats,
    )
    def stats(self, info: Info) -> PostStats | Awaitable[PostStats]:
        if self.totals is not None:
            return PostStats(post_id=self.post_id, totals=self.totals)
        return PostStats.of(Subject(SubjectKind.POST, self.post_id), info.context.loaders)

    @strawberry.field(
        description="The states the calling user holds on it, such as FAVORITE; "
        "empty where the caller is no user. A user at LIMITED holds none here: a client remembers "
        "them.",
        metadata=STATES.metadata,
    )
    async def viewer_states(self, info: Info) -> list[ActionType]:
        alias = info.context.caller.alias
        if alias is None:
            return []
        return await info.context.loaders.viewer_states.load((alias, str(self.post_id)))

    @strawberry.field(
        description="The states a user holds on it, such as FAVORITE, for keys that read; a user's "
        "token reads `viewerStates`. A user at LIMITED holds none here: a client remembers them.",
        metadata=STATES.metadata,
    )
    async def states_of(
        self, info: Info, user_id: UserId = None, user_alias: UserAlias = None
    ) -> list[ActionType]:
        alias = alias_of(user_id, user_alias, info.context, ("userId", "userAlias"))
        return await info.context.loaders.viewer_states.load((alias, str(self.post_id)))

    @strawberry.field(
        description="The posts most similar to it. First come those that at least 3 people engaged "
        "with as well; where they are few, those that share its author, hashtags or content type. "
        "Never those that are deleted.",
        metadata=SIMILAR.metadata,
    )
    async def similar(
        self,
        first: HowMany = LIST_SIZE,
        after: Annotated[
            str | None, strawberry.argument(description="The cursor of the post to go on behind.")
        ] = None,
    ) -> list["ScoredPost"]:
        found = await similar(str(self.post_id), first, after)
        return [ScoredPost.of(each) for each in found]

    @strawberry.field(
        description="What users did to it, newest first; a user's token sees its own rows alone.",
        metadata=replace(PAGE, merged=frozenset({"userAliases"})).metadata,
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
        return await connection(HistoryOwner("post", self.post_id), request, filter, info)

    @classmethod
    def of(cls, post_id: str) -> "Post":
        return cls(post_id=post_id)


@strawberry.type(description="A post, and what it is ranked by.")
class ScoredPost:
    post: Post = strawberry.field(description="The post.")
    score: float = strawberry.field(description="What it is ranked by, higher first.")
    reasons: list[str] = strawberry.field(
        description="Why it is here, for a person to read, the largest contribution first."
    )
    contributions: list[Reason] = strawberry.field(
        description="What the score is made of, the largest part first."
    )
    cursor: str = strawberry.field(
        description="Pass it as `after` to go on behind this post, however scores have moved."
    )

    @classmethod
    def of(cls, scored: ranked.ScoredPost) -> Self:
        return cls(
            post=Post.of(scored.post_id),
            score=scored.score,
            reasons=[reason.text for reason in scored.reasons],
            contributions=[Reason.of(reason) for reason in scored.reasons],
            cursor=scored.cursor,
        )
