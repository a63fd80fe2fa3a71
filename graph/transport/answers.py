"""Answers: what an operation came to, encoded once for whatever transport it goes by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

from graph.errors import formatted
from models.errors import is_unavailable


@dataclass(eq=False)
class Answer:
    """One response in JSON; `refused` holds its errors alone if nothing was executed."""

    content: bytes
    refused: bytes | None = None
    #: Whether it holds errors that may pass, such as those of a database that is away.
    may_differ_later: bool = False

    @cached_property
    def text(self) -> str:
        """The content for transports that send texts."""
        return self.content.decode()

    @cached_property
    def event(self) -> bytes:
        """The content as a server-sent event."""
        return b"event: next\ndata: %b\n\n" % self.content

    @classmethod
    def of(cls, result: ExecutionResult) -> "Answer":
        """The answer that a result is; one without data and paths was never executed."""
        errors = result.errors
        if not errors:
            return cls._encoded({"data": result.data})
        if result.data is None and all(error.path is None for error in errors):
            return cls.refusal(errors)
        may_pass = any(is_unavailable(error.original_error) for error in errors)
        return cls._encoded({"errors": formatted(errors), "data": result.data}, may_pass)

    @classmethod
    def _encoded(cls, body: dict[str, Any], may_differ_later: bool = False) -> "Answer":
        try:
            return cls(orjson.dumps(body), None, may_differ_later)
        except TypeError as error:
            masked = GraphQLError("the answer cannot be encoded", original_error=error)
            return cls.broken_off(masked)

    @classmethod
    def broken_off(cls, error: GraphQLError) -> "Answer":
        """The answer to what was begun and not finished."""
        content = orjson.dumps({"errors": formatted([error]), "data": None})
        return cls(content, None, may_differ_later=True)

    @classmethod
    def refusal(cls, errors: Sequence[GraphQLError]) -> "Answer":
        """The answer to what was not executed."""
        shown = formatted(errors)
        return cls(orjson.dumps({"errors": shown}), orjson.dumps(shown))
