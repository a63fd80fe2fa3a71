"""Connections that do next to nothing with answers, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Callable
from typing import cast

_ERRORS = b'"errors":[{'


class Tally:
    """What all connections have seen since counting began."""

    def __init__(self) -> None:
        self.took_s: list[float] = []
        self.failures = 0
        self.sample = ""
        self.size = 0

    def begin(self) -> None:
        """Count from now on; failures are never forgotten."""
        self.took_s = []

    def end(self) -> list[float]:
        """Count no more; what each answer took since the beginning."""
        took_s, self.took_s = self.took_s, []
        return took_s

    def fail(self, content: bytes) -> None:
        """Count a failure, and keep the first one to show."""
        self.failures += 1
        self.sample = self.sample or content[:2_000].decode(errors="replace")


class Connection(asyncio.Protocol):
    """Asks again as soon as it is answered, over one connection that is kept open."""

    def __init__(self, make: Callable[[], bytes], expect: bytes, tally: Tally) -> None:
        self._make, self._expect, self._tally = make, expect, tally
        self._content = b""
        self._length: int | None = None
        self._is_first = True
        self.is_over = asyncio.get_running_loop().create_future()
        self.is_stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.is_over.done():
            self._tally.fail(f"the connection was lost: {error}".encode())
            self.is_over.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._content += data
        if self._length is None:
            self._length = _length(self._content)
        if self._length == 0:  # in chunks
            if not self._content.endswith(b"0\r\n\r\n"):
                return
        elif self._length is None or len(self._content) < self._length:
            return
        self._answered(self._content)

    def _answered(self, content: bytes) -> None:
        self._tally.took_s.append(time.perf_counter() - self._asked)
        is_right = content.startswith(b"HTTP/1.1 200") and _ERRORS not in content
        if self._is_first:
            is_right = is_right and self._expect in content
            self._tally.size = len(content)
            self._is_first = False
        if not is_right:
            self._tally.fail(content)
        if self.is_stopping:
            self.is_over.set_result(None)
            self._transport.close()
        else:
            self._ask()

    def _ask(self) -> None:
        self._content, self._length = b"", None
        request = self._make()
        self._asked = time.perf_counter()
        self._transport.write(request)


def _length(content: bytes) -> int | None:
    """The length of the whole answer; 0 where it comes in chunks, None while its head does."""
    end = content.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = content[:end].lower()
    found = head.find(b"\r\ncontent-length:")
    if found < 0:
        return 0
    return end + 4 + int(head[found + 17 :].partition(b"\r\n")[0])
