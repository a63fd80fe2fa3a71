"""Errors as clients see them: a message they can act on and a code they can branch on."""

import logging
import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from graph.codes import Code
from models.errors import OUTAGE, described, is_unavailable
from resolvers.errors import (
    DATABASE_AWAY,
    BadUserInput,
    ConsumerTooSlow,
    CursorTooOld,
    Forbidden,
    OutcomeUnknown,
    Overloaded,
)
from resolvers.request_ids import request_id

_QUOTED = re.compile(r"(?s)(cannot represent[\w -]*)(?:: .*)|[,;] found: .*")
_LENGTH = 1000  # of a message: it may quote a name of any length

log = logging.getLogger(__name__)


def formatted(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """The errors of one operation in the response's form; unexpected ones masked and logged."""
    return [_formatted(error) for error in errors]


def _formatted(error: GraphQLError) -> dict[str, Any]:
    answer: dict[str, Any] = {**error.formatted}
    message, extensions = _seen(error)
    answer["message"] = message
    answer["extensions"] = extensions
    return answer


def discreet(message: str) -> str:
    """A message of graphql-core without the value it quotes, which may hold a user id.

    It is cut first: searching takes time quadratic in the length.
    """
    return _QUOTED.sub(lambda match: f"{match[1] or ''}.", message[:_LENGTH])


def _seen(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    cause = error.original_error
    match cause:
        case None | GraphQLError():
            extensions = {"code": Code.BAD_USER_INPUT, **(error.extensions or {})}
            return discreet(error.message), extensions
        case BadUserInput():
            return str(cause), {"code": Code.BAD_USER_INPUT, "argument": cause.argument}
        case Forbidden():
            return str(cause), {"code": Code.FORBIDDEN}
        case CursorTooOld():
            return str(cause), {"code": Code.CURSOR_TOO_OLD}
        case ConsumerTooSlow():
            return str(cause), {"code": Code.CONSUMER_TOO_SLOW, "cursor": cause.cursor}
        case Overloaded():
            return str(cause), {"code": Code.OVERLOADED}
        case OutcomeUnknown():
            return str(cause), {"code": Code.INTERNAL}
        case _ if is_unavailable(cause):
            log.warning("the database did not answer: %s", described(cause), extra=OUTAGE)
            return DATABASE_AWAY, {"code": Code.OVERLOADED}
    id = request_id()
    log.error("request %s failed at %s", id, error.path, exc_info=cause)
    message = "something went wrong; the server's log tells what, under this request id"
    return message, {"code": Code.INTERNAL, "requestId": id}
