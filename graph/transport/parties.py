"""Parties: who is on the other side of a connection, as far as transports need to know."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from graphql import GraphQLError
from starlette.requests import HTTPConnection

from graph.transport.answers import Answer

#: Counts an operation of a party; whole seconds to wait if there were too many, else 0.
Throttle = Callable[[Any], int]
#: Tells who is calling from a connection and what a WebSocket was initialised with.
Authenticate = Callable[[HTTPConnection, Mapping[str, Any]], Awaitable[Any]]


SLOW_DOWN = "more operations than are allowed in a time; try again later"


class Denied(Exception):
    """Someone is not let in: the status and headers over HTTP, a code and why everywhere."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
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


def at_any_rate(party: Any) -> int:
    """Lets nobody wait."""
    return 0


async def anyone(connection: HTTPConnection, params: Mapping[str, Any]) -> None:
    """Lets everyone in."""
