"""Parties: who is on the other side of a connection, as far as transports need to know."""

import sys
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Protocol

from graphql import GraphQLError
from starlette.requests import HTTPConnection

from graph.codes import Code
from graph.transport.answers import Answer

#: Counts an operation of a party; whole seconds to wait if there were too many, else 0.
Throttle = Callable[[Any], int]
#: Tells who is calling from a connection and what a WebSocket was initialised with.
Authenticate = Callable[[HTTPConnection, Mapping[str, Any]], Awaitable[Any]]


#: Who a party counts as, and how many subscriptions it may have under way at once.
Allowance = Callable[[Any], tuple[Hashable, int]]
#: What is equal for parties who see the same in some fields, each named `Type.field`.
Audience = Callable[[Any, frozenset[str]], Hashable]


SLOW_DOWN = "more operations than are allowed in a time; try again later"


class Denied(Exception):
    """Someone is not let in: the status and headers over HTTP, a code and why everywhere."""

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
    """A connection that stays open to a party."""

    @property
    def party(self) -> Any:
        """Who is on the other side."""

    def end(self, denied: Denied) -> None:
        """Say why and hang up."""

    async def finish(self) -> None:
        """Complete what streams, and return once everything else was answered."""


def at_any_rate(party: Any) -> int:
    """Lets nobody wait."""
    return 0


def as_many_as_they_like(party: Any) -> tuple[Hashable, int]:
    """Lets everyone subscribe to anything."""
    return None, sys.maxsize


def each_alone(party: Any, fields: frozenset[str]) -> Hashable:
    """Takes nobody to see what another sees."""
    return id(party)


async def anyone(connection: HTTPConnection, params: Mapping[str, Any]) -> None:
    """Lets everyone in."""
