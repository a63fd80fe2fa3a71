"""Refusals: why a request was not served, in the words and fields of the older clients."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from graphql import located_error
from pydantic import ValidationError
from starlette.responses import Response

from graph.codes import Code
from graph.errors import formatted
from graph.rest.answers import RefusalAnswer
from graph.transport.principals import RETRY, Denied
from resolvers.errors import InputError, InputErrorCode

HEADERS = {"Cache-Control": "no-store"}
STATUSES = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.BAD_USER_INPUT: 400,
    Code.OVERLOADED: 503,
    Code.INTERNAL: 500,
}

Names = Mapping[str, str]
#: What the fields of recording are called here.
INTERACTION: Names = {
    "userId": "user_id",
    "userAlias": "user_alias",
    "postId": "post_id",
    "action": "action_type",
    "context.recommendationId": "context.recommendation_id",
    "context.contentType": "context.content_type",
    "context.authorId": "context.author_id",
    "context.authorAlias": "context.author_alias",
    "context.metadata": "context",
}
ACTIVITY: Names = {
    "userId": "user",
    "userAlias": "user",
    "postId": "target",
    "target.id": "target",
    "target.kind": "target",
    "action": "activity_type",
    "context.metadata": "metadata",
}
_IN_MESSAGES = ("userId", "userAlias", "postId")
_OF_PYDANTIC = {"missing": "needed", "string_type": "allowed is a text"}


class RestError(Exception):
    """A request is not served: the status, what was wrong with which field, what is allowed."""

    def __init__(
        self,
        status: int,
        code: Code | InputErrorCode,
        message: str,
        field: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message if field is None else f"{field}: {message}")
        self.status = status
        self.code = code
        self.field = field
        self.headers = headers or {}


def refuse(errors: Sequence[InputError], names: Names = INTERACTION) -> None:
    """Refuse what was rejected, if it was, for the first of its errors.

    Raises:
        Refused: 403 where another user is named, else 400.
    """
    if not errors:
        return
    code, path, message = errors[0].code, ".".join(errors[0].field), errors[0].message
    is_other = code is InputErrorCode.NOT_ALLOWED and path in ("userId", "userAlias")
    if code is InputErrorCode.MISSING and path == "userId":
        message = "needed where the caller is no user"
    for name in _IN_MESSAGES:
        message = message.replace(name, names[name])
    raise RestError(403 if is_other else 400, code, message, names.get(path, path))


def malformed(error: ValidationError) -> RestError:
    """The refusal of what is not of a request's form; values are quoted by own validators alone."""
    found = error.errors(include_url=False)[0]
    cause = found.get("ctx", {}).get("error")
    field = ".".join(str(part) for part in found["loc"])
    code = InputErrorCode.MISSING if found["type"] == "missing" else InputErrorCode.INVALID
    message = str(cause) if cause else _OF_PYDANTIC.get(found["type"], found["msg"])
    return RestError(400, code, message, field)


class Refusal(NamedTuple):
    """The response to what was not served, and the code in it."""

    response: Response
    code: str


def refusal(error: Exception) -> Refusal:
    """The response to whatever was raised; the unexpected is masked and logged."""
    match error:
        case RestError():
            answer = RefusalAnswer(error=str(error), code=error.code, field=error.field)
            return _response(error.status, answer, error.headers)
        case Denied():
            answer = RefusalAnswer(error=str(error), code=error.code)
            return _response(error.status, answer, error.headers)
    shown: dict[str, Any] = formatted([located_error(error)])[0]
    extensions = shown["extensions"]
    answer = RefusalAnswer(
        error=shown["message"],
        code=extensions["code"],
        field=extensions.get("argument"),
        request_id=extensions.get("requestId"),
    )
    return _response(STATUSES[extensions["code"]], answer, {})


def _response(status: int, answer: RefusalAnswer, headers: Mapping[str, str]) -> Refusal:
    content = orjson.dumps(answer.model_dump(exclude_none=True))
    retry = RETRY if status == 503 else {}
    response = Response(content, status, {**HEADERS, **retry, **headers}, "application/json")
    return Refusal(response, str(answer.code))
