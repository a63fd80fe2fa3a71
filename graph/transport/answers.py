"""Answers: the results of operations, encoded once for every transport."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

from graph.codes import Code
from graph.errors import formatted
from models.errors import is_unavailable

_UNAVAILABLE = (Code.OVERLOADED, Code.TIMEOUT)


@dataclass(eq=False)
class Answer:
    """One response in JSON; `refused` holds its errors alone if nothing was executed."""

    content: bytes
    refused: bytes | None = None
    #: Whether it holds errors that may pass, such as those of a database that is away.
    may_differ_later: bool = False
    #: Whether nothing of it came about because the server is overloaded or too slow just now.
    is_unavailable: bool = False
    #: Where a subscriber who has got it can go on later; None where it cannot.
    cursor: str | None = None
    #: The code of the first of its errors; None without any.
    code: str | None = None

    @cached_property
    def text(self) -> str:
        """The content for transports that send texts."""
        return self.content.decode()

    @cached_property
    def event(self) -> bytes:
        """The content as a server-sent event."""
        id = b"" if self.cursor is None else b"id: %b\n" % self.cursor.encode()
        return b"event: next\ndata: %b\n%b\n" % (self.content, id)

    @classmethod
    def of(cls, result: ExecutionResult) -> "Answer":
        """The answer that a result is; one without data and paths was never executed."""
        errors = result.errors
        if not errors:
            return cls._encoded({"data": result.data})
        if result.data is None and all(error.path is None for error in errors):
            return cls.refusal(errors)
        shown = formatted(errors)
        answer = cls._encoded({"errors": shown, "data": result.data})
        answer.code = answer.code or _code(shown)
        answer.may_differ_later = any(is_unavailable(error.original_error) for error in errors)
        answer.is_unavailable = not _holds_anything(result.data) and _are_unavailable(shown)
        return answer

    @classmethod
    def _encoded(cls, body: dict[str, Any]) -> "Answer":
        try:
            return cls(orjson.dumps(body))
        except TypeError as error:
            masked = GraphQLError("the answer cannot be encoded", original_error=error)
            return cls.broken_off(masked)

    @classmethod
    def broken_off(cls, error: GraphQLError) -> "Answer":
        """The answer to what was begun and not finished."""
        shown = formatted([error])
        content = orjson.dumps({"errors": shown, "data": None})
        is_unavailable = _are_unavailable(shown)
        return cls(content, may_differ_later=True, is_unavailable=is_unavailable, code=_code(shown))

    @classmethod
    def refusal(cls, errors: Sequence[GraphQLError]) -> "Answer":
        """The answer to what was not executed."""
        shown = formatted(errors)
        content = orjson.dumps({"errors": shown})
        refused, is_unavailable = orjson.dumps(shown), _are_unavailable(shown)
        return cls(content, refused, is_unavailable=is_unavailable, code=_code(shown))


def _holds_anything(data: dict[str, Any] | None) -> bool:
    return data is not None and any(value is not None for value in data.values())


def _are_unavailable(errors: list[dict[str, Any]]) -> bool:
    return all(error["extensions"]["code"] in _UNAVAILABLE for error in errors)


def _code(errors: list[dict[str, Any]]) -> str:
    return str(errors[0]["extensions"]["code"])
