"""The vocabulary: the 25 kinds of action and all that is known about each.

`ACTIONS` is the only place that says what an action is; every rule reads it. The `code` numbers
are what the database keeps, so they never change and are never used again.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from functools import partial
from typing import Any, Final

ALIAS_LENGTH = 66
"""Characters of an alias: u_ and up to 64 hex digits."""

EVENT_ID_LENGTH = 128
"""Characters of an idempotency id."""

ID_LENGTH = 255
"""Characters of a target's id, and of any other id that clients give."""

SOURCE_LENGTH = 64
"""Characters of where something was done."""


CONTENT_TYPE_LENGTH = 64
"""Characters of a content type."""

FACET_LENGTH = ID_LENGTH + len("COMMUNITY:")
"""Characters of what a post is found by: the longest is a place with its kind."""


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
    """What totals and scores are about: every kind of target but QUERY, and users."""

    USER = 0
    POST = 1
    PROFILE = 2
    HASHTAG = 3
    QUERY = 4
    GROUP = 5
    COMMUNITY = 6
    CIRCLE = 7


class FacetKind(IntEnum):
    """What posts are found by, and what users prefer; the numbers are what the database keeps."""

    CONTENT_TYPE = 1
    HASHTAG = 2
    AUTHOR = 3
    SOURCE = 4  # of interactions alone
    PLACE = 5  # of posts alone: a group or community that it stands in


class PrivacyLevel(Enum):
    """How much is stored about a user; the numbers are what the database keeps."""

    FULL = 0
    LIMITED = 1
    NONE = 2


class Status(IntEnum):
    """What an interaction's row stands for."""

    SHOWN = 0  # it happened, or it holds: in history and in totals
    ARCHIVED = 1  # a state that holds, pruned from history: in totals alone
    UNDONE = 2  # a state that held and was taken back
    NEVER_HELD = 3  # instants of a state that has not held yet, such as an undo of nothing


COUNTED = (Status.SHOWN, Status.ARCHIVED)
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
    return (
        _state(a.FAVORITE, 1, 4.0, "Marked a post as a favorite."),
        _state(a.REBLOG, 2, 5.0, "Reblogged a post to followers."),
        _state(a.BOOKMARK, 3, 3.0, "Bookmarked a post to return to."),
        _state(
            a.MORE_LIKE_THIS,
            4,
            8.0,
            "Asked for more posts like this.",
            family=f.FEEDBACK,
            excludes=a.LESS_LIKE_THIS,
        ),
        _state(
            a.LESS_LIKE_THIS,
            5,
            -6.0,
            "Asked for fewer posts like this.",
            family=f.FEEDBACK,
            excludes=a.MORE_LIKE_THIS,
        ),
        _event(a.CLICK, 6, 1.0, "Clicked through to a post."),
        _event(a.VIEW, 7, 0.0, "Saw a post."),
        _state(a.HIDE, 8, -2.0, "Hid a post from the feed.", family=f.NEGATIVE),
        _state(a.VIBE, 9, 4.0, "Sent a post a vibe."),
        _event(a.COMMENT, 10, 6.0, "Commented on a post."),
        _event(a.REPLY, 11, 6.0, "Replied to a post."),
        _event(a.SHARE, 12, 5.0, "Shared a post elsewhere."),
        _state(a.REPOST, 13, 5.0, "Reposted a post to followers."),
        _state(a.SAVE, 14, 3.0, "Saved a post for later."),
        _event(a.MEDIA_EXPAND, 15, 1.0, "Opened a post's media."),
        _state(a.REPORT, 16, -12.0, "Reported a post to moderators.", family=f.NEGATIVE),
        _event(
            a.PROFILE_VISIT, 17, 2.0, "Visited a profile.", family=f.PROFILE, target_kind=k.PROFILE
        ),
        _state(
            a.PROFILE_VIBE,
            18,
            4.0,
            "Sent a profile a vibe.",
            family=f.PROFILE,
            target_kind=k.PROFILE,
        ),
        _state(a.POST_CREATE, 19, 6.0, "Published a post.", family=f.CREATION),
        _event(a.HASHTAG_USE, 20, 1.0, "Used a hashtag.", family=f.CREATION, target_kind=k.HASHTAG),
        _event(a.EXPLORE_CLICK, 21, 1.0, "Opened a post from explore.", family=f.DISCOVERY),
        _event(a.SEARCH, 22, 1.0, "Searched for a text.", family=f.DISCOVERY, target_kind=k.QUERY),
        _event(
            a.CIRCLE_UPDATE,
            23,
            2.0,
            "Changed a circle.",
            family=f.SOCIAL_GRAPH,
            target_kind=k.CIRCLE,
        ),
        _state(
            a.GROUP_JOIN, 24, 5.0, "Joined a group.", family=f.SOCIAL_GRAPH, target_kind=k.GROUP
        ),
        _state(
            a.COMMUNITY_JOIN,
            25,
            5.0,
            "Joined a community.",
            family=f.SOCIAL_GRAPH,
            target_kind=k.COMMUNITY,
        ),
    )


def _action(
    type: ActionType, code: int, weight: float, description: str, *, is_state: bool, **more: Any
) -> Action:
    """An action, an engagement with a post unless it says otherwise."""
    usual = {"family": ActionFamily.ENGAGEMENT, "target_kind": TargetKind.POST, **more}
    return Action(
        type=type,
        code=code,
        weight=weight,
        description=description,
        is_state=is_state,
        **usual,
    )


_state, _event = partial(_action, is_state=True), partial(_action, is_state=False)


ACTIONS: Final = {action.type: action for action in _table()}
ACTION_BY_CODE: Final = {action.code: action for action in ACTIONS.values()}
CIRCLES: Final = ("inner", "outer", "universal")


_SUBJECTS = {kind: SubjectKind[kind.name] for kind in TargetKind}
TARGET_KINDS: Final = {int(subject): kind for kind, subject in _SUBJECTS.items()}


def subject_kind(kind: TargetKind) -> SubjectKind:
    """What kind of subject the totals of a kind of target have."""
    return _SUBJECTS[kind]


def target_kind(code: int) -> TargetKind:
    """The kind of target behind the number the database keeps."""
    return TARGET_KINDS[code]
