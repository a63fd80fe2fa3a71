"""Targets: what an action is done to, in the one form under which it is stored and looked up."""

import re
from unicodedata import normalize

from models.vocabulary import CIRCLES, ID_LENGTH, TargetKind
from resolvers.errors import InputError, InputErrorCode, Unreadable, shown
from resolvers.identity import Identity, is_alias

_POST = TargetKind.POST  # looked up here once: see the state machine
_AS_GIVEN = {TargetKind.GROUP, TargetKind.COMMUNITY}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class BadId(ValueError):
    """An id is not well-formed: the code, and what is allowed, without the field's name."""

    def __init__(self, code: InputErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def at(self, *field: str) -> InputError:
        return InputError(self.code, field, self.message)


def check_text(text: str, limit: int, *, secret: bool = False) -> str:
    """The text itself, if it has 1 to `limit` characters and none that is a control.

    Raises:
        BadId: it has not; the message quotes it unless it is `secret`.
    """
    _check_readable(text)
    # What is printable has no control, and that is found out faster.
    if 0 < len(text) <= limit and (text.isprintable() or not _CONTROL.search(text)):
        return text
    allowed = f"allowed are 1 to {limit} characters without control characters"
    if secret:
        got = f"got {len(text)} characters"
    elif len(text) > limit:
        got = f"got {shown(text)}, {len(text)} long"
    else:
        got = f"got {shown(text)}"
    if len(text) > limit:
        raise BadId(InputErrorCode.TOO_LONG, f"{got}; {allowed}")
    raise BadId(InputErrorCode.INVALID, f"{got}; {allowed}")


def check_fits(text: str, limit: int) -> str:
    """The text itself, if it has at most `limit` characters and can be stored.

    Raises:
        BadId: it has more, a NUL or a lone surrogate.
    """
    _check_readable(text)
    if len(text) <= limit and (text.isprintable() or not _UNSTORABLE.search(text)):
        return text
    if len(text) > limit:
        message = f"got {shown(text)}, {len(text)} long; allowed are at most {limit} characters"
        raise BadId(InputErrorCode.TOO_LONG, message)
    message = f"got {shown(text)}; allowed is text without NUL or lone surrogates"
    raise BadId(InputErrorCode.INVALID, message)


def _check_readable(text: str) -> None:
    if isinstance(text, Unreadable):
        raise BadId(InputErrorCode.INVALID, text)


def stored_id(kind: TargetKind, target_id: str, identity: Identity) -> str:
    """The id under which a target is stored.

    Profiles are users and become aliases, hashtags have their one form, circles are one of three;
    other ids are taken as they are and never interpreted. Search texts alone may have controls.

    Raises:
        BadId: the id is not well-formed for its kind.
    """
    if kind is _POST or kind in _AS_GIVEN:
        return check_text(target_id, ID_LENGTH)
    match kind:
        case TargetKind.PROFILE:
            return profile_alias(target_id, identity)
        case TargetKind.HASHTAG:
            tag = hashtag(check_text(target_id, ID_LENGTH))
            if not 0 < len(tag) <= ID_LENGTH:
                got = f"got {shown(target_id)}, {len(tag)} characters without # and case"
                code = InputErrorCode.TOO_LONG if tag else InputErrorCode.INVALID
                raise BadId(code, f"{got}; allowed are 1 to {ID_LENGTH}")
            return tag
        case TargetKind.CIRCLE:
            _check_readable(target_id)
            if target_id not in CIRCLES:
                allowed = ", ".join(CIRCLES)
                message = f"got {shown(target_id)}; allowed are {allowed}"
                raise BadId(InputErrorCode.INVALID, message)
            return target_id
        case _:
            if not target_id:
                message = f"got {shown(target_id)}; allowed are 1 to {ID_LENGTH} characters"
                raise BadId(InputErrorCode.INVALID, message)
            return check_fits(target_id, ID_LENGTH)


def hashtag(text: str) -> str:
    """The one form of a hashtag: NFKC-normalised, case-folded, without leading signs.

    It takes time quadratic in the length: check that first.
    """
    if text.isascii():
        return text.lower().lstrip("#")
    before = ""
    while text != before:  # folding may leave what normalising changes again, but not for long
        before, text = text, normalize("NFKC", text).casefold()
    return text.lstrip("#")


def user_alias(user_id: str, identity: Identity) -> str:
    """The alias of a raw user id.

    Raises:
        BadId: the id is not well-formed; the message does not quote it.
    """
    return identity.alias(check_text(user_id, ID_LENGTH, secret=True))


def checked_alias(text: str) -> str:
    """The text itself, if it is an alias as the server gives them out.

    Raises:
        BadId: it is not; the message does not quote it, for it may be somebody's id.
    """
    if is_alias(text):
        return text
    _check_readable(text)
    message = f"got {len(text)} characters; allowed is u_ followed by 16 to 64 of 0-9 and a-f"
    raise BadId(InputErrorCode.INVALID, message)


def profile_alias(profile_id: str, identity: Identity) -> str:
    """The alias of a profile, which is a user: of a raw id, or an alias taken as it is.

    Raises:
        BadId: neither; the message does not quote it.
    """
    return profile_id if is_alias(profile_id) else user_alias(profile_id, identity)
