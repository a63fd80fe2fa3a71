"""Principals: who is on the other side of a connection, as far as transports need to know."""

import sys
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Protocol

from graphql import GraphQLError
from starlette.requests import HTTPConnection

from graph.codes import Code
from graph.transport.answers import Answer

#: Whether a principal who was let in would be let in still.
IsValid = Callable[[Any], bool]
#: Counts an operation of a principal; whole seconds to wait if there were too many, else 0.
Throttle = Callable[[Any], int]
#: Finds who is calling from a connection and what a WebSocket was initialised with.
Authenticate = Callable[[HTTPConnection, Mapping[str, Any]], Awaitable[Any]]
#: Who a principal counts as, and how many subscriptions it may have under way at once.
Allowance = Callable[[Any], tuple[Hashable, int]]
#: What is equal for principals who see the same in some fields, each named `Type.field`.
Audience = Callable[[Any, frozenset[str]], Hashable]


SLOW_DOWN = "more operations than are allowed in a time; try again later"

RETRY = {"Retry-After": "1"}
"""Headers of every 503: a second is longer than most of what passes by itself takes."""


class Denied(Exception):
    """A caller is refused: the status and headers over HTTP, a code and the reason everywhere."""

    def __init__(
        self, status: int, code: Code, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}

    @property
    def answer(self) -> Answer:
        return Answer.refusal([GraphQLError(str(self), extensions={"code": self.code})])


class Stream(Protocol):
    """A connection that stays open to a principal."""

    @property
    def principal(self) -> Any:
        """Who is on the other side."""

    def end(self, denied: Denied) -> None:
        """Say why and hang up."""

    def abort(self) -> None:
        """Hang up at once, whatever was not read yet."""

    async def finish(self) -> None:
        """Complete subscriptions, and return once all other operations are answered."""


def is_always_valid(principal: Any) -> bool:
    """Let everyone go on who was let in."""
    return True


def at_any_rate(principal: Any) -> int:
    """Make nobody wait."""
    return 0


def as_many_as_they_like(principal: Any) -> tuple[Hashable, int]:
    """Let everyone have any number of subscriptions."""
    return None, sys.maxsize


def each_alone(principal: Any, fields: frozenset[str]) -> Hashable:
    """Share no answers between principals."""
    return id(principal)


async def anyone(connection: HTTPConnection, params: Mapping[str, Any]) -> None:
    """Let everyone in."""
