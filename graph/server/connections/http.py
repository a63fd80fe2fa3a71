"""HTTP on the wire: uvicorn's own, faster, bounded, and mended where a client gets no answer."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

import httptools
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from graph.counted_log import CountedLog
from graph.server.connections.sockets import (
    HEAD_BYTES,
    HEAD_LINES,
    LOOK_S,
    HeadTooLarge,
    Phase,
    Receiving,
    connection_limit,
)
from graph.transport.aborting import ABORT
from graph.transport.http.replies import WRITE

PIECE_BYTES = 8 * 1024
"""What is parsed at a stretch: some milliseconds' worth of the shortest requests."""

_OF_UPGRADES = (b"connection", b"upgrade", b"http2-settings")
_INVALID = "Invalid HTTP request received."
_TOO_LARGE = f"allowed is a head of at most {HEAD_BYTES} bytes and {HEAD_LINES} lines\n"
_TOO_SLOW = "the request did not come in time\n"
_FULL = "there are as many connections as this server can have; try again shortly\n"
_IS_FULL, _COUNTED = "trailmark.is_full", "trailmark.counted_log"


class Protocol(HttpToolsProtocol):
    """HTTP; offers `replies.WRITE` to the application.

    By ASGI a head and a body are two messages, each header of which uvicorn looks at again, and two
    writes to the socket: a sixth of what a short operation costs.

    What asks for an upgrade to anything but WebSocket, as Java's client does to HTTP/2, is answered
    as if it did not; uvicorn would take its body for the next request. And where requests wait for
    each other, the one that is being answered hears that its client has left, not only the last.
    No more than a piece of them is read ahead: thousands in one read would be parsed in one go.
    """

    _answering: RequestResponseCycle | None = None
    _receiving: Receiving
    _looking: asyncio.TimerHandle | None = None
    _unfed = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._receiving = Receiving(self.loop.time())
        limit = connection_limit()
        if len(self.connections) > limit:
            self._tell_of_full(limit)
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, _FULL, b"retry-after: 1\r\n")
        else:
            self._looking = self.loop.call_later(LOOK_S, self._look)

    def data_received(self, data: bytes) -> None:
        if self._unfed:
            self._unfed += data
            self.flow.pause_reading()
        else:
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        """Parse what came, piece by piece, until a request waits for the answer to another."""
        self._unset_keepalive_if_required()
        for start in range(0, len(data), PIECE_BYTES):
            if self.pipeline:
                self._unfed = data[start:]
                self.flow.pause_reading()
                return
            upgraded = self._parse(data[start : start + PIECE_BYTES])
            if upgraded is not None:
                self._begin_again(data[start + upgraded :])
                return
            if self.transport.is_closing() or self.transport.get_protocol() is not self:
                return

    def _feed_on(self) -> None:
        """Go on where parsing stopped."""
        if self.transport.is_closing():
            return
        unfed, self._unfed = self._unfed, b""
        self._feed(unfed)
        if not self._unfed and not self.pipeline:
            self.flow.resume_reading()

    def _parse(self, data: bytes) -> int | None:
        """Parse a piece; where an upgrade is asked for that there is not, the end of its head."""
        receiving = self._receiving
        if receiving.phase is Phase.NOTHING:
            receiving.begin_head(self.loop.time())
        begun = receiving.begun
        try:
            self.parser.feed_data(data)
            if receiving.phase is Phase.HEAD and receiving.begun == begun:
                receiving.take_unparsed(len(data))
        except httptools.HttpParserUpgrade as upgrade:
            if not self._should_upgrade():
                end: int = upgrade.args[0]
                return end
            self.handle_websocket_upgrade()
        except (httptools.HttpParserError, HeadTooLarge) as error:
            self._refuse_unread(error)
        return None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._unfed:
            self.flow.pause_reading()
            if not self.pipeline:
                self.loop.call_soon(self._feed_on)

    def on_message_begin(self) -> None:
        self._receiving.begin_head(self.loop.time())
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._receiving.take_line(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._receiving.begin_body(self.loop.time())
        if not (self.parser.should_upgrade() and self._begins_again()):
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._receiving.take_body(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._receiving.end()
        if not (self.parser.should_upgrade() and self._begins_again()):
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._looking is not None:
            self._looking.cancel()
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Refuse what does not come in time, and look again later."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        left = self._receiving.seconds_left(self.loop.time())
        if self.flow.read_paused:  # it is the server that does not take more
            left = None
            self._receiving.since = self.loop.time()
        if left is None or left > 0:
            self._looking = self.loop.call_later(min(LOOK_S, left or LOOK_S), self._look)
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW)

    def _refuse_unread(self, error: Exception) -> None:
        """Refuse what cannot be parsed; all connections of a process share the log that tells."""
        counted = self.app_state.setdefault(_COUNTED, CountedLog(self.logger))
        if isinstance(error, HeadTooLarge) or isinstance(error.__context__, HeadTooLarge):
            counted.warning("a request is refused for its large head")
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _TOO_LARGE)
        else:
            counted.warning("what came on a connection is no HTTP")
            self.send_400_response(_INVALID)

    def _refuse(self, status: HTTPStatus, why: str, headers: bytes = b"") -> None:
        """Answer and hang up; where something is being sent already, or not read, just hang up."""
        cycle = self._answering
        is_answering = cycle is not None and cycle.response_started and not cycle.response_complete
        if is_answering or self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        self.transport.write(
            b"HTTP/1.1 %d %b\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"%bcontent-length: %d\r\n\r\n%b"
            % (status, status.phrase.encode(), headers, len(why), why.encode())
        )
        self.transport.close()

    def _tell_of_full(self, limit: int) -> None:
        """Say it in the log once for a process."""
        if not self.app_state.get(_IS_FULL):
            self.app_state[_IS_FULL] = True
            self.logger.warning(
                "%d connections are open, as many as this process's descriptors allow; "
                "others are turned away. Raise LimitNOFILE or ulimit -n",
                limit,
            )

    def _begins_again(self) -> bool:
        """Whether the upgrade that is asked for is one that there is not."""
        return self.parser.get_method() != b"CONNECT" and not self._should_upgrade()

    def _begin_again(self, rest: bytes) -> None:
        """Read a request once more, by its head without the upgrade and what follows that."""
        options = b",".join(text for name, text in self.headers if name == b"connection").lower()
        headers = [pair for pair in self.headers if pair[0] not in _OF_UPGRADES]
        if b"close" in [option.strip() for option in options.split(b",")]:
            headers.append((b"connection", b"close"))
        version = self.parser.get_http_version().encode()
        head = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, version)
        lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self.data_received(b"%b%b\r\n%b" % (head, lines, rest))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
        scope[ABORT] = self.transport.abort
        if not cycle.access_log:
            scope[WRITE] = partial(self._write, cycle)
        if cycle.scope["http_version"] == "1.0":
            app = partial(_answer_unchunked, cycle, app)
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


async def _answer_unchunked(
    cycle: RequestResponseCycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Have a body of no known length end with the connection: HTTP/1.0 knows no chunks.

    uvicorn chunks it whatever the version, unless it is told the length of what comes next.
    """
    has_length = True

    async def send_unchunked(message: Message) -> None:
        nonlocal has_length
        if message["type"] == "http.response.start":
            has_length = any(name.lower() == b"content-length" for name, _ in message["headers"])
            cycle.chunked_encoding = None if has_length else False
        elif not has_length:
            cycle.expected_content_length = len(message.get("body", b""))
        await send(message)

    await app(scope, receive, send_unchunked)
