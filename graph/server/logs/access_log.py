"""The access log: a line for each request once it is answered, and two for each WebSocket."""

import logging
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.server.logs.client_addresses import ClientAddresses
from graph.server.logs.exchanges import HttpExchange, SocketExchange
from graph.server.logs.formats import FIELDS
from graph.server.logs.paths import ShownPaths
from graph.transport.told import OPERATION

log = logging.getLogger(__name__)


class AccessLog:
    """Tells what was asked for and how it was answered.

    Never what was sent: no query string, header or body.
    """

    def __init__(self, app: ASGIApp, *, clients: ClientAddresses, paths: ShownPaths) -> None:
        self._app = app
        self._clients = clients
        self._paths = paths

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
        fields = {"method": scope.get("method", "GET"), "path": self._paths.shown(scope), **more}
        if operation := scope.get(OPERATION):
            fields["operation"] = operation
        fields["address"] = address
        log.info("%s", what, extra={FIELDS: fields})
