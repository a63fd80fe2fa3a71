"""What the product says when it cannot do what was asked."""

from dataclasses import dataclass
from enum import StrEnum

DATABASE_AWAY = "the database does not answer now; try again shortly"
SHOWN_VALUE_LENGTH = 64


class ProductError(Exception):
    """The root of the errors that a caller may read."""


class BadUserInput(ProductError):
    """An argument is wrong as a whole: which one, what it got and what is allowed."""

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(f"{argument}: {message}")
        self.argument = argument


class Overloaded(ProductError):
    """Too much is waiting, or the database does not answer now; the same call may succeed later."""


class OutcomeUnknown(ProductError):
    """The connection broke during the commit: everything of the call is stored, or nothing."""


class TakenOver(Overloaded):
    """Another process does the same work now, in place of this one; `work` names it."""

    def __init__(self, work: str) -> None:
        super().__init__(f"another {work} has begun; this one stopped and adds nothing more")


class CursorTooOld(ProductError):
    """What a reader of the log has not read yet may be gone."""

    def __init__(self) -> None:
        super().__init__(
            "what followed the cursor is no longer kept in full; read lists anew and go on from "
            "`feedCursor`"
        )


class ConsumerTooSlow(ProductError):
    """A subscriber takes events more slowly than they come; `cursor` is where it may go on."""

    def __init__(self, cursor: str | None) -> None:
        super().__init__("events came faster than they were taken; go on from the cursor")
        self.cursor = cursor


class Forbidden(ProductError):
    """The caller has no right to what was asked, whether or not it exists."""


class InputErrorCode(StrEnum):
    INVALID = "INVALID"
    MISSING = "MISSING"
    CONFLICT_ID = "CONFLICT_ID"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    IN_FUTURE = "IN_FUTURE"
    TOO_OLD = "TOO_OLD"
    WRONG_TARGET = "WRONG_TARGET"
    NOT_ALLOWED = "NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class InputError:
    """Why one input was rejected; `field` is the path within that input."""

    code: InputErrorCode
    field: tuple[str, ...]
    message: str


class Unreadable(str):
    """Stands in an input for an id or an instant that could not be read, and says why.

    It has the type of a text, so that it passes for an id until the input is validated.
    """

    __slots__ = ()


def shown(value: str) -> str:
    """A value as messages quote it: cut, and with nothing that could break a terminal or a log."""
    cut = value if len(value) <= SHOWN_VALUE_LENGTH else value[:SHOWN_VALUE_LENGTH] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + "'"
