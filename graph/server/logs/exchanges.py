"""Exchanges: what went out in answer to a request, counted for the access log."""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import Message, Scope

from graph.transport.http.replies import WRITE, Write

FAILED, LEFT, REFUSED = 500, 499, 403
"""The statuses of what was not answered: the server failed, the client left, no upgrade."""

#: Tells what happened to a request, with fields that say more.
Tell = Callable[[str, dict[str, Any]], None]


class HttpExchange:
    """A request over HTTP and its answer, which may be a stream."""

    def __init__(self, scope: Scope, tell: Tell) -> None:
        self._tell = tell
        self._begun = time.perf_counter()
        self._status = 0
        self._size = 0
        write: Write | None = scope.get(WRITE)
        if write is not None:
            scope[WRITE] = self._counting(write)

    def sent(self, message: Message) -> None:
        """Count what was sent."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
        else:
            self._size += len(message.get("body", b""))

    def received(self, message: Message) -> None:
        """Nothing that a client sends is told."""

    def end(self, *, failed: bool) -> None:
        """Tell how it was answered."""
        status = self._status or (FAILED if failed else LEFT)
        told = {"status": status, "bytes": self._size, "duration_ms": milliseconds(self._begun)}
        self._tell("request", told)

    def _counting(self, write: Write) -> Write:
        def written(head: bytes, body: bytes) -> bool:
            is_written = write(head, body)
            if is_written:
                self._status, self._size = int(head[9:12]), len(body)  # after `HTTP/1.1 `
            return is_written

        return written


class SocketExchange:
    """A WebSocket: told when it is open and when it is closed, or that it was refused."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._begun = time.perf_counter()
        self._is_open = False
        self._code = 1006  # of a connection that ends without a word
        self._size = 0

    def sent(self, message: Message) -> None:
        """Count what was sent; tell that it is open."""
        if message["type"] == "websocket.accept":
            self._is_open = True
            self._tell("websocket opened", {"status": 101})
        elif message["type"] == "websocket.close":
            self._code = message.get("code", 1000)
        else:
            text = message.get("text") or ""
            self._size += len(text) if text.isascii() else len(text.encode())

    def received(self, message: Message) -> None:
        """Note by which code a client has left."""
        if message["type"] == "websocket.disconnect":
            self._code = message.get("code", 1005)

    def end(self, *, failed: bool) -> None:
        """Tell how it ended."""
        duration_ms = milliseconds(self._begun)
        if self._is_open:
            told = {"code": self._code, "bytes": self._size, "duration_ms": duration_ms}
            self._tell("websocket closed", told)
        else:
            status = FAILED if failed else REFUSED
            self._tell("websocket refused", {"status": status, "duration_ms": duration_ms})


def milliseconds(begun: float) -> float:
    """How long something has taken since an instant of the performance counter."""
    return round((time.perf_counter() - begun) * 1000, 3)
