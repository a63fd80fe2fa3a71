"""What the activity tracker's clients are answered with."""

from typing import Any

from graph.rest.answers import Answer, at_or_none
from graph.rest.values import Timestamp
from models.reading.history import ShownInteraction
from models.vocabulary import ACTION_BY_CODE
from resolvers.history.activity import Bucket
from resolvers.history.scores import UserScore
from resolvers.history.stats import ActionCount
from resolvers.id_cipher import IdCipher
from resolvers.instants import format_instant, format_millis
from resolvers.moving.legacy_names import ActionRequest, metadata_of


class ActivityAnswer(Answer):
    """Something a user did; the id is null where none is stored."""

    id: str | None
    user: str
    activity_type: str
    target: str
    metadata: Any
    created_at: Timestamp

    @classmethod
    def of(cls, row: ShownInteraction, id_cipher: IdCipher) -> "ActivityAnswer":
        return cls(
            id=id_cipher.interaction_id(row.id),
            user=row.user_alias,
            activity_type=ActionRequest(ACTION_BY_CODE[row.action].type).name,
            target=row.target_id,
            metadata=metadata_of(row),
            created_at=format_millis(row.occurred_at),
        )


class PageAnswer(Answer):
    """A page of a list, with the addresses of those around it."""

    count: int
    next: str | None
    previous: str | None


class ActivitiesAnswer(PageAnswer):
    """Activities, newest first; counted no further than 10 000, but for a user's."""

    results: list[ActivityAnswer]


class ScorePartAnswer(Answer):
    """What one activity type contributes to a score."""

    activity_type: str
    count: int
    weight: float
    contribution: float


class ScoreAnswer(Answer):
    """How engaged a user is, as of now: a decayed sum, and the same on a scale of 0 to 100."""

    user: str
    score: float
    normalized: float
    rank: int | None
    components: list[ScorePartAnswer]
    updated_at: Timestamp | None

    @classmethod
    def of(cls, score: UserScore, rank: int | None) -> "ScoreAnswer":
        return cls(
            user=score.alias,
            score=score.score,
            normalized=score.normalized,
            rank=rank,
            components=[
                ScorePartAnswer(
                    activity_type=part.action.lower(),
                    count=part.count,
                    weight=part.weight,
                    contribution=part.contribution,
                )
                for part in score.components
            ],
            updated_at=at_or_none(score.updated_at),
        )


class ScoresAnswer(PageAnswer):
    """Users by their scores, the highest first: of the first 100, or of one user."""

    results: list[ScoreAnswer]


class RecalculatedAnswer(Answer):
    """How many users' scores were recounted."""

    updated: int


class TypeCountAnswer(Answer):
    """How often an activity type occurred."""

    activity_type: str
    count: int

    @classmethod
    def all(cls, counts: list[ActionCount]) -> "list[TypeCountAnswer]":
        return [cls(activity_type=action.lower(), count=count) for action, count in counts]


class DayAnswer(Answer):
    """What happened on a day, UTC."""

    date: str
    count: int
    by_type: list[TypeCountAnswer]

    @classmethod
    def of(cls, bucket: Bucket) -> "DayAnswer":
        date = format_instant(bucket.start)[:10]
        return cls(date=date, count=bucket.total, by_type=TypeCountAnswer.all(bucket.counts))


class StatsAnswer(Answer):
    """Totals per activity type, and per day without gaps; `since` is null for all time."""

    since: Timestamp | None
    until: Timestamp
    total: int
    by_type: list[TypeCountAnswer]
    by_day: list[DayAnswer]
