"""Intake: what a client sent, checked field by field and made a submission, or refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from models.records import Micros
from models.vocabulary import (
    ACTIONS,
    EVENT_ID_LENGTH,
    ID_LENGTH,
    SOURCE_LENGTH,
    Action,
    ActionType,
    TargetKind,
)
from resolvers.caller import Caller
from resolvers.errors import InputError, InputErrorCode
from resolvers.identity import Identity
from resolvers.submissions import Submission
from resolvers.targets import BadId, check_fits, check_text, checked_alias, stored_id, user_alias

CONTENT_TYPE_LENGTH = 64
HASHTAGS = 30
HASHTAG_LENGTH = 100
METADATA_BYTES = 4 * 1024
METADATA_DEPTH = 32
FUTURE_TOLERANCE: Micros = 5 * 60 * 1_000_000


@dataclass(slots=True)
class Context:
    """What came with an interaction: where it happened, and how its post looked."""

    source: str | None = None
    recommended: bool = False
    recommendation_id: str | None = None
    content_type: str | None = None
    hashtags: Sequence[str] | None = None
    author_id: str | None = None
    metadata: Any = None


NO_CONTEXT = Context()


@dataclass(slots=True)
class Request:
    """One input as a client sent it, well-typed and otherwise unchecked."""

    action: ActionType
    user_id: str | None = None
    user_alias: str | None = None
    post_id: str | None = None
    target: tuple[TargetKind, str] | None = None
    occurred_at: Micros | None = None
    sent_at: Micros | None = None
    event_id: str | None = None
    undo: bool = False
    context: Context = field(default_factory=lambda: NO_CONTEXT)


@dataclass(slots=True)
class Admission:
    """A request after intake: its submission, or the errors that keep it out.

    The alias and the post id are there whenever they are well-formed themselves.
    """

    submission: Submission | None
    user_alias: str | None
    post_id: str | None
    errors: tuple[InputError, ...]


def admit(
    request: Request, caller: Caller, identity: Identity, now: Micros, *, imported: bool = False
) -> Admission:
    """Check a request; all of its errors are found at once. `now` is when it arrived."""
    errors: list[InputError] = []
    action = ACTIONS[request.action]
    alias = whose(request, caller, identity, errors)
    target_id = _target(request, action, identity, errors)
    if request.undo and not action.is_state:
        message = f"{action.type} is an event and cannot be undone; allowed are states"
        errors.append(InputError(InputErrorCode.NOT_ALLOWED, ("action",), message))
    occurred_at = _instant(request, now, errors, imported)
    if request.event_id is not None:
        _check(errors, check_text, request.event_id, EVENT_ID_LENGTH, "eventId")
    context = _context(request.context, errors)
    submission = None
    if alias is not None and target_id is not None and not errors:
        submission = Submission(
            alias,
            action,
            target_id,
            request.undo,
            occurred_at,
            now,
            request.event_id,
            request.context.source,
            request.context.recommended,
            context,
            imported,
        )
    post_id = target_id if action.target_kind is TargetKind.POST else None
    return Admission(submission, alias, post_id, tuple(errors))


class Naming(Protocol):
    """An input that may name a user, by raw id or by alias."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def user_alias(self) -> str | None: ...


def whose(
    request: Naming, caller: Caller, identity: Identity, errors: list[InputError]
) -> str | None:
    """The alias of the user that an input is about; None once what is wrong is in `errors`."""
    if request.user_id is not None and request.user_alias is not None:
        message = "got userId as well; allowed is one of the two"
        errors.append(InputError(InputErrorCode.INVALID, ("userAlias",), message))
        return None
    try:
        if request.user_id is not None:
            field, alias = "userId", user_alias(request.user_id, identity)
        elif request.user_alias is not None:
            field, alias = "userAlias", checked_alias(request.user_alias)
        elif caller.alias is not None:
            return caller.alias
        else:
            message = "needed where the caller is no user: userId, or userAlias in its place"
            errors.append(InputError(InputErrorCode.MISSING, ("userId",), message))
            return None
    except BadId as bad:
        errors.append(bad.at("userId" if request.user_id is not None else "userAlias"))
        return None
    if caller.alias is not None and alias != caller.alias:
        message = "names another user; allowed is the caller's own user, or none"
        errors.append(InputError(InputErrorCode.NOT_ALLOWED, (field,), message))
        return None
    return alias


