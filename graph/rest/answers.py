"""What the recommender's clients are answered with."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from graph.rest.values import LevelName, Protection, Timestamp
from models.reading.history import ShownInteraction
from models.records import Micros
from models.vocabulary import ACTION_BY_CODE
from resolvers.history.settings import UserSetting
from resolvers.history.stats import ActionCount, Totals
from resolvers.id_cipher import IdCipher
from resolvers.instants import format_millis
from resolvers.moving.legacy_names import ActionRequest, context_shown
from resolvers.privacy.levels import Erased
from resolvers.signals.reasons import ScoredPost

_UNNAMED = ("hides",)  # counted, but not among the names that this API has


class Answer(BaseModel):
    """An answer holds what it declares, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RefusalAnswer(Answer):
    """Why nothing was done: what was wrong with which field, and what is allowed."""

    error: str
    code: str
    field: str | None = None
    request_id: str | None = None


class RecordedAnswer(Answer):
    """What became of an interaction; it is durable. The id is null unless one is stored."""

    status: Literal["success"] = "success"
    interaction_id: str | None
    user_alias: str
    post_id: str
    action_type: str
    timestamp: Timestamp
    privacy_level: Protection


class CountAnswer(Answer):
    """How often an action occurred."""

    action_type: str
    count: int

    @classmethod
    def all(cls, counts: list[ActionCount]) -> "list[CountAnswer]":
        return [cls(action_type=action.lower(), count=count) for action, count in counts]


class NamedCountsAnswer(Answer):
    """The counts of a post that have names of their own."""

    favorites: int
    reblogs: int
    replies: int
    bookmarks: int
    more_like_this: int
    less_like_this: int
    clicks: int
    views: int


class PostStatsAnswer(Answer):
    """What has been counted about a post; the rate is null without views."""

    post_id: str
    interaction_counts: NamedCountsAnswer
    interactions: list[CountAnswer]
    engagement_rate: float | None
    last_interaction: Timestamp | None

    @classmethod
    def of(cls, post_id: str, totals: Totals) -> "PostStatsAnswer":
        rate = totals.engagement_rate
        named = {name: count for name, count in totals.named().items() if name not in _UNNAMED}
        return cls(
            post_id=post_id,
            interaction_counts=NamedCountsAnswer(**named),
            interactions=CountAnswer.all(totals.counts),
            engagement_rate=None if rate is None else round(rate, 2),
            last_interaction=at_or_none(totals.last_at),
        )


class InteractionAnswer(Answer):
    """Something a user did with a post."""

    interaction_id: str
    post_id: str
    action_type: str
    timestamp: Timestamp
    context: dict[str, Any]

    @classmethod
    def of(cls, row: ShownInteraction, id_cipher: IdCipher) -> "InteractionAnswer":
        return cls(
            interaction_id=id_cipher.interaction_id(row.id),
            post_id=row.target_id,
            action_type=ActionRequest(ACTION_BY_CODE[row.action].type).name,
            timestamp=format_millis(row.occurred_at),
            context=context_shown(row),
        )


class HistoryAnswer(Answer):
    """What a user did with posts; the total is counted no further than 10 000 with `since`."""

    user_alias: str
    total_count: int
    returned_count: int
    interactions: list[InteractionAnswer]


class SettingAnswer(Answer):
    """How much is stored about a user; the instants are null where the default holds."""

    user_id: str
    tracking_level: LevelName
    created_at: Timestamp | None
    updated_at: Timestamp | None

    @classmethod
    def of(cls, user: str, setting: UserSetting) -> "SettingAnswer":
        return cls(
            user_id=user,
            tracking_level=setting.level.name.lower(),
            created_at=at_or_none(setting.created_at),
            updated_at=at_or_none(setting.updated_at),
        )


class DeletedItemsAnswer(Answer):
    """How many were erased."""

    interactions: int
    settings: int


class ErasureAnswer(Answer):
    """What was erased, and when the last of it was gone."""

    status: Literal["success"] = "success"
    deleted_items: DeletedItemsAnswer
    deletion_time: Timestamp

    @classmethod
    def of(cls, erased: Erased, at: Micros) -> "ErasureAnswer":
        items = DeletedItemsAnswer(interactions=erased.interactions, settings=erased.settings)
        return cls(deleted_items=items, deletion_time=format_millis(at))


class RecommendationAnswer(Answer):
    """A post to show, and why."""

    id: str
    ranking_score: float
    recommendation_reason: str

    @classmethod
    def of(cls, scored: ScoredPost) -> "RecommendationAnswer":
        most = max(scored.reasons, key=lambda reason: reason.contribution)
        return cls(id=scored.post_id, ranking_score=scored.score, recommendation_reason=most.text)


class RecommendationsAnswer(Answer):
    """Posts for a user, the best first; for one of whom nothing is stored, what trends."""

    user_id: str
    recommendations: list[RecommendationAnswer]


def at_or_none(instant: Micros | None) -> str | None:
    """An instant as answers show it."""
    return None if instant is None else format_millis(instant)
