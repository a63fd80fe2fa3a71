"""Values of requests and answers: how each is read, and how the OpenAPI document describes it."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from models.records import Micros
from models.vocabulary import CONTENT_TYPE_LENGTH, ID_LENGTH, SOURCE_LENGTH, PrivacyLevel
from resolvers.errors import shown
from resolvers.instants import parse_loosely
from resolvers.moving.legacy_names import (
    NAMES,
    SPELLINGS,
    UNDOING_NAMES,
    ActionRequest,
    action_request,
    context_of,
)
from resolvers.recording.contexts import RecordContext
from resolvers.targets import check_text

MOST = 999_999_999  # of what has no bound by its meaning
LEVELS = tuple(level.name.lower() for level in PrivacyLevel)
#: How the older clients are told what a level means for an interaction.
PROTECTION = {
    PrivacyLevel.FULL: "pseudonymized",
    PrivacyLevel.LIMITED: "aggregated",
    PrivacyLevel.NONE: "none",
}
# In an address, the plus of an offset that is not encoded arrives as a space.
_INSTANT_LENGTH = 65  # longer than any instant: what is cut there is refused
_LOST_PLUS = re.compile(r"([Tt ]\d\d:?\d\d\S*) (\d\d(?::?\d\d)?)\Z")


def _id(value: Any) -> str:
    """Ids are texts; some of the older clients send them as numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("allowed is a text or a whole number")


def _post_id(value: Any) -> str:
    return check_text(_id(value), ID_LENGTH)


def _deed(value: Any) -> ActionRequest:
    return action_request(_name(value, NAMES))


def _lasting(value: Any) -> ActionRequest:
    """An action to look for: what was taken back is not there to be found."""
    name = _name(value, NAMES)
    found = action_request(name)
    if found.undo:
        raise _no_name(name, NAMES)
    return found


def _level(value: Any) -> PrivacyLevel:
    name = _name(value, LEVELS)
    if name.lower() not in LEVELS:
        raise _no_name(name, LEVELS)
    return PrivacyLevel[name.upper()]


def _name(value: Any, known: Sequence[str]) -> str:
    if not isinstance(value, str):
        raise ValueError(f"allowed are {', '.join(known)}")
    return value


def _no_name(name: str, known: Sequence[str]) -> ValueError:
    return ValueError(f"got {shown(name)}; allowed are {', '.join(known)}")


def _instant(value: Any) -> Micros:
    try:
        return parse_loosely(_LOST_PLUS.sub(r"\1+\2", str(value)[:_INSTANT_LENGTH]))
    except ValueError as error:
        raise ValueError(f"got {error}") from None


def _context(value: Any) -> RecordContext:
    if not isinstance(value, dict):
        raise ValueError("allowed is a JSON object")
    return context_of(value)


def _flag(value: Any) -> bool:
    said = str(value).lower()
    if said not in ("true", "1", "false", "0"):
        raise ValueError(f"got {shown(str(value))}; allowed are true and false")
    return said in ("true", "1")


def _between(low: int, high: int) -> Callable[[Any], int]:
    def whole(value: Any) -> int:
        number = str(value)
        if not re.fullmatch(r"[0-9]{1,9}", number) or not low <= int(number) <= high:
            raise ValueError(f"got {shown(number)}; allowed are {low} to {high}")
        return int(number)

    return whole


def _names(*names: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(names)})


def _whole(low: int, high: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": low, "maximum": high})


_NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]*$"
_AN_ID_TEXT = {"type": "string", "minLength": 1, "maxLength": ID_LENGTH, "pattern": _NO_CONTROLS}
_AN_ID = WithJsonSchema({"anyOf": [_AN_ID_TEXT, {"type": "integer"}]})
_AN_ALIAS = WithJsonSchema({"type": "string", "pattern": "^u_[0-9a-f]{16,64}$"})
_AN_INSTANT = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
)
# A text is no longer than this; what is no text is kept as it is.
_A_CONTEXT = WithJsonSchema(
    {
        "type": "object",
        "properties": {
            "source": {"maxLength": SOURCE_LENGTH},
            "recommended": {"description": "true and false are understood."},
            "recommendation_id": {"maxLength": ID_LENGTH},
            "content_type": {"maxLength": CONTENT_TYPE_LENGTH},
            "hashtags": {"description": "A list of texts is understood."},
            "author_id": {"maxLength": ID_LENGTH, "pattern": _NO_CONTROLS},
            "author_alias": {"pattern": "^(u_[0-9a-f]{16,64})?$"},
        },
    }
)

Id = Annotated[str, BeforeValidator(_id), _AN_ID]
PostId = Annotated[str, BeforeValidator(_post_id), _AN_ID]
Alias = Annotated[str, _AN_ALIAS]
Doing = Annotated[ActionRequest, PlainValidator(_deed), _names(*NAMES, *SPELLINGS, *UNDOING_NAMES)]
Done = Annotated[ActionRequest, PlainValidator(_lasting), _names(*NAMES, *SPELLINGS)]
Sent = Annotated[RecordContext, PlainValidator(_context), _A_CONTEXT]
Level = Annotated[PrivacyLevel, PlainValidator(_level), _names(*LEVELS)]
Moment = Annotated[Micros, BeforeValidator(_instant), _AN_INSTANT]
Flag = Annotated[bool, BeforeValidator(_flag)]
UpTo100 = Annotated[int, BeforeValidator(_between(1, 100)), _whole(1, 100)]
Number = Annotated[int, BeforeValidator(_between(1, MOST)), _whole(1, MOST)]

Timestamp = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
LevelName = Annotated[str, _names(*LEVELS)]
Protection = Annotated[str, _names(*PROTECTION.values())]
