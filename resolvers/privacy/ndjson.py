"""NDJSON: the lines of an export as bytes, in chunks that are worth sending."""

import asyncio
from collections.abc import AsyncIterator

import orjson

from resolvers.privacy.exporting import Line

CHUNK_BYTES = 32 * 1024


async def chunks(lines: AsyncIterator[Line]) -> AsyncIterator[bytes]:
    """Encode the lines as JSON, many in a chunk; a chunk ends with a whole line."""
    chunk = bytearray()
    async for line in lines:
        chunk += orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
            await asyncio.sleep(0)  # sending waits only where the client reads slowly
    if chunk:
        yield bytes(chunk)
