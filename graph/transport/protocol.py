"""The server's protocols: uvicorn's own, faster, and mended where they leave a client alone."""

from functools import partial
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from graph.transport.replies import WRITE

_OF_UPGRADES = (b"connection", b"upgrade", b"http2-settings")
_INVALID = "Invalid HTTP request received."
_BAD_HANDSHAKE = (
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n\r\n%b"
)


class Protocol(HttpToolsProtocol):
    """HTTP; offers `replies.WRITE` to the application.

    By ASGI a head and a body are two messages, each header of which uvicorn looks at again, and two
    writes to the socket: a sixth of what a short operation costs.

    What asks for an upgrade to anything but WebSocket, as Java's client does to HTTP/2, is answered
    as if it did not; uvicorn would take its body for the next request. And where requests wait for
    each other, the one that is being answered hears that its client has left, not only the last.
    """

    _answering: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._begin_again(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.logger.warning(_INVALID)
            self.send_400_response(_INVALID)

    def on_headers_complete(self) -> None:
        if not (self.parser.should_upgrade() and self._begins_again()):
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not (self.parser.should_upgrade() and self._begins_again()):
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def _begins_again(self) -> bool:
        """Whether the upgrade that is asked for is one that there is not."""
        return self.parser.get_method() != b"CONNECT" and not self._should_upgrade()

    def _begin_again(self, rest: bytes) -> None:
        """Read a request once more, by its head without the upgrade and what follows that."""
        wishes = b",".join(text for name, text in self.headers if name == b"connection").lower()
        headers = [pair for pair in self.headers if pair[0] not in _OF_UPGRADES]
        if b"close" in [wish.strip() for wish in wishes.split(b",")]:
            headers.append((b"connection", b"close"))
        version = self.parser.get_http_version().encode()
        head = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, version)
        lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self.data_received(b"%b%b\r\n%b" % (head, lines, rest))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        if not cycle.access_log:
            scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
            scope[WRITE] = partial(self._write, cycle)
        super()._start_asgi_task(cycle, app)

    def _write(self, cycle: RequestResponseCycle, head: bytes, body: bytes) -> bool:
        # A server that stops has no connection kept, also where that was to be when it was asked.
        if not cycle.keep_alive or cycle.disconnected or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        always = b"".join(b"%b: %b\r\n" % pair for pair in cycle.default_headers)
        self.transport.write(b"%b%bcontent-length: %d\r\n\r\n%b" % (head, always, len(body), body))
        cycle.message_event.set()
        cycle.on_response()
        return True


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSocket; answers a handshake that cannot be read, which uvicorn leaves without an answer.

    Such has a head that is too large, or a body.
    """

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        wrong = self.conn.handshake_exc
        if wrong is not None and not self.handshake_initiated and not self.close_sent:
            why = f"{wrong}: {wrong.__cause__}\n".encode()
            answer = b"".join(self.conn.data_to_send())  # there is one to a head that is too large
            self.transport.write(answer or _BAD_HANDSHAKE % (len(why), why))
            self.close_sent = True
            self.transport.close()
