"""Activity over all users and targets, as the schema shows it."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import partial
from typing import Annotated, Any

import strawberry
from graphql import Undefined
from strawberry import Private

from graph.schema.info import Info
from graph.schema.scalars import Instant, Long
from graph.schema.types.stats import ActionCount
from graph.transport.documents.costs import Rows
from models.vocabulary import ACTIONS
from resolvers.clock import system_clock
from resolvers.errors import BadUserInput
from resolvers.history import activity
from resolvers.history.activity import (
    BUCKET_LIMIT,
    USERS_LIMIT,
    Bucket,
    Interval,
    Period,
    most_buckets,
)
from resolvers.history.loaders import Loaders
from resolvers.history.stats import ActionCount as Count
from resolvers.instants import parse_instant, parse_zone

#: The rows that `uniqueUsers` costs: a row that is only counted takes a quarter of one shown.
COUNTED_USERS = USERS_LIMIT // 4


def _buckets(own: Mapping[str, Any], stats: Mapping[str, Any]) -> int:
    """How many buckets a series may have, by its own arguments and those of its period."""
    interval, *bounds = own.get("interval"), stats.get("since"), stats.get("until")
    if any(each is Undefined for each in (interval, *bounds)):
        return BUCKET_LIMIT
    try:
        since, until = (None if each is None else parse_instant(each) for each in bounds)
        between = activity.period(since, until, system_clock())
        return most_buckets(between, Interval(interval or Interval.HOUR))
    except (BadUserInput, ValueError):  # which the field will say
        return BUCKET_LIMIT


@strawberry.type(description="What happened in one interval.")
class ActivityBucket:
    by_action: Private[list[Count]]
    start: Instant = strawberry.field(description="Where it starts.")

    # strawberry's own takes names, and longer: a series has many
    def __init__(self, bucket: Bucket) -> None:
        self.start, self.by_action = bucket.start, bucket.counts

    @strawberry.field(description="How much happened.")
    def total(self) -> Long:
        return sum(count for _, count in self.by_action)

    @strawberry.field(
        description="Every action that occurred, highest count first.",
        metadata=Rows(len(ACTIONS)).metadata,
    )
    def counts(self) -> list[ActionCount]:
        return ActionCount.all(self.by_action)


@strawberry.type(description="What happened in a period, by when it occurred; undone left out.")
class ActivityStats:
    period: Private[Period]
    by_action: Private[list[Count]]

    @strawberry.field(description="Where the period starts, inclusive.")
    def since(self) -> Instant:
        return self.period.since

    @strawberry.field(description="Where the period ends, exclusive.")
    def until(self) -> Instant:
        return self.period.until

    @strawberry.field(description="How much happened.")
    def total(self) -> Long:
        return sum(count for _, count in self.by_action)

    @strawberry.field(
        description="How many users were active; null where `since` lies before the retention, and "
        "where the period has more than 100 000 rows. For four periods at most in one operation.",
        metadata=Rows(COUNTED_USERS).metadata,
    )
    async def unique_users(self, info: Info) -> Long | None:
        context, period = info.context, self.period
        read = partial(activity.unique_users, period, context.services.retention, context.now)
        return await context.loaders.once(("users", period), read)

    @strawberry.field(description="Every action that occurred, highest count first.")
    def counts(self) -> list[ActionCount]:
        return ActionCount.all(self.by_action)

    @strawberry.field(
        description="The period in buckets on the clock of a time zone, at most 1500, without "
        "gaps: empty ones are zero. Hours start at :00, days at midnight and are 23 or 25 hours "
        "long where the clocks change; the first and the last are cut at the period's bounds.",
        metadata=Rows(sized=_buckets).metadata,
    )
    async def series(
        self,
        info: Info,
        interval: Annotated[
            Interval, strawberry.argument(description="How long a bucket is.")
        ] = Interval.HOUR,
        time_zone: Annotated[
            str | None,
            strawberry.argument(description="A name of the IANA database, such as Europe/Berlin."),
        ] = "UTC",
    ) -> list[ActivityBucket]:
        zone = _zone("UTC" if time_zone is None else time_zone)
        read = partial(activity.series, self.period, interval, zone)
        key = self.period, interval, zone
        return list(map(ActivityBucket, await info.context.loaders.once(key, read)))

    @classmethod
    async def of(cls, period: Period, loaders: Loaders) -> "ActivityStats":
        by_action = await loaders.once(("counts", period), partial(activity.counts, period))
        return cls(period=period, by_action=by_action)


def _zone(name: str) -> tzinfo:
    try:
        return parse_zone(name)
    except ValueError as error:
        raise BadUserInput("timeZone", f"got {error}") from None
