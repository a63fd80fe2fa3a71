"""Paths as they are told: of a route with values in it the route, of what is no route nothing."""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Scope

from graph.transport.told import ROUTE

OTHER_PATH = "/*"
"""Stands for a path that is no route: it may hold anything, such as a user's id or a key."""


class ShownPaths:
    """Knows which paths are told as they are: those of routes without values."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._paths = {each.path for each in routes if isinstance(each, Route | WebSocketRoute)}

    def shown(self, scope: Scope) -> str:
        """The path of a request, without what a proxy serves it under."""
        if route := scope.get(ROUTE):
            return str(route)
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        return path if path in self._paths else OTHER_PATH
