"""Operations: what a route is declared with, and what its handler is given."""

import sys
from collections.abc import Awaitable, Callable, MutableSet
from dataclasses import dataclass
from functools import cached_property
from types import NoneType
from typing import Any, get_type_hints

from pydantic import BaseModel
from starlette.datastructures import URL
from starlette.responses import Response

from graph.context import Context
from graph.transport.principals import Stream
from resolvers.caller import Scope
from resolvers.history.scan_budget import ScanBudget

Handler = Callable[[Any, "RestContext"], Awaitable[BaseModel | Response]]


@dataclass
class RestContext(Context):
    """The context of one request, the address it was sent to, and the streams of the server."""

    url: URL
    streams: MutableSet[Stream]

    @property
    def _scan_budget(self) -> ScanBudget:
        """One that bounds each read alone: a route reads one page, and on until that is full."""
        return ScanBudget(left=sys.maxsize)


@dataclass(frozen=True)
class RestOperation:
    """One route: method, path, who may use it, and the handler, which says all the rest.

    The handler's `request` is what may be sent: as a body by POST, else in the address, where the
    names in the path's braces are too. What it returns is the answer, and its docstring what the
    OpenAPI document says.
    """

    method: str
    path: str
    handle: Handler
    allowed: frozenset[Scope]
    status: int = 200
    #: May take longer than `TRAILMARK_MAX_SECONDS`.
    unhurried: bool = False
    #: Whether its answers may be so long that they are encoded in a thread.
    is_long: bool = False

    @cached_property
    def request(self) -> type[BaseModel] | None:
        """The model of what may be sent; None where nothing is read."""
        found = get_type_hints(self.handle)["request"]
        return None if found is NoneType else found

    @cached_property
    def answer(self) -> type[BaseModel] | None:
        """The model of the answer; None where it is a stream."""
        found = get_type_hints(self.handle)["return"]
        return found if issubclass(found, BaseModel) else None

    @property
    def name(self) -> str:
        """Its method and path, as in `GET /activities`."""
        return f"{self.method} {self.path}"

    @property
    def has_body(self) -> bool:
        return self.method == "POST" and self.request is not None

    @cached_property
    def segments(self) -> list[str]:
        """The path's parts; a slash at its end makes no difference."""
        return self.path.strip("/").split("/")

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The values of the names in the path; None where it is another's."""
        if len(segments) != len(self.segments):
            return None
        values = {}
        for mine, given in zip(self.segments, segments, strict=True):
            if mine.startswith("{"):
                values[mine[1:-1]] = given
            elif mine != given:
                return None
        return values
