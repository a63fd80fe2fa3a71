"""What the recommender's clients are answered with."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from graph.privacy import PrivacySetting
from graph.rest.values import LevelName, Protection, Timestamp
from models.records import Micros, StoredInteraction
from models.vocabulary import ACTION_BY_CODE
from resolvers.engagement import Scored
from resolvers.instants import format_millis
from resolvers.olderclients import Deed, context_shown
from resolvers.opaque import Opaque
from resolvers.privacy import Erased
from resolvers.stats import ActionCount, Totals

_UNNAMED = ("hides",)  # counted, but not among the names that this API has


class Answer(BaseModel):
    """An answer holds what it declares, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusal(Answer):
    """Why nothing was done: what was wrong with which field, and what is allowed."""

    error: str
    code: str
    field: str | None = None
    request_id: str | None = None


class Recorded(Answer):
    """What became of an interaction; it is durable. The id is null unless one is stored."""

    status: Literal["success"] = "success"
    interaction_id: str | None
    user_alias: str
    post_id: str
    action_type: str
    timestamp: Timestamp
    privacy_level: Protection


class Count(Answer):
    """How often an action occurred."""

    action_type: str
    count: int

    @classmethod
    def all(cls, counts: list[ActionCount]) -> "list[Count]":
        return [cls(action_type=action.lower(), count=count) for action, count in counts]


class NamedCounts(Answer):
    """The counts of a post that have names of their own."""

    favorites: int
    reblogs: int
    replies: int
    bookmarks: int
    more_like_this: int
    less_like_this: int
    clicks: int
    views: int


class PostStats(Answer):
    """What has been counted about a post; the rate is null without views."""

    post_id: str
    interaction_counts: NamedCounts
    interactions: list[Count]
    engagement_rate: float | None
    last_interaction: Timestamp | None

    @classmethod
    def of(cls, post_id: str, totals: Totals) -> "PostStats":
        rate = totals.engagement_rate
        named = {name: count for name, count in totals.named().items() if name not in _UNNAMED}
        return cls(
            post_id=post_id,
            interaction_counts=NamedCounts(**named),
            interactions=Count.all(totals.counts),
            engagement_rate=None if rate is None else round(rate, 2),
            last_interaction=at_or_none(totals.last_at),
        )


class Interaction(Answer):
    """Something a user did with a post."""

    interaction_id: str
    post_id: str
    action_type: str
    timestamp: Timestamp
    context: dict[str, Any]

    @classmethod
    def of(cls, row: StoredInteraction, opaque: Opaque) -> "Interaction":
        return cls(
            interaction_id=opaque.interaction_id(row.id),
            post_id=row.target_id,
            action_type=Deed(ACTION_BY_CODE[row.action].type).name,
            timestamp=format_millis(row.occurred_at),
            context=context_shown(row),
        )


class History(Answer):
    """What a user did with posts; the total is counted no further than 10 000 with `since`."""

    user_alias: str
    total_count: int
    returned_count: int
    interactions: list[Interaction]


class Setting(Answer):
    """How much is stored about a user; the instants are null where the default holds."""

    user_id: str
    tracking_level: LevelName
    created_at: Timestamp | None
    updated_at: Timestamp | None

    @classmethod
    def of(cls, user: str, setting: PrivacySetting) -> "Setting":
        return cls(
            user_id=user,
            tracking_level=setting.level.name.lower(),
            created_at=at_or_none(setting.created_at),
            updated_at=at_or_none(setting.updated_at),
        )


class DeletedItems(Answer):
    """How many were erased."""

    interactions: int
    settings: int


class Erasure(Answer):
    """What was erased, and when the last of it was gone."""

    status: Literal["success"] = "success"
    deleted_items: DeletedItems
    deletion_time: Timestamp

    @classmethod
    def of(cls, erased: Erased, at: Micros) -> "Erasure":
        items = DeletedItems(interactions=erased.interactions, settings=erased.settings)
        return cls(deleted_items=items, deletion_time=format_millis(at))


class Recommendation(Answer):
    """A post to show, and why."""

    id: str
    ranking_score: float
    recommendation_reason: str

    @classmethod
    def of(cls, trending: Scored) -> "Recommendation":
        reason = "trending now"
        return cls(id=trending.id, ranking_score=trending.score, recommendation_reason=reason)


class Recommendations(Answer):
    """Posts for a user, the best first: what trends, whoever asks."""

    user_id: str
    recommendations: list[Recommendation]


def at_or_none(instant: Micros | None) -> str | None:
    """An instant as answers show it."""
    return None if instant is None else format_millis(instant)
