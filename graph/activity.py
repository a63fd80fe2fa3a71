"""Activity over all users and targets, as the schema shows it."""

from typing import Annotated

import strawberry
from strawberry import Private

from graph.context import Info
from graph.scalars import Instant, Long
from graph.stats import ActionCount
from graph.transport.costs import Rows
from resolvers import activity
from resolvers.activity import BUCKET_LIMIT, Bucket, Interval, Period
from resolvers.stats import ActionCount as Count


@strawberry.type(description="What happened in one interval.")
class ActivityBucket:
    start: Instant = strawberry.field(description="Where it starts.")
    total: Long = strawberry.field(description="How much happened.")
    counts: list[ActionCount] = strawberry.field(
        description="Every action that occurred, highest count first."
    )

    @classmethod
    def of(cls, bucket: Bucket) -> "ActivityBucket":
        return cls(
            start=bucket.start,
            total=bucket.total,
            counts=ActionCount.all(bucket.counts),
        )


@strawberry.type(description="What happened in a period, by when it occurred; undone left out.")
class ActivityStats:
    period: Private[Period]
    tallied: Private[list[Count]]

    @strawberry.field(description="Where the period starts, inclusive.")
    def since(self) -> Instant:
        return self.period.since

    @strawberry.field(description="Where the period ends, exclusive.")
    def until(self) -> Instant:
        return self.period.until

    @strawberry.field(description="How much happened.")
    def total(self) -> Long:
        return sum(count for _, count in self.tallied)

    @strawberry.field(
        description="How many users were active; null where `since` lies before the retention.",
        metadata=Rows(10_000).metadata,
    )
    async def unique_users(self, info: Info) -> Long | None:
        context = info.context
        return await activity.unique_users(self.period, context.product.retention, context.now)

    @strawberry.field(description="Every action that occurred, highest count first.")
    def counts(self) -> list[ActionCount]:
        return ActionCount.all(self.tallied)

    @strawberry.field(
        description="The period in buckets from `since` on, at most 1500, without gaps: "
        "empty ones are zero.",
        metadata=Rows(BUCKET_LIMIT).metadata,
    )
    async def series(
        self,
        interval: Annotated[
            Interval, strawberry.argument(description="How long a bucket is.")
        ] = Interval.HOUR,
    ) -> list[ActivityBucket]:
        return [ActivityBucket.of(each) for each in await activity.series(self.period, interval)]

    @classmethod
    async def of(cls, period: Period) -> "ActivityStats":
        return cls(period=period, tallied=await activity.counts(period))
