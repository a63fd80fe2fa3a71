"""Answers: what an operation came to, encoded once for whatever transport it goes by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

from graph.errors import formatted


@dataclass(frozen=True, slots=True)
class Answer:
    """One response in JSON; `refused` holds its errors alone if nothing was executed."""

    content: bytes
    refused: bytes | None = None

    @classmethod
    def of(cls, result: ExecutionResult) -> "Answer":
        """The answer that a result is; one without data and paths was never executed."""
        errors = result.errors or []
        if errors and result.data is None and all(error.path is None for error in errors):
            return cls.refusal(errors)
        body: dict[str, Any] = {"errors": formatted(errors)} if errors else {}
        try:
            return cls(orjson.dumps({**body, "data": result.data}))
        except TypeError as error:
            masked = GraphQLError("the answer cannot be encoded", original_error=error)
            return cls.broken_off(masked)

    @classmethod
    def broken_off(cls, error: GraphQLError) -> "Answer":
        """The answer to what was begun and not finished."""
        return cls(orjson.dumps({"errors": formatted([error]), "data": None}))

    @classmethod
    def refusal(cls, errors: Sequence[GraphQLError]) -> "Answer":
        """The answer to what was not executed."""
        shown = formatted(errors)
        return cls(orjson.dumps({"errors": shown}), orjson.dumps(shown))
