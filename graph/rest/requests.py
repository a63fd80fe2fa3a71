"""What the older clients may send: the parameters and bodies of their requests."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graph.rest.values import (
    Alias,
    Doing,
    Done,
    Flag,
    Id,
    Level,
    Moment,
    Number,
    PostId,
    Sent,
    UpTo100,
)
from resolvers.history.pages import PAGE_SIZE
from resolvers.identity import is_alias
from resolvers.scoring.engagement import LIST_SIZE


class RestRequest(BaseModel):
    """What is sent beside the known fields is passed over, as the older servers did."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class UserRequest(RestRequest):
    """About one user; a user's own token need not say which."""

    user_id: Id | None = Field(None, description="The user's id; only its hash is kept.")
    user_alias: Alias | None = Field(None, description="The user's alias in place of the id.")

    @model_validator(mode="before")
    @classmethod
    def _one_is_filled(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Where one of the two is filled, the other may be left empty, in a body as well."""
        who = {name: given[name] for name in ("user_id", "user_alias") if name in given}
        filled = {name: value for name, value in who.items() if value not in (None, "")}
        if len(filled) != 1:
            return given
        return {name: given[name] for name in given if name in filled or name not in who}


class InteractionRequest(UserRequest):
    """What a user did with a post, or took back."""

    post_id: Id = Field(description="The post.")
    action_type: Doing = Field(description="What the user did; un… takes a state back.")
    context: Sent | None = Field(
        None,
        description="Where it happened. `source`, `recommended`, `recommendation_id`, "
        "`content_type`, `hashtags` and `author_id` (of which only the alias is kept, or "
        "`author_alias` in its place) are understood; everything else, and values of other types, "
        "is kept as it is, at most 4 KiB of it.",
    )


class PostRequest(RestRequest):
    """One post."""

    post_id: PostId = Field(description="The post.")


class HistoryRequest(RestRequest):
    """What a user did with posts, newest first."""

    user_alias: Alias = Field(description="The user's alias.")
    limit: UpTo100 = Field(PAGE_SIZE, description="How many at most.")
    action_type: Done | None = Field(None, description="Only this.")
    since: Moment | None = Field(None, description="Only from then on.")

    @property
    def user_id(self) -> None:
        """Only the alias names a user here."""


class LevelRequest(UserRequest):
    """How much is to be stored about a user."""

    tracking_level: Level = Field(
        description="`full`: everything under an alias; `limited`: counts alone; `none`: nothing."
    )


class ErasureRequest(UserRequest):
    """A user of whom nothing is to stay."""

    confirm: Flag = Field(False, description="Must be true, since it cannot be undone.")


class RecommendationRequest(UserRequest):
    """What to show to a user."""

    limit: UpTo100 = Field(LIST_SIZE, description="How many at most.")


class _OfUser(RestRequest):
    user: Id | None = Field(None, description="The user's id, or the alias `u_…`.")

    @property
    def user_id(self) -> str | None:
        return None if self.user_alias else self.user

    @property
    def user_alias(self) -> str | None:
        return self.user if self.user and is_alias(self.user) else None


class ActivityRequest(_OfUser):
    """What a user did, or took back."""

    activity_type: Doing = Field(description="What the user did; un… takes a state back.")
    target: Id | None = Field(
        None, description="What it was done to: a post's id, for actions on posts."
    )
    metadata: Any = Field(None, description="JSON of at most 4 KiB, kept as it is.")


class PageNumberRequest(_OfUser):
    """A list, page by page; those beyond its end are empty."""

    page: Number = Field(1, description="Which page; up to row 10 000.")
    page_size: UpTo100 = Field(PAGE_SIZE, description="How many to a page.")


class ActivitiesRequest(PageNumberRequest):
    """Activities, newest first, page by page."""

    activity_type: Done | None = Field(None, description="Only this.")


class EngagementRequest(PageNumberRequest):
    """The first 100 users by their scores, highest first; or one user, at whatever rank."""


class StatsRequest(RestRequest):
    """A period of whole days, UTC."""

    since: Moment | None = Field(
        None, description="From this day on; else totals are of all time, days the last 30."
    )
    until: Moment | None = Field(
        None, description="Before then, floored to the minute; if absent, the running one counts."
    )
