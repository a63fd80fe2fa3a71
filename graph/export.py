"""Export: all that is stored about one user as NDJSON, over HTTP and on the command line."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, MutableSet
from typing import Annotated

import orjson
import typer
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.context import Product
from graph.secret import find_secret
from graph.settings import Settings
from graph.terminal import check_there, check_version, console, read_settings, run, stop
from graph.transport.parties import Denied, Stream
from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.exporting import Line, export
from resolvers.identity import Identity, claim
from resolvers.opaque import Opaque
from resolvers.targets import BadId, profile_alias

CHUNK_BYTES = 32 * 1024
NDJSON = "application/x-ndjson"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="export.ndjson"',
    "X-Content-Type-Options": "nosniff",
}

log = logging.getLogger(__name__)


class Export(StreamingResponse):
    """A response that is streamed as it is read, until the end or until its reader may no more.

    Where it breaks off, so does the response: one that ends well is whole.
    """

    media_type = NDJSON

    def __init__(
        self, chunks: AsyncIterator[bytes], party: Caller, streams: MutableSet[Stream]
    ) -> None:
        super().__init__(chunks, headers=_HEADERS)
        self.party = party
        self._streams = streams
        self._sending: asyncio.Task[None] | None = None
        self._denied: Denied | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = self._sending = asyncio.create_task(super().__call__(scope, receive, send))
        self._streams.add(self)
        try:
            await asyncio.wait([sending])
        finally:
            self._streams.discard(self)
            sending.cancel()
            (failure,) = await asyncio.gather(sending, return_exceptions=True)
        if self._denied is not None:
            log.warning("an export is broken off: %s", self._denied)
        elif failure is not None:
            raise failure

    def end(self, denied: Denied) -> None:
        if self._sending is not None and self._sending.cancel():
            self._denied = denied

    async def finish(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending])


async def streamed(
    product: Product, alias: str, party: Caller, streams: MutableSet[Stream]
) -> Export:
    """A user's export, as a response that begins once the database has given the first lines.

    It is among the streams while it is sent to its party.
    """
    chunks = _chunks(_of(product, alias))
    first = await anext(chunks)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return Export(whole(), party, streams)


def _of(product: Product, alias: str) -> AsyncIterator[Line]:
    now = product.clock()
    return export(alias, product.opaque, product.scoring, product.default_level, now)


async def _chunks(lines: AsyncIterator[Line]) -> AsyncIterator[bytes]:
    """The lines as JSON, some at a time."""
    chunk = bytearray()
    async for line in lines:
        chunk += orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)


def export_user(
    user: Annotated[str, typer.Argument(help="The user's id, or the alias `u_…`.")],
) -> None:
    """Write all that is stored about one user to standard output, a line of JSON for each thing."""
    alias, lines = run(_export(read_settings(), user))
    console.print(f"exported {lines:,} lines about {alias}")


async def _export(settings: Settings, user: str) -> tuple[str, int]:
    """Write the lines about a user; the alias, and how many there were."""
    check_there(settings.database)
    identity = Identity(find_secret(settings))
    await check_version(settings.database)
    await claim(identity, settings.database)
    try:
        alias = profile_alias(user, identity)
    except BadId as bad:
        stop(f"USER: {bad.message}")
    return alias, await _write(settings, identity, alias)


async def _write(settings: Settings, identity: Identity, alias: str) -> int:
    opaque, now = Opaque(identity.key("interaction ids")), system_clock()
    written = 0
    async with settings.database.reading():
        lines = export(alias, opaque, settings.scoring, settings.default_privacy, now)
        with console.status("exporting") as status:
            async for chunk in _chunks(lines):
                _put(chunk)
                written += chunk.count(b"\n")
                status.update(f"exporting: {written:,} lines")
    return written


def _put(chunk: bytes) -> None:
    """Write to standard output.

    Raises:
        BrokenPipeError: nobody reads it.
    """
    try:
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still held
        stop(f"standard output: {error.strerror}")
