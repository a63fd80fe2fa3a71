"""What the activity tracker's clients are answered with."""

from typing import Any

from graph.rest.answers import Answer, at_or_none
from graph.rest.values import Timestamp
from graph.users import EngagementScore
from models.records import StoredInteraction
from models.vocabulary import ACTION_BY_CODE
from resolvers.activity import Bucket
from resolvers.instants import format_instant, format_millis
from resolvers.olderclients import Deed, metadata_of
from resolvers.opaque import Opaque
from resolvers.stats import ActionCount


class Activity(Answer):
    """Something a user did; the id is null where none is stored."""

    id: str | None
    user: str
    activity_type: str
    target: str
    metadata: Any
    created_at: Timestamp

    @classmethod
    def of(cls, row: StoredInteraction, opaque: Opaque) -> "Activity":
        return cls(
            id=opaque.interaction_id(row.id),
            user=row.user_alias,
            activity_type=Deed(ACTION_BY_CODE[row.action].type).name,
            target=row.target_id,
            metadata=metadata_of(row),
            created_at=format_millis(row.occurred_at),
        )


class Page(Answer):
    """A page of a list, with the addresses of those around it."""

    count: int
    next: str | None
    previous: str | None


class Activities(Page):
    """Activities, newest first; counted no further than 10 000, but for a user's."""

    results: list[Activity]


class ScorePart(Answer):
    """What one activity type contributes to a score."""

    activity_type: str
    count: int
    weight: float
    contribution: float


class Score(Answer):
    """How engaged a user is, as of now: a decayed sum, and the same on a scale of 0 to 100."""

    user: str
    score: float
    normalized: float
    rank: int | None
    components: list[ScorePart]
    updated_at: Timestamp | None

    @classmethod
    def of(cls, score: EngagementScore) -> "Score":
        return cls(
            user=score.alias,
            score=score.score,
            normalized=score.normalized,
            rank=score.place,
            components=[
                ScorePart(
                    activity_type=part.action.lower(),
                    count=part.count,
                    weight=part.weight,
                    contribution=part.contribution,
                )
                for part in score.components
            ],
            updated_at=at_or_none(score.updated_at),
        )


class Scores(Page):
    """Users by their scores, the highest first: of the first 100, or of one user."""

    results: list[Score]


class Recalculated(Answer):
    """How many users' scores were recounted."""

    updated: int


class TypeCount(Answer):
    """How often an activity type occurred."""

    activity_type: str
    count: int

    @classmethod
    def all(cls, counts: list[ActionCount]) -> "list[TypeCount]":
        return [cls(activity_type=action.lower(), count=count) for action, count in counts]


class Day(Answer):
    """What happened on a day, UTC."""

    date: str
    count: int
    by_type: list[TypeCount]

    @classmethod
    def of(cls, bucket: Bucket) -> "Day":
        date = format_instant(bucket.start)[:10]
        return cls(date=date, count=bucket.total, by_type=TypeCount.all(bucket.counts))


class Stats(Answer):
    """Totals per activity type, and per day without gaps; `since` is null for all time."""

    since: Timestamp | None
    until: Timestamp
    total: int
    by_type: list[TypeCount]
    by_day: list[Day]
