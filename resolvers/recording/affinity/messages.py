"""Messages: tuples of plain values between two processes of one user, in order, over a socket.

They are pickled. That is safe because only processes of the same user can open the socket, whose
folder is closed to everybody else: who can send here can do all that we can.
"""

import asyncio
import pickle
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeAlias, cast

Message: TypeAlias = tuple[Any, ...]

_HEAD = 4  # bytes that hold the length of what follows
_PROTOCOL = 5


class Kind(IntEnum):
    """What a message is; it is followed by what is named here."""

    #: From who takes inputs.
    HELLO = 1  # the format that it understands
    ANSWERS = 2  # the number of a hand-over, and its answers
    FAILED = 3  # the number of a hand-over, and the error of all of it
    HERE = 4  # answers a PING
    LEAVING = 5  # the number of the last hand-over that was taken
    #: From who hands over.
    INPUTS = 6  # the number of a hand-over, its submissions, and its callers' traces
    PING = 7


class Link(asyncio.Protocol):
    """One end of a connection: `received` is called with each message, `ended` at the end."""

    def __init__(self, received: Callable[["Link", Message], None]) -> None:
        self._received = received
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self.ended = asyncio.Event()

    def send(self, *message: Any) -> None:
        """Send a message after those before; nothing happens once the connection has ended."""
        if self._transport is not None:
            body = pickle.dumps(tuple(map(_plain, message)), _PROTOCOL)
            self._transport.write(len(body).to_bytes(_HEAD, "little") + body)

    def close(self) -> None:
        """End it once what was sent is written."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self.ended.set()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) >= start + _HEAD:
            end = start + _HEAD + int.from_bytes(buffer[start : start + _HEAD], "little")
            if len(buffer) < end:
                break
            message = pickle.loads(memoryview(buffer)[start + _HEAD : end])  # noqa: S301 (see above)
            self._received(self, message)
            start = end
        del buffer[:start]


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Kind) else value
