"""The live feed as the schema shows it: what subscriptions follow, and their events."""

from collections.abc import AsyncGenerator, Awaitable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

import strawberry

from graph.context import Context
from graph.schema.types.interactions import Interaction
from graph.schema.types.posts import PostStats
from graph.schema.types.users import EngagementScore
from graph.transport.live.live_query import Event, LiveQuery, ReplayTarget
from models.reading.filters import Filter
from models.reading.log import LogPosition, read_head
from models.records import Subject
from models.vocabulary import Status, SubjectKind
from resolvers.feed.count_watcher import CountSubscriber, CountWatcher
from resolvers.feed.log_subscriber import LogEvent, LogFanout, LogSubscriber, replay
from resolvers.id_cipher import IdCipher


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
    def of(cls, event: LogEvent, id_cipher: IdCipher) -> "FeedEvent":
        is_undone = event.row.status == Status.UNDONE
        return cls(
            type=FeedEventType.UNDONE if is_undone else FeedEventType.RECORDED,
            cursor=id_cipher.feed_cursor(event.position),
            interaction=Interaction.of(event.row, id_cipher),
        )


def live_interactions(
    filter: Filter, after: LogPosition | None, log: LogFanout, id_cipher: IdCipher
) -> LiveQuery:
    """What passes a filter from now on, or after a position in the log."""
    source = _LogEvents(log, id_cipher)
    incarnation = 0

    async def begin() -> None:
        nonlocal incarnation
        await log.begin()
        incarnation = log.tailer.position.incarnation

    async def missed(subscriber: ReplayTarget) -> AsyncGenerator[Sequence[Event], None]:
        last = (await read_head()).position if after is None else after
        subscriber.skip(last.sequence)  # the tailer may not have come as far as the cursor
        async for events in replay(last, lambda: subscriber.start, filter):
            yield [source.event(event) for event in events]

    def cursor(sequence: int) -> str:
        # Of the past in which the subscriber joined: nothing may be skipped in another.
        return id_cipher.feed_cursor(LogPosition(incarnation, sequence))

    return LiveQuery(source, frozenset({filter}), begin, missed, cursor=cursor)


def live_counts(subjects: Sequence[Subject], counts: CountWatcher, *, initial: bool) -> LiveQuery:
    """Posts and users, each whenever something counts for it, and all at first if `initial`."""
    source = _CountEvents(counts)

    async def missed(_: ReplayTarget) -> AsyncGenerator[Sequence[Event], None]:
        if initial and subjects:
            yield [source.event(subject) for subject in dict.fromkeys(subjects)]

    return LiveQuery(source, frozenset(subjects), partial(counts.begin, subjects), missed)


# Sources are equal where they show the same in the same way, and so share channels.


@dataclass(frozen=True, slots=True)
class _LogEvents:
    """Rows of the log as events of the feed."""

    log: LogFanout
    id_cipher: IdCipher

    def follow(self) -> LogSubscriber:
        return self.log.follow()

    def event(self, found: LogEvent) -> Event:
        event = FeedEvent.of(found, self.id_cipher)
        return Event(
            key=found.position.sequence,
            topics=found.filters,
            value=lambda _: event,
            sequence=found.position.sequence,
            cursor=event.cursor,
        )


@dataclass(frozen=True, slots=True)
class _CountEvents:
    """Posts and users that count anew, as their stats and scores."""

    counts: CountWatcher

    def follow(self) -> CountSubscriber:
        return self.counts.follow()

    def event(self, subject: Subject) -> Event:
        return Event(key=subject, topics=(subject,), value=partial(_counted, subject))


def _counted(subject: Subject, context: Context) -> Awaitable[PostStats | EngagementScore]:
    if subject.kind == SubjectKind.POST:
        return PostStats.of(subject, context.loaders)
    return EngagementScore.of(subject.id, context)
