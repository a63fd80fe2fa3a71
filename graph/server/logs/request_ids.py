"""Request ids: taken from trusted proxies or made, answered in a header, and known to the log."""

import re

from starlette.types import Message, Scope, Send

from graph.server.addresses import Addresses
from graph.transport.http.replies import WRITE, Write
from graph.transport.requests import header
from resolvers.request_ids import current_request, new_request_id

HEADER = b"x-request-id"
ID_LENGTH = 64
_PLAIN = re.compile(rf"[A-Za-z0-9._-]{{1,{ID_LENGTH}}}")
_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


class RequestIds:
    """Gives each request an id; that of a trusted proxy is taken if it is short and plain."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def begin(self, scope: Scope, send: Send) -> Send:
        """Give a request its id, in the context of its task; the way to send answers with it."""
        id = self._given(scope) or new_request_id()
        current_request.set(id)
        text = id.encode()
        write: Write | None = scope.get(WRITE)
        if write is not None:
            line = b"x-request-id: %b\r\n" % text
            scope[WRITE] = lambda head, body: write(head + line, body)

        async def send_with_id(message: Message) -> None:
            if message["type"] in _STARTS:
                headers = [*message.get("headers", ()), (HEADER, text)]
                message = {**message, "headers": headers}
            await send(message)

        return send_with_id

    def _given(self, scope: Scope) -> str:
        given = header(scope, HEADER)
        if given and _PLAIN.fullmatch(given) and self._addresses.is_trusted(scope.get("client")):
            return given
        return ""
