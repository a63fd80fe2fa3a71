"""Cycles: a request and its answer, as uvicorn has them, made in a third of the time."""

import asyncio
import urllib.parse
from typing import Any

import httptools
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_USUAL = b"/graphql"


class Cycle(RequestResponseCycle):
    """A request and its answer; `take_body` gives the body without a wait.

    What nearly all requests have alike is the class's. The event by which uvicorn waits for a
    client is made when somebody waits.
    """

    disconnected = False
    more_body = True
    response_started = False
    response_complete = False
    chunked_encoding: bool | None = None
    expected_content_length = 0
    _has_news = False
    _event: asyncio.Event | None = None

    def __init__(self, protocol: HttpToolsProtocol, scope: Scope, *, keep_alive: bool) -> None:
        self.scope: Any = scope
        self.transport = protocol.transport
        self.flow = protocol.flow
        self.logger = protocol.logger
        self.access_logger = protocol.access_logger
        self.access_log = protocol.access_log
        self.default_headers = protocol.server_state.default_headers
        self.on_response = protocol.on_response_complete
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = (
            protocol.expect_100_continue and scope["http_version"] != "1.0"  # which knows no 100
        )
        self.body: Any = bytearray()

    def take_whole(self, body: bytes) -> None:
        """Have all of the body at once."""
        self.body, self.more_body, self._has_news = body, False, True

    @property
    def message_event(self) -> asyncio.Event:  # type: ignore[override]
        """Set when something has come of the client."""
        if self._event is None:
            self._event = asyncio.Event()
            if self._has_news:
                self._event.set()
        return self._event

    def notify(self) -> None:
        """Wake up who waits for something from the client."""
        if self._event is None:
            self._has_news = True
        else:
            self._event.set()

    def take_body(self) -> bytes | None:
        """The body if all of it is there, and nobody has taken any of it; else None.

        Nor is it given to who is yet to tell a client, which asks for that, to continue.

        Whoever receives after that hears of nothing but that the client has left.
        """
        is_there = not (self.more_body or self.disconnected or self.response_complete)
        if not is_there or self.waiting_for_100_continue or self._event is not None:
            return None
        body, self.body, self._has_news = bytes(self.body), bytearray(), False
        self.flow.resume_reading()
        return body


def address(url: bytes) -> tuple[str, bytes, bytes]:
    """The path that a URL asks for, as it came and unquoted before, and its query string."""
    if url == _USUAL:
        return "/graphql", url, b""
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    return urllib.parse.unquote(path) if "%" in path else path, parsed.path, parsed.query or b""


async def answer_unchunked(
    cycle: Cycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send
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
