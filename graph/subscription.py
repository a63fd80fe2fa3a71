"""The subscriptions."""

from collections.abc import AsyncIterable
from dataclasses import replace
from typing import Annotated

import strawberry

from graph.arguments import UserAlias, UserId, alias_of, checked_post_ids
from graph.context import Context, Info
from graph.feed import FeedEvent
from graph.filters import InteractionFilter
from graph.interactions import Chosen
from graph.posts import PostStats
from graph.scalars import ID
from graph.transport.costs import Rows
from graph.users import EngagementScore
from models.filters import Filter
from models.log import read_head
from models.records import Subject
from models.vocabulary import SubjectKind
from resolvers.errors import BadUserInput, CursorTooOld, shown
from resolvers.histories import EVERYONE, IDS_LIMIT, checked, narrowed

Initial = Annotated[bool, strawberry.argument(description="Whether to begin with what is so now.")]


@strawberry.type(description="What is told as it happens.")
class Subscription:
    @strawberry.subscription(
        description="What users do from now on, in the order in which it is recorded; or, with "
        "`after`, what followed that cursor and then goes on, without a gap and without a repeat. "
        "A state that was overtaken since may be left out. Ends with CONSUMER_TOO_SLOW, and the "
        "cursor to go on from, if events are not taken as fast as they come; with CURSOR_TOO_OLD "
        "if what followed the cursor is no longer kept.",
        metadata=Rows().metadata,
    )
    async def interactions(
        self,
        info: Info,
        filter: Chosen = None,
        after: Annotated[
            str | None,
            strawberry.argument(description="The cursor of an event, or a `feedCursor`."),
        ] = None,
    ) -> AsyncIterable[FeedEvent]:
        context = info.context
        passing = _filter(filter, context)
        place = None if after is None else await _place(after, context)
        return context.product.feed.interactions(passing, place)

    @strawberry.subscription(
        description="A post's stats whenever something counts for it: at most ten times a second "
        "for each post, and the last one always.",
        metadata=Rows(by=("ids",), most=IDS_LIMIT).metadata,
    )
    async def post_stats(
        self,
        info: Info,
        ids: Annotated[list[ID], strawberry.argument(description="At most 100 post ids.")],
        initial: Initial = False,
    ) -> AsyncIterable[PostStats]:
        posts = [Subject(SubjectKind.POST, id) for id in checked_post_ids("ids", ids)]
        return info.context.product.feed.subjects(posts, initial)

    @strawberry.subscription(
        description="A user's engagement score whenever something counts for it: at most ten "
        "times a second, and the last one always.",
        metadata=Rows().metadata,
    )
    async def engagement_score(
        self,
        info: Info,
        id: UserId = None,
        alias: UserAlias = None,
        initial: Initial = False,
    ) -> AsyncIterable[EngagementScore]:
        user = Subject(SubjectKind.USER, alias_of(id, alias, info.context))
        return info.context.product.feed.subjects([user], initial)


def _filter(chosen: InteractionFilter | None, context: Context) -> Filter:
    """What a subscriber wants to see, held to what it may see."""
    wish = InteractionFilter().wish() if chosen is None else chosen.wish()
    scope, wish = narrowed(EVERYONE, wish, context.caller)
    if scope.owner == "user":
        wish = replace(wish, user_aliases=[scope.key])
    return checked(wish)


async def _place(after: str, context: Context) -> int:
    """The place in the log behind a cursor.

    Raises:
        BadUserInput: the server never gave it out, for this log.
        CursorTooOld: what followed may be gone.
    """
    place = context.product.opaque.feed_place(after)
    head = await read_head()
    if place is None or place > head.last_number:
        message = f"got {shown(after)}; allowed is a cursor that the feed gave out"
        raise BadUserInput("after", message)
    if place < head.pruned_number:
        raise CursorTooOld
    return place
