"""Bodies of requests: read and unpacked within a limit, whatever a client says of their size."""

import asyncio
import zlib
from collections.abc import Callable

from starlette.types import Receive, Scope

from graph.transport.requests import Malformed, TooLarge, header

BODY = "trailmark.body"
"""The extension of ASGI by which a server gives a whole body, where it is there: a `TakeBody`."""

#: The body if all of it is there and nobody has taken it; else None.
TakeBody = Callable[[], bytes | None]

ACCEPTED = "gzip, identity"
_UNPACKED = ("", "identity")
_GZIP = 31  # the window's size, and that nothing but gzip is taken


class UnknownEncoding(Malformed):
    """A body is packed in a way that is not taken; says which are."""


def taken_body(scope: Scope, limit: int) -> bytes | None:
    """A request's body, where all of it is there and not packed; else None.

    Raises:
        TooLarge: it is larger.
    """
    if header(scope, b"content-encoding") not in _UNPACKED:
        return None
    take: TakeBody | None = scope.pop(BODY, None)  # which would make a circle
    body = None if take is None else take()
    if body is not None and len(body) > limit:
        raise _too_large(limit)
    return body


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """A request's body, unpacked where it is packed; `limit` holds for both.

    One that says itself that it is longer is not read: nobody need send it who waits for that.

    Raises:
        TooLarge: it is longer.
        UnknownEncoding: it is packed by something else than gzip.
        Malformed: it is not what its encoding says, or the client left before its end.
    """
    encoding = header(scope, b"content-encoding").strip().lower()
    if encoding in _UNPACKED:
        return await _received(scope, receive, limit)
    if encoding not in ("gzip", "x-gzip"):
        raise UnknownEncoding(f"got Content-Encoding {encoding[:64]!r}; allowed are {ACCEPTED}")
    packed = await _received(scope, receive, limit)
    return await asyncio.get_running_loop().run_in_executor(None, unpack, packed, limit)


def unpack(packed: bytes, limit: int) -> bytes:
    """What gzip has packed, as one member: many small ones would be copied again and again.

    Raises:
        TooLarge: it is more than `limit` bytes, of which no more are unpacked.
        Malformed: it is no gzip, or not all of it, or something follows.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(packed, limit + 1)
    except zlib.error as error:
        raise Malformed(f"the body must be gzip, as its Content-Encoding says: {error}") from None
    if len(unpacked) > limit:
        raise _too_large(limit)
    if not unpacker.eof or unpacker.unused_data:
        raise Malformed("the body must be one whole member of gzip, and nothing behind it")
    return unpacked


async def _received(scope: Scope, receive: Receive, limit: int) -> bytes:
    said = header(scope, b"content-length")
    if said.isdecimal() and int(said) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size, has_more = 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("the client left")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        has_more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is larger than {limit} bytes")
