"""The access log: a line for each request once it is answered, and two for each WebSocket."""

import logging
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.config.settings import Settings
from graph.server.addresses import Addresses
from graph.server.logs.client_addresses import ClientAddresses
from graph.server.logs.exchanges import HttpExchange, SocketExchange
from graph.server.logs.formats import FIELDS
from graph.transport.told import OPERATION, ROUTE

OTHER_PATH = "/*"
"""Stands for a path that is no route: it may hold anything, such as a user's id or a key."""

log = logging.getLogger(__name__)


def access_log(
    proxies: Addresses, routes: Collection[BaseRoute], settings: Settings
) -> Callable[[ASGIApp], "AccessLog"]:
    """What puts an access log before an application that has these routes."""
    clients = ClientAddresses(proxies, truncates=settings.anonymize_ip)
    paths = {each.path for each in routes if isinstance(each, Route | WebSocketRoute)}
    return partial(AccessLog, clients=clients, paths=paths)


class AccessLog:
    """Tells what was asked for and how it was answered.

    Never what was sent: no query string, header or body; and of a path with values in it, the
    route. `paths` are those that are told as they are.
    """

    def __init__(self, app: ASGIApp, *, clients: ClientAddresses, paths: Collection[str]) -> None:
        self._app = app
        self._clients = clients
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        tell = partial(self._tell, scope, self._clients.shown(scope))
        is_socket = scope["type"] == "websocket"
        exchange = SocketExchange(tell) if is_socket else HttpExchange(scope, tell)

        async def send_counted(message: Message) -> None:
            await send(message)
            exchange.sent(message)

        async def receive_seen() -> Message:
            message = await receive()
            exchange.received(message)
            return message

        failed = False
        try:
            await self._app(scope, receive_seen, send_counted)
        except Exception:
            failed = True
            raise
        finally:
            exchange.end(failed=failed)

    def _tell(self, scope: Scope, address: str, what: str, more: dict[str, Any]) -> None:
        fields = {"method": scope.get("method", "GET"), "path": self._path(scope), **more}
        if operation := scope.get(OPERATION):
            fields["operation"] = operation
        fields["address"] = address
        log.info("%s", what, extra={FIELDS: fields})

    def _path(self, scope: Scope) -> str:
        """The path without what a proxy serves it under; of others than routes, nothing."""
        if route := scope.get(ROUTE):
            return str(route)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return path if path in self._paths else OTHER_PATH
