"""How attacks reach the server: bytes over connections of their own, and WebSockets."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_CODE = re.compile(rb'"code":"(\w+)"')
_SHOWN = 16 * 1024
#: How long a round waits for an answer; a server that gives none in this time has been stopped.
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Target:
    """A server under attack, and the credentials that are used against it."""

    port: int
    key: str
    token: str

    def of_key(self) -> str:
        return f"Authorization: Bearer {self.key}"

    def of_user(self) -> str:
        return f"Authorization: Bearer {self.token}"


def head(first: str, *lines: str) -> bytes:
    """The head of a request, after which the server is to hang up."""
    always = (f"{first} HTTP/1.1", "Host: 127.0.0.1", "Connection: close")
    return "\r\n".join([*always, *lines, "", ""]).encode()


def posted(body: bytes, *lines: str, path: str = "/graphql") -> bytes:
    """A request with a JSON body."""
    of_body = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    return head(f"POST {path}", *of_body, *lines) + body


def operation(query: str, **variables: Any) -> bytes:
    """The body of a GraphQL request."""
    return json.dumps({"query": query, "variables": variables}).encode()


async def ask(
    target: Target, query: str, *, patience_s: float = PATIENCE_S, **variables: Any
) -> str:
    """Send an operation with the key; what it was answered."""
    request = posted(operation(query, **variables), target.of_key())
    return await exchange(target, request, patience_s=patience_s)


async def exchange(target: Target, *parts: bytes, patience_s: float = PATIENCE_S) -> str:
    """Send bytes on a new connection until it is answered; the status and code, or how it ended."""
    reader, writer = await connected(target)
    sending = asyncio.create_task(_send(writer, parts))
    try:
        async with asyncio.timeout(patience_s):
            return told(await _first(reader))
    except TimeoutError:
        return "no answer"
    except ConnectionError:
        return "reset"
    finally:
        sending.cancel()
        writer.close()


async def connected(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", target.port)


async def _send(writer: asyncio.StreamWriter, parts: tuple[bytes, ...]) -> None:
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()


async def _first(reader: asyncio.StreamReader) -> bytes:
    """The beginning of what is answered until the server hangs up."""
    content = b""
    while part := await reader.read(65_536):
        content = (content + part)[:_SHOWN]
    return content


def told(answer: bytes) -> str:
    """The status of an answer, and the code of its first error."""
    if not answer:
        return "closed"
    status = answer.split(b" ", 2)[1:2]
    code = _CODE.search(answer)
    return b" ".join([*status, *([code[1]] if code else [])]).decode(errors="replace")


@asynccontextmanager
async def socket(target: Target, *, initialised: bool = True) -> AsyncIterator[ClientConnection]:
    """A WebSocket, which the server has acknowledged unless it is not to be."""
    async with connect(
        f"ws://127.0.0.1:{target.port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
        compression=None,
        ping_interval=None,
        open_timeout=PATIENCE_S,
        close_timeout=0.1,
    ) as connection:
        if initialised:
            payload = {"Authorization": f"Bearer {target.key}"}
            await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
            await connection.recv()
        yield connection


async def forever() -> str:
    """Hold what is held until the attack is over."""
    await asyncio.Event().wait()
    return "held"
