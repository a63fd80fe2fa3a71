"""The vocabulary: the 25 kinds of action and everything the product knows about each.

`ACTIONS` is the only place that says what an action is; every rule reads it. The `code` numbers
are what the database keeps, so they never change and are never used again.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import Final

ALIAS_LENGTH = 66
"""Characters of an alias: u_ and up to 64 hex digits."""

EVENT_ID_LENGTH = 128
"""Characters of an idempotency id."""

ID_LENGTH = 255
"""Characters of a target's id, and of any other id that clients give."""

SOURCE_LENGTH = 64
"""Characters of where something was done."""


class ActionType(StrEnum):
    FAVORITE = "FAVORITE"
    REBLOG = "REBLOG"
    BOOKMARK = "BOOKMARK"
    MORE_LIKE_THIS = "MORE_LIKE_THIS"
    LESS_LIKE_THIS = "LESS_LIKE_THIS"
    CLICK = "CLICK"
    VIEW = "VIEW"
    HIDE = "HIDE"
    VIBE = "VIBE"
    COMMENT = "COMMENT"
    REPLY = "REPLY"
    SHARE = "SHARE"
    REPOST = "REPOST"
    SAVE = "SAVE"
    MEDIA_EXPAND = "MEDIA_EXPAND"
    REPORT = "REPORT"
    PROFILE_VISIT = "PROFILE_VISIT"
    PROFILE_VIBE = "PROFILE_VIBE"
    POST_CREATE = "POST_CREATE"
    HASHTAG_USE = "HASHTAG_USE"
    EXPLORE_CLICK = "EXPLORE_CLICK"
    SEARCH = "SEARCH"
    CIRCLE_UPDATE = "CIRCLE_UPDATE"
    GROUP_JOIN = "GROUP_JOIN"
    COMMUNITY_JOIN = "COMMUNITY_JOIN"


class ActionFamily(StrEnum):
    ENGAGEMENT = "ENGAGEMENT"
    FEEDBACK = "FEEDBACK"
    NEGATIVE = "NEGATIVE"
    PROFILE = "PROFILE"
    CREATION = "CREATION"
    DISCOVERY = "DISCOVERY"
    SOCIAL_GRAPH = "SOCIAL_GRAPH"


class TargetKind(StrEnum):
    POST = "POST"
    PROFILE = "PROFILE"
    HASHTAG = "HASHTAG"
    QUERY = "QUERY"
    GROUP = "GROUP"
    COMMUNITY = "COMMUNITY"
    CIRCLE = "CIRCLE"


class SubjectKind(IntEnum):
    """What totals and scores are kept about: every kind of target but QUERY, and users."""

    USER = 0
    POST = 1
    PROFILE = 2
    HASHTAG = 3
    QUERY = 4
    GROUP = 5
    COMMUNITY = 6
    CIRCLE = 7


class PrivacyLevel(Enum):
    """How much is stored about a user; the numbers are what the database keeps."""

    FULL = 0
    LIMITED = 1
    NONE = 2


class Status(IntEnum):
    """What an interaction's row stands for."""

    SHOWN = 0  # it happened, or it holds: in history and in totals
    BARE = 1  # a state that holds, pruned from history: in totals alone
    UNDONE = 2  # a state that held and was taken back
    NEVER_HELD = 3  # instants of a state that has not held yet, such as an undo of nothing


