"""The schema's enums, over the vocabulary's own, with a description for each value."""

from collections.abc import Mapping
from enum import Enum, StrEnum

import strawberry

from models.vocabulary import ACTIONS, ActionFamily, ActionType, PrivacyLevel, TargetKind
from resolvers.errors import InputErrorCode
from resolvers.history.activity import Interval
from resolvers.recording.submissions import Outcome
from resolvers.signals.outcomes import OutcomeGroup
from resolvers.signals.reasons import ReasonKind


class FacetKind(StrEnum):
    """The kinds of facets that a user may prefer."""

    CONTENT_TYPE = "CONTENT_TYPE"
    HASHTAG = "HASHTAG"
    AUTHOR = "AUTHOR"
    SOURCE = "SOURCE"


def _describe(enum: type[Enum], name: str, description: str, values: Mapping[Enum, str]) -> None:
    strawberry.enum(enum, name=name, description=description)
    definition = enum.__strawberry_definition__  # type: ignore[attr-defined]  # set just above
    for value in definition.values:
        value.description = values[enum[value.name]]


_describe(
    ActionType,
    "ActionType",
    "What a user did. `actionTypes` tells each one's family, target, state and weight.",
    {action.type: action.description for action in ACTIONS.values()},
)
_describe(
    ActionFamily,
    "ActionFamily",
    "What an action is about.",
    {
        ActionFamily.ENGAGEMENT: "Engaging with a post.",
        ActionFamily.FEEDBACK: "Telling the feed what to show more or less of.",
        ActionFamily.NEGATIVE: "Turning a post away.",
        ActionFamily.PROFILE: "Looking at or liking a person.",
        ActionFamily.CREATION: "Making something.",
        ActionFamily.DISCOVERY: "Looking for something.",
        ActionFamily.SOCIAL_GRAPH: "Choosing whom to be with.",
    },
)
_describe(
    TargetKind,
    "TargetKind",
    "What an action is done to.",
    {
        TargetKind.POST: "A post, by your own id: 1 to 255 characters, case kept.",
        TargetKind.PROFILE: "A user's profile, by user id or alias; stored as the alias.",
        TargetKind.HASHTAG: "A hashtag; case-folded, without `#`.",
        TargetKind.QUERY: "A search text, at most 255 characters; no totals are kept of it.",
        TargetKind.GROUP: "A group, by your own id.",
        TargetKind.COMMUNITY: "A community, by your own id.",
        TargetKind.CIRCLE: "A circle: `inner`, `outer` or `universal`.",
    },
)
_describe(
    Interval,
    "Interval",
    "How long a bucket of a series is.",
    {
        Interval.MINUTE: "A minute.",
        Interval.HOUR: "60 minutes.",
        Interval.DAY: "24 hours.",
    },
)
_describe(
    PrivacyLevel,
    "PrivacyLevel",
    "How much is stored about a user.",
    {
        PrivacyLevel.FULL: "Interactions are stored under the user's alias.",
        PrivacyLevel.LIMITED: "Interactions are counted, not stored per user.",
        PrivacyLevel.NONE: "Nothing is stored.",
    },
)
_describe(
    Outcome,
    "RecordOutcome",
    "What became of one input.",
    {
        Outcome.CREATED: "Stored as a new interaction.",
        Outcome.UNCHANGED: "Already so: a retry, or a state that already holds.",
        Outcome.REACTIVATED: "A state that had been undone holds again, under the same id.",
        Outcome.UNDONE: "A state that held was taken back.",
        Outcome.AGGREGATED: "The user's privacy is LIMITED: counted, not stored per user.",
        Outcome.NOT_STORED: "The user's privacy is NONE: nothing was stored.",
        Outcome.REJECTED: "Nothing was stored; `errors` says why.",
    },
)
_describe(
    InputErrorCode,
    "InputErrorCode",
    "Why an input was rejected.",
    {
        InputErrorCode.INVALID: "The value is malformed, or contradicts another field; without a "
        "field, the database would not take the input, and the message has a request id.",
        InputErrorCode.MISSING: "The field is needed.",
        InputErrorCode.CONFLICT_ID: "The `eventId` already stands for another input.",
        InputErrorCode.TOO_LONG: "The text or the JSON is too long.",
        InputErrorCode.TOO_MANY: "The list has too many items.",
        InputErrorCode.IN_FUTURE: "The instant lies more than 5 minutes ahead.",
        InputErrorCode.TOO_OLD: "The instant lies before the retention.",
        InputErrorCode.WRONG_TARGET: "The action is done to another kind of target.",
        InputErrorCode.NOT_ALLOWED: "The caller or the action does not allow it.",
    },
)
_describe(
    OutcomeGroup,
    "OutcomeGroup",
    "What outcomes of recommending are told by.",
    {
        OutcomeGroup.DAY: "The day on which something occurred, UTC.",
        OutcomeGroup.SOURCE: "Where it was done, by `context.source`.",
        OutcomeGroup.VARIANT: "What recommended the post, by `context.recommendationId`.",
    },
)
_describe(
    ReasonKind,
    "ReasonKind",
    "Why a post is shown or turned away.",
    {
        ReasonKind.POPULAR: "Many engage with it at present.",
        ReasonKind.RECENT: "It is new.",
        ReasonKind.SIMILAR: "The same people engage with it as with what the user liked.",
        ReasonKind.AUTHOR: "The user likes posts of its author.",
        ReasonKind.HASHTAG: "The user likes posts with its hashtag.",
        ReasonKind.CONTENT_TYPE: "The user likes posts of its content type.",
        ReasonKind.SOCIAL: "Who and what is near the user has to do with it.",
        ReasonKind.EXPLORATION: "Few saw it, and it may be worth more than is known.",
        ReasonKind.HIDDEN: "The user hid it.",
        ReasonKind.REPORTED: "The user reported it.",
        ReasonKind.DISLIKED: "The user asked for fewer posts like it.",
        ReasonKind.DELETED: "The site took it away.",
        ReasonKind.TOO_SIMILAR: "It is much like what the user turned away.",
    },
)
_describe(
    FacetKind,
    "FacetKind",
    "What kind of thing a user may prefer.",
    {
        FacetKind.CONTENT_TYPE: "What a post is, such as a video.",
        FacetKind.HASHTAG: "A hashtag that a post has, case-folded, without `#`.",
        FacetKind.AUTHOR: "Who made a post, by alias.",
        FacetKind.SOURCE: "Where the user acted, as the context says.",
    },
)
