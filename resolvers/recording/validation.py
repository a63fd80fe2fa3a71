"""Validation: what a client sent, checked field by field; a submission, or its errors."""

from dataclasses import dataclass, field
from typing import Protocol

from models.records import MINUTE, Micros
from models.vocabulary import (
    ACTIONS,
    EVENT_ID_LENGTH,
    Action,
    ActionType,
    TargetKind,
)
from resolvers.caller import Caller
from resolvers.errors import InputError, InputErrorCode, Unreadable
from resolvers.identity import Identity
from resolvers.recording.contexts import NO_CONTEXT, RecordContext, stored_context, variant_of
from resolvers.recording.submissions import Submission
from resolvers.targets import BadId, check_text, checked_alias, stored_id, user_alias

CLOCK_TOLERANCE: Micros = 5 * MINUTE
"""How far a client's clock may be from the server's before it counts as wrong."""

_POST = TargetKind.POST  # looked up here once: see the state machine


@dataclass(slots=True)
class RecordRequest:
    """One input as a client sent it, unchecked; ids and instants may be `Unreadable`."""

    action: ActionType
    user_id: str | None = None
    user_alias: str | None = None
    post_id: str | None = None
    target: tuple[TargetKind, str] | None = None
    occurred_at: Micros | Unreadable | None = None
    sent_at: Micros | Unreadable | None = None
    event_id: str | None = None
    undo: bool = False
    context: RecordContext = field(default_factory=lambda: NO_CONTEXT)


@dataclass(slots=True)
class ValidatedRequest:
    """A request after validation: its submission, or the errors that keep it out.

    The alias and the post id are there whenever they are well-formed themselves.
    """

    submission: Submission | None
    user_alias: str | None
    post_id: str | None
    errors: tuple[InputError, ...]


def validate(
    request: RecordRequest,
    caller: Caller,
    identity: Identity,
    now: Micros,
    *,
    imported: bool = False,
) -> ValidatedRequest:
    """Check a request; all of its errors are found at once. `now` is when it arrived."""
    errors: list[InputError] = []
    action = ACTIONS[request.action]
    alias = resolve_user(request, caller, identity, errors)
    target_id = _target(request, action, identity, errors)
    if request.undo and not action.is_state:
        message = f"{action.type} is an event and cannot be undone; allowed are states"
        errors.append(InputError(InputErrorCode.NOT_ALLOWED, ("action",), message))
    occurred_at: Micros | None = None
    context: str | None = None
    variant: str | None = None
    if request.occurred_at is not None or request.sent_at is not None:
        occurred_at = _instant(request, now, errors, imported)
    if request.event_id is not None:
        try:
            check_text(request.event_id, EVENT_ID_LENGTH)
        except BadId as bad:
            errors.append(bad.at("eventId"))
    if request.context is not NO_CONTEXT:
        context = stored_context(request.context, identity, errors)
        variant = variant_of(request.context, action)
    submission = None
    if alias is not None and target_id is not None and not errors:
        submission = Submission(
            user_alias=alias,
            action=action,
            target_id=target_id,
            undo=request.undo,
            occurred_at=occurred_at,
            arrived_at=now,
            event_id=request.event_id,
            source=request.context.source,
            recommended=request.context.recommended,
            context=context,
            imported=imported,
            variant=variant,
        )
    post_id = target_id if action.target_kind is _POST else None
    return ValidatedRequest(submission, alias, post_id, tuple(errors))


class UserReference(Protocol):
    """An input that may name a user, by raw id or by alias."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def user_alias(self) -> str | None: ...


def resolve_user(
    request: UserReference, caller: Caller, identity: Identity, errors: list[InputError]
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
    request: RecordRequest, action: Action, identity: Identity, errors: list[InputError]
) -> str | None:
    """The stored id of what was acted on."""
    right = action.target_kind
    if request.post_id is not None and request.target is not None:
        message = "got postId as well; allowed is exactly one of the two"
        errors.append(InputError(InputErrorCode.INVALID, ("target",), message))
        return None
    if request.post_id is not None:
        kind, target_id = _POST, request.post_id
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
    request: RecordRequest, now: Micros, errors: list[InputError], imported: bool
) -> Micros | None:
    """When it occurred by the server's clock; None if the client did not say.

    A request that was sent within five minutes of its arrival was slow, or its clock is right
    enough: what it says stands. Beyond that the client's clock is wrong, and corrected. What is
    imported was not sent just now, so its `sentAt` says nothing about a clock.
    """
    at, sent_at = request.occurred_at, request.sent_at
    if isinstance(at, Unreadable) or isinstance(sent_at, Unreadable):
        for field, value in (("occurredAt", at), ("sentAt", sent_at)):
            if isinstance(value, Unreadable):
                errors.append(InputError(InputErrorCode.INVALID, (field,), value))
        return None
    if at is None:
        return None
    sent_at = now if sent_at is None or imported else sent_at
    if abs(now - sent_at) > CLOCK_TOLERANCE:
        at = now - (sent_at - at)
    if at > now + CLOCK_TOLERANCE:
        ahead = (at - now) // 1_000_000
        message = f"got an instant {ahead} seconds ahead; allowed are at most 300"
        errors.append(InputError(InputErrorCode.IN_FUTURE, ("occurredAt",), message))
    if at < 0:
        before = -at // 1_000_000
        message = f"got an instant {before} seconds before 1970, the earliest that is allowed"
        errors.append(InputError(InputErrorCode.TOO_OLD, ("occurredAt",), message))
    return min(at, now)