def _target(
    request: Request, action: Action, identity: Identity, errors: list[InputError]
) -> str | None:
    """The stored id of what was acted on."""
    right = action.target_kind
    if request.post_id is not None and request.target is not None:
        message = "got postId as well; allowed is exactly one of the two"
        errors.append(InputError(InputErrorCode.INVALID, ("target",), message))
        return None
    if request.post_id is not None:
        kind, target_id = TargetKind.POST, request.post_id
        kind_field = id_field = ["postId"]
    elif request.target is not None:
        kind, target_id = request.target
        kind_field, id_field = ["target", "kind"], ["target", "id"]
    else:
        field = "postId" if right is TargetKind.POST else "target"
        message = f"needed: {action.type} is done to a {right}"
        errors.append(InputError(InputErrorCode.MISSING, (field,), message))
        return None
    if kind is not right:
        message = f"got a {kind}; {action.type} is done to a {right}"
        errors.append(InputError(InputErrorCode.WRONG_TARGET, tuple(kind_field), message))
        return None
    try:
        return stored_id(kind, target_id, identity)
    except BadId as bad:
        errors.append(bad.at(*id_field))
        return None


def _instant(
    request: Request, now: Micros, errors: list[InputError], imported: bool
) -> Micros | None:
    """When it occurred by the server's clock; None if the client did not say.

    What is imported was not sent just now, so its `sentAt` says nothing about a clock.
    """
    at = request.occurred_at
    if at is None:
        return None
    if request.sent_at is not None and not imported:
        at = now - (request.sent_at - at)
    if at > now + FUTURE_TOLERANCE:
        ahead = (at - now) // 1_000_000
        message = f"got an instant {ahead} seconds ahead; allowed are at most 300"
        errors.append(InputError(InputErrorCode.IN_FUTURE, ("occurredAt",), message))
    if at < 0:
        before = -at // 1_000_000
        message = f"got an instant {before} seconds before 1970, the earliest that is allowed"
        errors.append(InputError(InputErrorCode.TOO_OLD, ("occurredAt",), message))
    return min(at, now)


def _context(context: Context, errors: list[InputError]) -> str | None:
    """The context as the JSON that is stored, without what has columns of its own."""
    if context is NO_CONTEXT:
        return None
    texts = (
        ("source", context.source, SOURCE_LENGTH),
        ("recommendationId", context.recommendation_id, ID_LENGTH),
        ("contentType", context.content_type, CONTENT_TYPE_LENGTH),
        ("authorId", context.author_id, ID_LENGTH),
    )
    for name, text, limit in texts:
        if text is not None:
            _check(errors, check_fits, text, limit, "context", name)
    _check_hashtags(context.hashtags or (), errors)
    kept: dict[str, Any] = {
        "recommendationId": context.recommendation_id,
        "contentType": context.content_type,
        "hashtags": list(context.hashtags) if context.hashtags else None,
        "authorId": context.author_id,
    }
    kept = {name: value for name, value in kept.items() if value is not None}
    if context.metadata is not None:
        _check_metadata(context.metadata, errors)
        kept["metadata"] = context.metadata
    return orjson.dumps(kept).decode() if kept and not errors else None


def _check_hashtags(hashtags: Sequence[str], errors: list[InputError]) -> None:
    if len(hashtags) > HASHTAGS:
        message = f"got {len(hashtags)} hashtags; allowed are at most {HASHTAGS}"
        errors.append(InputError(InputErrorCode.TOO_MANY, ("context", "hashtags"), message))
        return
    for position, hashtag in enumerate(hashtags):
        place = ("context", "hashtags", str(position))
        _check(errors, check_fits, hashtag, HASHTAG_LENGTH, *place)


def _check_metadata(metadata: Any, errors: list[InputError]) -> None:
    field = ("context", "metadata")
    try:
        encoded = orjson.dumps(metadata)
    except (TypeError, ValueError):
        encoded = b"null"
    if _is_deeper(metadata, METADATA_DEPTH):
        message = f"got JSON more than {METADATA_DEPTH} levels deep; that many are allowed"
        errors.append(InputError(InputErrorCode.INVALID, field, message))
        return
    if orjson.loads(encoded) != metadata:  # infinities and NaN would become null
        message = (
            "got a number beyond 64 bits, or half of a character; "
            "allowed is JSON with 64-bit numbers and well-formed text"
        )
        errors.append(InputError(InputErrorCode.INVALID, field, message))
        return
    if len(encoded) > METADATA_BYTES:
        message = f"got {len(encoded)} bytes encoded; allowed are at most {METADATA_BYTES}"
        errors.append(InputError(InputErrorCode.TOO_LONG, field, message))


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _check(
    errors: list[InputError], check: Callable[[str, int], str], text: str, limit: int, *field: str
) -> None:
    try:
        check(text, limit)
    except BadId as bad:
        errors.append(bad.at(*field))
