"""The live feed: what subscriptions follow, and what it tells them."""

from collections.abc import AsyncGenerator, Sequence
from enum import Enum
from functools import partial

import strawberry

from graph.context import Context
from graph.interactions import Interaction
from graph.posts import PostStats
from graph.transport.live import Event, Live, Origin, Subscriber
from graph.users import EngagementScore
from models.filters import Filter
from models.log import read_head
from models.records import StoredInteraction, Subject
from models.vocabulary import Status, SubjectKind
from resolvers.following import Log, Told, replay
from resolvers.opaque import Opaque
from resolvers.tail import Tail
from resolvers.watching import Watch


@strawberry.enum(description="What became of an interaction.")
class FeedEventType(Enum):
    RECORDED = strawberry.enum_value("RECORDED", description="It happened, or came to hold.")
    UNDONE = strawberry.enum_value("UNDONE", description="It holds no more.")


@strawberry.type(description="Something that was recorded or undone.")
class FeedEvent:
    type: FeedEventType = strawberry.field(description="What became of the interaction.")
    cursor: str = strawberry.field(description="Pass it as `after` to go on from here.")
    interaction: Interaction | None = strawberry.field(
        description="The interaction; always there for RECORDED and UNDONE."
    )

    @classmethod
    def of(cls, row: StoredInteraction, opaque: Opaque) -> "FeedEvent":
        is_undone = row.status == Status.UNDONE
        return cls(
            type=FeedEventType.UNDONE if is_undone else FeedEventType.RECORDED,
            cursor=opaque.feed_cursor(row.seq or 0),
            interaction=Interaction.of(row, opaque),
        )


class Feed:
    """What a process follows for all its subscribers."""

    def __init__(self, tail: Tail, opaque: Opaque) -> None:
        self._opaque = opaque
        self._log = Log(tail)
        self._watch = Watch(tail)
        self._rows = Origin(self._log.follow, self._happened)
        self._subjects = Origin(self._watch.follow, _counted)

    def interactions(self, filter: Filter, after: int | None) -> Live:
        """What passes a filter from now on, or after a place in the log."""
        return Live(
            self._rows,
            frozenset({filter}),
            self._log.begin,
            partial(self._missed, filter, after),
            self._opaque.feed_cursor,
        )

    def subjects(self, subjects: Sequence[Subject], initial: bool) -> Live:
        """Posts and users, each whenever something counts for it, and `initial`ly all."""

        async def missed(_: Subscriber) -> AsyncGenerator[Sequence[Event], None]:
            if initial and subjects:
                yield [_counted(subject) for subject in dict.fromkeys(subjects)]

        begin = partial(self._watch.begin, subjects)
        return Live(self._subjects, frozenset(subjects), begin, missed)

    async def _missed(
        self, filter: Filter, after: int | None, subscriber: Subscriber
    ) -> AsyncGenerator[Sequence[Event], None]:
        if after is None:
            after = (await read_head()).last_number
        subscriber.skip(after)  # the tail may not have come as far as the cursor
        while after < subscriber.start:
            until = subscriber.start
            async for rows in replay(after, until, filter):
                yield [self._happened(Told(row, [filter])) for row in rows]
            after = until

    def _happened(self, told: Told) -> Event:
        place = told.row.seq or 0
        event = FeedEvent.of(told.row, self._opaque)
        return Event(place, told.filters, lambda _: event, place, event.cursor)


def _counted(subject: Subject) -> Event:
    if subject.kind == SubjectKind.POST:
        return Event(subject, (subject,), lambda context: PostStats.of(subject, context.loaders))

    async def score(context: Context) -> EngagementScore:
        return await EngagementScore.of(subject.id, context)

    return Event(subject, (subject,), score)
