"""The subscriptions."""

from collections.abc import AsyncIterable
from dataclasses import replace
from typing import Annotated

import strawberry

from graph.context import Context
from graph.schema.feed import FeedEvent, live_counts, live_interactions
from graph.schema.info import Info
from graph.schema.inputs.arguments import UserAlias, UserId, alias_of, checked_post_ids
from graph.schema.inputs.filters import InteractionFilter
from graph.schema.scalars import ID
from graph.schema.types.interactions import Chosen
from graph.schema.types.posts import PostStats
from graph.schema.types.users import EngagementScore
from graph.transport.documents.costs import Rows
from models.reading.filters import Filter
from models.reading.history import EVERYONE
from models.reading.log import LogPosition, has_all_after
from models.records import Subject
from models.vocabulary import SubjectKind
from resolvers.errors import BadUserInput, CursorTooOld, shown
from resolvers.history.filters import ANY, IDS_LIMIT, restricted_to, validated_filter

Initial = Annotated[bool, strawberry.argument(description="Whether to begin with what is so now.")]


@strawberry.type(description="What is told as it happens.")
class Subscription:
    @strawberry.subscription(
        description="What users do from now on, in the order in which it is recorded; or, with "
        "`after`, what followed that cursor and then goes on, without a gap and without a repeat. "
        "A state that was overtaken since may be left out. Ends with CONSUMER_TOO_SLOW, and the "
        "cursor to go on from, if events are not taken as fast as they come; with CURSOR_TOO_OLD "
        "if what followed the cursor is no longer kept. A user's token sees its own rows alone.",
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
        # An EventSource goes on by itself, and then sends its first address again, `after` and all.
        after = context.last_event_id or after
        position = None if after is None else await _position(after, context)
        services = context.services
        passing = _filter(filter, context)
        return live_interactions(passing, position, services.log, services.id_cipher)

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
        return live_counts(posts, info.context.services.counts, initial=initial)

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
        return live_counts([user], info.context.services.counts, initial=initial)


def _filter(chosen: InteractionFilter | None, context: Context) -> Filter:
    """What a subscriber wants to see, held to what it may see."""
    filter_input = ANY if chosen is None else chosen.input()
    owner, filter_input = restricted_to(EVERYONE, filter_input, context.caller)
    if owner.kind == "user":
        filter_input = replace(filter_input, user_aliases=[owner.id])
    return validated_filter(filter_input)


async def _position(after: str, context: Context) -> LogPosition:
    """The position in the log behind a cursor.

    Raises:
        BadUserInput: the server never gave it out.
        CursorTooOld: what followed may be gone, or the cursor is of another past.
    """
    position = context.services.id_cipher.open_feed_cursor(after)
    if position is None:
        message = f"got {shown(after)}; allowed is a cursor that the feed gave out"
        raise BadUserInput("after", message)
    if not await has_all_after(position):
        raise CursorTooOld
    return position
