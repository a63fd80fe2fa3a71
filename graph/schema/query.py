"""The queries."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import strawberry

from graph.schema.info import Info
from graph.schema.inputs.arguments import (
    HowMany,
    UserAlias,
    UserId,
    alias_of,
    aliases_of,
    checked_post_id,
    checked_post_ids,
    well_formed,
)
from graph.schema.inputs.post_filters import PostFilter
from graph.schema.nodes import node_of
from graph.schema.scalars import ID, Instant
from graph.schema.types.activity import ActivityStats
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
from graph.schema.types.outcomes import (
    GROUPS,
    By,
    OutcomesSince,
    OutcomesUntil,
    RecommendationOutcome,
)
from graph.schema.types.posts import Post, ScoredPost
from graph.schema.types.stats import ActionTypeInfo
from graph.schema.types.targets import Target, TargetStats
from graph.schema.types.users import EngagementScore, User
from graph.schema.whole_posts import whole_posts
from graph.transport.documents.costs import Rows
from models.reading.history import EVERYONE
from models.records import Subject
from models.vocabulary import ACTIONS, TargetKind, subject_kind
from resolvers.errors import BadUserInput
from resolvers.history.activity import period
from resolvers.history.filters import IDS_LIMIT, check_size
from resolvers.history.pages import PageRequest
from resolvers.scoring.engagement import LIST_LIMIT, LIST_SIZE, leaders
from resolvers.signals import outcomes
from resolvers.signals.filters import validated_filter
from resolvers.signals.outcomes import OutcomeGroup
from resolvers.signals.trending import trending
from resolvers.targets import stored_id

LISTED = Rows(by=("ids",), most=IDS_LIMIT)
RANKED = Rows(LIST_SIZE, ("first",), LIST_LIMIT)
FILTERED = 2_500
"""What it takes to look at the 10 000 highest posts for those that a filter takes, in rows."""


@strawberry.type(description="What can be read.")
class Query:
    @strawberry.field(
        description="Any node by its global id; null if it is unknown.", metadata=Rows().metadata
    )
    async def node(
        self, info: Info, id: Annotated[ID, strawberry.argument(description="A global id.")]
    ) -> Node | None:
        return await node_of(id, info.context)

    @strawberry.field(
        description="Nodes by their global ids, in order; an unknown one is null.",
        metadata=LISTED.metadata,
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[ID], strawberry.argument(description="At most 100 global ids.")],
    ) -> list[Node | None]:
        check_size("ids", len(ids))
        return await asyncio.gather(*(node_of(id, info.context) for id in ids))

    @strawberry.field(description="The calling user; null where the caller is no user.")
    def viewer(self, info: Info) -> User | None:
        alias = info.context.caller.alias
        return None if alias is None else User.of(alias)

    @strawberry.field(description="A user by id or by alias, exactly one; never null for those.")
    def user(
        self,
        info: Info,
        id: UserId = None,
        alias: UserAlias = None,
    ) -> User | None:
        return User.of(alias_of(id, alias, info.context))

    @strawberry.field(
        description="Users by ids or by aliases, one of the two, in the order asked for.",
        metadata=Rows(by=("ids", "aliases"), most=IDS_LIMIT).metadata,
    )
    def users(
        self,
        info: Info,
        ids: Annotated[
            list[ID] | None, strawberry.argument(description="At most 100 user ids.")
        ] = None,
        aliases: Annotated[
            list[ID] | None, strawberry.argument(description="At most 100 aliases.")
        ] = None,
    ) -> list[User]:
        return [User.of(alias) for alias in aliases_of(ids, aliases, info.context)]

    @strawberry.field(description="A post; one that nobody touched has zero counts.")
    def post(
        self,
        id: Annotated[ID, strawberry.argument(description="The post's id, 1 to 255 characters.")],
    ) -> Post:
        return Post.of(checked_post_id("id", id))

    @strawberry.field(
        description="Posts, in the order asked for.",
        metadata=LISTED.metadata,
        graphql_type=list[Post],
    )
    async def posts(
        self,
        info: Info,
        ids: Annotated[list[ID], strawberry.argument(description="At most 100 post ids.")],
    ) -> Sequence[Post]:
        return await whole_posts(checked_post_ids("ids", ids), info)

    @strawberry.field(
        description="What all users did, newest first; a user's token sees its own rows alone.",
        metadata=replace(PAGE, merged=frozenset({"userAliases", "postIds"}), subjects=1).metadata,
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
        return await connection(EVERYONE, PageRequest(first, after, last, before), filter, info)

    @strawberry.field(
        description="The posts with the highest scores above 0, ties by post id; never those that "
        "are deleted. Their order follows within about a second; scores are as of now. By a "
        "filter, they are those among the highest 10 000.",
        metadata=replace(RANKED, looked_at=FILTERED).metadata,
    )
    async def trending_posts(
        self,
        info: Info,
        first: HowMany = LIST_SIZE,
        after: Annotated[
            str | None, strawberry.argument(description="The cursor of the post to go on behind.")
        ] = None,
        filter: Annotated[
            PostFilter | None, strawberry.argument(description="Which posts; all if absent.")
        ] = None,
    ) -> list[ScoredPost]:
        context = info.context
        scoring, given = context.services.scoring, None if filter is None else filter.input()
        passing = validated_filter(given, context.services.identity)
        found = await trending(first, scoring, context.now, after=after, filter=passing)
        return [ScoredPost.of(each) for each in found]

    @strawberry.field(
        description="The users with the highest scores, of all with interactions; ties by alias. "
        "Their order follows within about a second; scores are as of now.",
        metadata=RANKED.metadata,
    )
    async def engagement_scores(
        self,
        info: Info,
        first: HowMany = LIST_SIZE,
    ) -> list[EngagementScore]:
        context = info.context
        aliases = await leaders(first, context.services.scoring, context.now)
        ranked = enumerate(aliases, 1)
        scores = (EngagementScore.of(alias, info.context, rank) for rank, alias in ranked)
        return await asyncio.gather(*scores)

    @strawberry.field(
        description="What has been counted about a profile, hashtag, group and so on.",
        metadata=Rows().metadata,
    )
    async def target_stats(
        self,
        info: Info,
        kind: Annotated[
            TargetKind, strawberry.argument(description="Any but QUERY, which has no totals.")
        ],
        id: Annotated[ID, strawberry.argument(description="The target's id within that kind.")],
    ) -> TargetStats:
        if kind is TargetKind.QUERY:
            raise BadUserInput("kind", "got QUERY; allowed is any kind that totals are kept of")
        identity = info.context.services.identity
        kept = well_formed("id", lambda: stored_id(kind, id, identity))
        totals = await info.context.loaders.totals(Subject(subject_kind(kind), kept))
        return TargetStats(target=Target(kind, kept), totals=totals)

    @strawberry.field(
        description="What happened in a period, over all users and targets.",
        metadata=Rows().metadata,
    )
    async def activity_stats(
        self,
        info: Info,
        since: Annotated[
            Instant | None,
            strawberry.argument(
                description="Its start, floored to the minute; if absent, 24 hours before its end."
            ),
        ] = None,
        until: Annotated[
            Instant | None,
            strawberry.argument(
                description="Its end, floored to the minute; if absent, that of the running "
                "minute, so that what happens now is counted."
            ),
        ] = None,
    ) -> ActivityStats:
        context = info.context
        return await ActivityStats.of(period(since, until, context.now), context.loaders)

    @strawberry.field(
        description="What recommended and other posts led to. By day in their order, by source and "
        "variant those with the highest views first.",
        metadata=GROUPS.metadata,
    )
    async def recommendation_outcomes(
        self,
        info: Info,
        since: OutcomesSince = None,
        until: OutcomesUntil = None,
        by: By = OutcomeGroup.DAY,
    ) -> list[RecommendationOutcome]:
        days = outcomes.days(since, until, info.context.now)
        return await RecommendationOutcome.all_of(days, by, info.context.loaders)

    @strawberry.field(
        description="The log's end. Read before a page, also in one operation with it, and then "
        "passed to the subscription `interactions` as `after`, it lets nothing fall between.",
        metadata=Rows().metadata,
    )
    async def feed_cursor(self, info: Info) -> str:
        head = await info.context.loaders.log_head
        return info.context.services.id_cipher.feed_cursor(head.position)

    @strawberry.field(description="The vocabulary: all 25 actions and what each means.")
    def action_types(self, info: Info) -> list[ActionTypeInfo]:
        return [
            ActionTypeInfo(
                action=action.type,
                family=action.family,
                target_kind=action.target_kind,
                is_state=action.is_state,
                weight=info.context.services.scoring.weight(action),
                description=action.description,
            )
            for action in ACTIONS.values()
        ]
