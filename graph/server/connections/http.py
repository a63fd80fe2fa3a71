"""HTTP on the wire: uvicorn's own, faster, bounded, and mended where a client gets no answer."""

import asyncio
from functools import partial
from typing import Any, cast

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graph.server.connections.cycle import Cycle, address, answer_unchunked
from graph.server.connections.heads import KEPT, Heads, without_upgrade
from graph.server.connections.refusals import refuse_full, refuse_slow, refuse_unread
from graph.server.connections.sockets import (
    LOOK_S,
    HeadTooLarge,
    Phase,
    Receiving,
    connection_limit,
)
from graph.transport.aborting import ABORT
from graph.transport.bodies import BODY
from graph.transport.http.replies import WRITE

PIECE_BYTES = 8 * 1024
"""What is parsed at a stretch: some milliseconds' worth of the shortest requests."""


class Protocol(HttpToolsProtocol):
    """HTTP; offers `replies.WRITE` and `bodies.BODY` to the application.

    By ASGI a head and a body are two messages, each header of which uvicorn looks at again, and two
    writes to the socket: a sixth of what a short operation costs. For the same reason a request is
    put together here as uvicorn would do it, in fewer steps, and a connection has one timer for
    all the times that it is idle. A head that came before is not parsed again.

    What asks for an upgrade to anything but WebSocket, as Java's client does to HTTP/2, is answered
    as if it did not; uvicorn would take its body for the next request. And where requests wait for
    each other, the one that is being answered hears that its client has left, not only the last.
    No more than a piece of them is read ahead: thousands in one read would be parsed in one go.
    What cannot be read is refused after the answers to what was asked before it, and nothing is
    read from then on. And what comes behind a body in chunks is none of the headers.
    """

    cycle: Cycle
    _answering: Cycle | None = None
    _receiving: Receiving
    _looking: asyncio.TimerHandle | None = None
    _idle_since: float | None = None
    _closing: asyncio.TimerHandle | None = None
    _unfed = b""
    _refusal: bytes | None = None  # the last that is sent
    _always: tuple[Any, bytes] = (None, b"")  # the headers of every response, and as they are sent

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._receiving = Receiving(self.loop.time())
        self._heads: Heads = self.app_state.setdefault(KEPT, Heads())
        limit = connection_limit()
        if len(self.connections) > limit:
            self._refuse(refuse_full(limit, self.app_state, self.logger))
        else:
            self._looking = self.loop.call_later(LOOK_S, self._look)

    def data_received(self, data: bytes) -> None:
        if self._unfed:
            self._unfed += data
            self.flow.pause_reading()
        elif self._refusal is None:
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        """Parse what came, piece by piece, until a request waits for the answer to another."""
        self._idle_since = None
        is_next = self._receiving.is_between and not self._is_under_way
        if is_next and len(data) <= PIECE_BYTES and self._begin_known(data):
            return
        before = self.cycle
        for start in range(0, len(data), PIECE_BYTES):
            if self.pipeline:
                self._unfed = data[start:]
                self.flow.pause_reading()
                return
            upgraded = self._parse(data[start : start + PIECE_BYTES])
            if upgraded is not None:
                self._begin_again(data[start + upgraded :])
                return
            is_over = self._refusal is not None or self.transport.is_closing()
            if is_over or self.transport.get_protocol() is not self:
                return
        if is_next and self._receiving.is_between and self.cycle is not before:
            self._heads.keep(data, self.cycle)

    def _begin_known(self, data: bytes) -> bool:
        """Begin what came as a whole, if its head is known; the parser need not hear of it."""
        known = self._heads.find(data)
        if known is not None:
            super().on_message_begin()
            self._receiving.end()
            self.cycle = known.cycle(self, data)
            self._start_asgi_task(self.cycle, self.app)
        return known is not None

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
            if self._is_under_way or not self._should_upgrade():
                end: int = upgrade.args[0]
                return end
            self.handle_websocket_upgrade()
        except (httptools.HttpParserError, HeadTooLarge) as error:
            self._refuse(refuse_unread(error, self.app_state, self.logger))
        return None

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())
            elif self._refusal is not None:
                self.transport.write(self._refusal)
                self.transport.close()
            else:
                self._begin_idling()
        if self._unfed:
            self.flow.pause_reading()
            if not self.pipeline:
                self.loop.call_soon(self._feed_on)

    def _begin_idling(self) -> None:
        """Nothing is to be answered, and nothing of a request has come."""
        self._idle_since = self.loop.time()
        if self._closing is None:
            self._close_later(self.timeout_keep_alive)

    def _close_later(self, seconds: float) -> None:
        self._closing = self.loop.call_later(seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        """Close the connection if it has been idle for as long as it is kept, or look again."""
        self._closing = None
        if self._idle_since is not None:
            left = self._idle_since + self.timeout_keep_alive - self.loop.time()
            if left > 0:
                self._close_later(left)
            else:
                self.timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        self._receiving.begin_head(self.loop.time())
        self._idle_since = None  # which a body that ends in the same piece has set
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._receiving.take_line(len(name) + len(value))
        if self._receiving.phase is Phase.BODY:  # it came past whatever looks at a head
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._receiving.begin_body(self.loop.time())
        version, scope = self.parser.get_http_version(), cast("dict[str, Any]", self.scope)
        scope["http_version"] = version
        scope["method"] = self.parser.get_method().decode("ascii")
        if scope["method"] == "CONNECT":  # an upgrade by itself: read again, it would be for ever
            raise httptools.HttpParserInvalidMethodError
        if self.parser.should_upgrade():
            return
        scope["path"], scope["raw_path"], scope["query_string"] = address(self.url)
        keep_alive = version != "1.0" and self.parser.should_keep_alive()
        before, self.cycle = self.cycle, Cycle(self, scope, keep_alive=keep_alive)
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_body(self, body: bytes) -> None:
        self._receiving.take_body(len(body))
        if not (self.parser.should_upgrade() or self.cycle.response_complete):
            self.cycle.body += body
            if len(self.cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            self.cycle.notify()

    def on_message_complete(self) -> None:
        self._receiving.end()
        if self.parser.should_upgrade():  # to be a WebSocket, or read again
            return
        if self.cycle.response_complete:  # it was answered before its body was there
            self._begin_idling()
        else:
            self.cycle.more_body = False
            self.cycle.notify()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._looking, self._closing):
            if timer is not None:
                timer.cancel()
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.notify()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Refuse what does not come in time, and look again later."""
        if self._refusal is not None or self.transport.is_closing():
            return
        if self.transport.get_protocol() is not self:
            return
        left = self._receiving.seconds_left(self.loop.time())
        if self.flow.read_paused:  # it is the server that does not take more
            left = None
            self._receiving.since = self.loop.time()
        if left is None or left > 0:
            self._looking = self.loop.call_later(min(LOOK_S, left or LOOK_S), self._look)
        else:
            self._refuse(refuse_slow())

    @property
    def _is_under_way(self) -> bool:
        """Whether a request is being answered, or waits for that."""
        return self._answering is not None and not self._answering.response_complete

    def _refuse(self, response: bytes) -> None:
        """Respond, once all that was asked before is answered, and hang up."""
        self._refusal = response
        refused = None
        if self._is_under_way and self.cycle.more_body:  # it is this one's body that is refused
            refused = self.pipeline.popleft()[0] if self.pipeline else self._answering
        if refused is self._answering or not self._is_under_way:
            self._hang_up(response)

    def _hang_up(self, last_words: bytes) -> None:
        """Close; where something is being sent, or not read, without a word."""
        is_sending = self._is_under_way and self.cycle.response_started
        if is_sending or self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.write(last_words)
            self.transport.close()

    def _begin_again(self, rest: bytes) -> None:
        """Read a request once more, by its head without the upgrade and what follows that."""
        head = without_upgrade(self.parser, self.url, self.headers)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self.data_received(head + rest)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answering = cycle
        scope: dict[str, Any] = cycle.scope
        scope[ABORT], scope[BODY] = self.transport.abort, self._take_body
        if not cycle.access_log:
            scope[WRITE] = partial(self._write, cycle)
        if cycle.scope["http_version"] == "1.0":
            app = partial(answer_unchunked, cycle, app)
        super()._start_asgi_task(cycle, app)

    def _take_body(self) -> bytes | None:
        """The body of the request that is being answered, where all of it is there."""
        return None if self._answering is None else self._answering.take_body()

    def _write(self, cycle: Cycle, head: bytes, body: bytes) -> bool:
        # A server that stops has no connection kept, also where that was to be when it was asked.
        if not cycle.keep_alive or cycle.disconnected or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        if self._always[0] is not cycle.default_headers:  # which change once a second
            lines = b"".join(b"%b: %b\r\n" % pair for pair in cycle.default_headers)
            self._always = cycle.default_headers, lines
        always = self._always[1]
        self.transport.write(b"%b%bcontent-length: %d\r\n\r\n%b" % (head, always, len(body), body))
        cycle.notify()
        cycle.on_response()
        return True
