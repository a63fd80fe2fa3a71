"""Attacks by slowness: sockets on which nothing comes, too little comes, or nothing is read."""

import asyncio
import itertools

from bench.soak.attacks.wire import Target, connected, exchange, forever, head, operation, posted

_NUMBERS = itertools.count()


async def silent_sockets(target: Target) -> str:
    """A connection on which nothing is ever sent."""
    reader, writer = await connected(target)
    try:
        return "refused" if await reader.read(1) else "closed"
    finally:
        writer.close()


async def slow_heads(target: Target) -> str:
    """A head of which a letter comes every half a second."""
    _, writer = await connected(target)
    return await _trickle(writer, b"GET /healthz HTTP/1.1\r\nX-Slow: ")


async def slow_bodies(target: Target) -> str:
    """A body of which a letter comes every half a second."""
    _, writer = await connected(target)
    whole = posted(operation("{ feedCursor }"), target.of_key(), "X-Size: large")
    return await _trickle(writer, whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n{")


async def held_bodies(target: Target) -> str:
    """A body of almost 4 MiB, the last byte of which does not come."""
    _, writer = await connected(target)
    writer.write(posted(b" " * 4_000_000, target.of_key())[:-1])
    await writer.drain()
    return await forever()


async def unread_answers(target: Target) -> str:
    """Thousands of requests on one connection, of whose answers none is read."""
    _, writer = await connected(target)
    query = operation("{ actionTypes { action description family } }")
    request = posted(query, target.of_key()).replace(b"Connection: close\r\n", b"")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(2_000):
        writer.write(request)
    await writer.drain()
    return await forever()


async def unread_exports(target: Target) -> str:
    """An export of a user with a hundred thousand rows, which is not read."""
    _, writer = await connected(target)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(head("GET /export", target.of_user()))
    return await forever()


async def pages_not_awaited(target: Target) -> str:
    """A costly page, whose client hangs up at once."""
    query = "{ interactions(first: 100) { totalCount nodes { id target { kind targetId } } } }"
    _, writer = await connected(target)
    writer.write(posted(operation(query), target.of_key()))
    await writer.drain()
    await asyncio.sleep(0.02)
    writer.close()
    return "left"


async def churning(target: Target) -> str:
    """A connection for each of many short requests."""
    return await exchange(target, head(f"GET /healthz?{next(_NUMBERS)}"))


async def _trickle(writer: asyncio.StreamWriter, beginning: bytes) -> str:
    writer.write(beginning)
    try:
        while not writer.is_closing():
            await asyncio.sleep(0.5)
            writer.write(b"a")
            await writer.drain()
    except ConnectionError:
        return "reset"
    return "closed"
