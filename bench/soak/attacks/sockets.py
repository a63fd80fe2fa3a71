"""Attacks over WebSockets: large messages, floods, and operations that are held or not read."""

import itertools
import json

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bench.soak.attacks.wire import Target, forever, socket

_ALL = "subscription { interactions { cursor interaction { id action target { targetId } } } }"
_UNUSED = "subscription ($v: [String]) { interactions { cursor } }"
_NUMBERS = itertools.count()


async def large_first_messages(target: Target) -> str:
    """4 MiB before anything is known of who sends it."""
    async with socket(target, initialised=False) as connection:
        message = {"type": "connection_init", "payload": {"x": "a" * 4_000_000}}
        return await _told(connection, json.dumps(message))


async def idle_sockets(target: Target) -> str:
    """A WebSocket on which nothing is said."""
    async with socket(target, initialised=False) as connection:
        return await _told(connection)


async def pings(target: Target) -> str:
    """Pings without pause."""
    async with socket(target) as connection:
        ping = json.dumps({"type": "ping", "payload": {"x": "a" * 1_000}})
        return await _told(connection, *([ping] * 5_000))


async def control_frames(target: Target) -> str:
    """Pings of the protocol below, without pause."""
    async with socket(target) as connection:
        for _ in range(5_000):
            await connection.ping()
        return "sent"


async def long_ids(target: Target) -> str:
    """An operation whose id has 3 MB."""
    async with socket(target) as connection:
        message = _subscribe("i" * 3_000_000, "{ feedCursor }")
        return await _told(connection, message)


async def unused_variables(target: Target) -> str:
    """Subscriptions with 4 MiB of variables that they do not use, which are held."""
    async with socket(target) as connection:
        for number in range(8):
            variables = {"v": "a" * 4_000_000} if number % 2 else {"v": ["a"] * 2_000}
            await connection.send(_subscribe(str(number), _UNUSED, **variables))
        return await forever()


async def unread_sockets(target: Target) -> str:
    """Subscriptions to all that happens, of which nothing is read."""
    async with socket(target) as connection:
        for number in range(50):
            await connection.send(_subscribe(str(number), _ALL))
        connection.transport.pause_reading()
        return await forever()


async def distinct_subscriptions(target: Target) -> str:
    """Subscriptions that each have a document of their own, and so share no work."""
    async with socket(target) as connection:
        for number in range(90):
            document = _ALL.replace("cursor", f"cursor a{next(_NUMBERS)}: cursor", 1)
            await connection.send(_subscribe(str(number), document))
        async for _ in connection:
            pass
        return str(connection.close_code)


async def opened_and_ended(target: Target) -> str:
    """Subscriptions that end as soon as they begin."""
    async with socket(target) as connection:
        for number in range(500):
            await connection.send(_subscribe(str(number), _ALL))
            await connection.send(json.dumps({"id": str(number), "type": "complete"}))
        return "ended"


async def costly_in_parallel(target: Target) -> str:
    """A hundred costly operations at once on one connection."""
    query = "{ interactions(first: 100) { totalCount nodes { id target { targetId } } } }"
    async with socket(target) as connection:
        for number in range(100):
            await connection.send(_subscribe(str(number), query))
        for _ in range(200):  # an answer and its end for each
            await connection.recv()
        return "answered"


async def _told(connection: ClientConnection, *messages: str) -> str:
    """What the server says to messages: the type of its own, or the code it closed with."""
    try:
        for message in messages:
            await connection.send(message)
        return str(json.loads(await connection.recv())["type"])
    except ConnectionClosed:
        return str(connection.close_code)


def _subscribe(id: str, query: str, **variables: object) -> str:
    payload = {"query": query, "variables": variables}
    return json.dumps({"id": id, "type": "subscribe", "payload": payload})