COUNTED = (Status.SHOWN, Status.BARE)
"""What totals count: the events that happened, and the states that hold."""


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of action.

    `weight` is signed and about the content: what one of these, just recorded, adds to its post's
    score. A state holds or does not hold, once per user and target; anything else is an event and
    each one counts. `excludes` is the state that recording this one undoes.
    """

    type: ActionType
    code: int
    family: ActionFamily
    target_kind: TargetKind
    is_state: bool
    weight: float
    description: str
    excludes: ActionType | None = None


def _table() -> tuple[Action, ...]:
    a, f, k = ActionType, ActionFamily, TargetKind
    state, event = True, False
    more, less = a.MORE_LIKE_THIS, a.LESS_LIKE_THIS
    return (
        Action(a.FAVORITE, 1, f.ENGAGEMENT, k.POST, state, 4.0, "Marked a post as a favorite."),
        Action(a.REBLOG, 2, f.ENGAGEMENT, k.POST, state, 5.0, "Reblogged a post to followers."),
        Action(a.BOOKMARK, 3, f.ENGAGEMENT, k.POST, state, 3.0, "Bookmarked a post to return to."),
        Action(more, 4, f.FEEDBACK, k.POST, state, 8.0, "Asked for more posts like this.", less),
        Action(less, 5, f.FEEDBACK, k.POST, state, -6.0, "Asked for fewer posts like this.", more),
        Action(a.CLICK, 6, f.ENGAGEMENT, k.POST, event, 1.0, "Clicked through to a post."),
        Action(a.VIEW, 7, f.ENGAGEMENT, k.POST, event, 0.0, "Saw a post."),
        Action(a.HIDE, 8, f.NEGATIVE, k.POST, state, -2.0, "Hid a post from the feed."),
        Action(a.VIBE, 9, f.ENGAGEMENT, k.POST, state, 4.0, "Sent a post a vibe."),
        Action(a.COMMENT, 10, f.ENGAGEMENT, k.POST, event, 6.0, "Commented on a post."),
        Action(a.REPLY, 11, f.ENGAGEMENT, k.POST, event, 6.0, "Replied to a post."),
        Action(a.SHARE, 12, f.ENGAGEMENT, k.POST, event, 5.0, "Shared a post elsewhere."),
        Action(a.REPOST, 13, f.ENGAGEMENT, k.POST, state, 5.0, "Reposted a post to followers."),
        Action(a.SAVE, 14, f.ENGAGEMENT, k.POST, state, 3.0, "Saved a post for later."),
        Action(a.MEDIA_EXPAND, 15, f.ENGAGEMENT, k.POST, event, 1.0, "Opened a post's media."),
        Action(a.REPORT, 16, f.NEGATIVE, k.POST, state, -12.0, "Reported a post to moderators."),
        Action(a.PROFILE_VISIT, 17, f.PROFILE, k.PROFILE, event, 2.0, "Visited a profile."),
        Action(a.PROFILE_VIBE, 18, f.PROFILE, k.PROFILE, state, 4.0, "Sent a profile a vibe."),
        Action(a.POST_CREATE, 19, f.CREATION, k.POST, state, 6.0, "Published a post."),
        Action(a.HASHTAG_USE, 20, f.CREATION, k.HASHTAG, event, 1.0, "Used a hashtag."),
        Action(a.EXPLORE_CLICK, 21, f.DISCOVERY, k.POST, event, 1.0, "Opened a post from explore."),
        Action(a.SEARCH, 22, f.DISCOVERY, k.QUERY, event, 1.0, "Searched for a text."),
        Action(a.CIRCLE_UPDATE, 23, f.SOCIAL_GRAPH, k.CIRCLE, event, 2.0, "Changed a circle."),
        Action(a.GROUP_JOIN, 24, f.SOCIAL_GRAPH, k.GROUP, state, 5.0, "Joined a group."),
        Action(
            a.COMMUNITY_JOIN, 25, f.SOCIAL_GRAPH, k.COMMUNITY, state, 5.0, "Joined a community."
        ),
    )


ACTIONS: Final = {action.type: action for action in _table()}
ACTION_BY_CODE: Final = {action.code: action for action in ACTIONS.values()}
CIRCLES: Final = ("inner", "outer", "universal")


_SUBJECTS = {kind: SubjectKind[kind.name] for kind in TargetKind}
_TARGETS = {int(subject): kind for kind, subject in _SUBJECTS.items()}


def subject_kind(kind: TargetKind) -> SubjectKind:
    """What totals of a kind of target are kept under."""
    return _SUBJECTS[kind]


def target_kind(code: int) -> TargetKind:
    """The kind of target behind the number the database keeps."""
    return _TARGETS[code]
