"""A connection to a server under test, over which bytes go as they are."""

import asyncio
import json
from contextlib import suppress

BODY = json.dumps({"query": "{ __typename }"}).encode()


class Wire:
    """A connection over which bytes are sent and responses are read as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(
        self, *headers: str, method: str = "POST", version: str = "1.1", body: bytes = BODY
    ) -> None:
        self.send_head(*headers, method=method, version=version, length=len(body))
        self.send_body(body)

    def send_head(
        self, *headers: str, method: str = "POST", version: str = "1.1", length: int = len(BODY)
    ) -> None:
        of_body = ("Content-Type: application/json", f"Content-Length: {length}")
        self.send_lines(method, version, *headers, *of_body)

    def send_lines(self, method: str, version: str, *headers: str) -> None:
        lines = [f"{method} /graphql HTTP/{version}", "Host: localhost", *headers]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    def send_raw(self, data: bytes) -> None:
        self._writer.write(data)

    async def drained(self) -> None:
        """Wait until what was sent has left this process, or the server has hung up."""
        with suppress(ConnectionError):
            await self._writer.drain()
        await asyncio.sleep(0)

    def has_answer(self) -> bool:
        """Whether something has come that was not read."""
        return bool(self._reader._buffer)  # type: ignore[attr-defined]

    async def another(self) -> "Wire":
        """A second connection to the same server."""
        host, port = self._writer.get_extra_info("peername")
        return Wire(*await asyncio.open_connection(host, port))

    def send_body(self, body: bytes = BODY) -> None:
        self._writer.write(body)

    async def response(self, has_body: bool = True) -> tuple[bytes, dict[bytes, bytes], bytes]:
        """A response's first line, its headers, each of which comes once, and its body."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        pairs = [line.partition(b": ")[::2] for line in lines]
        headers = {name.lower(): text for name, text in pairs}
        assert len(headers) == len(pairs)
        length = int(headers.get(b"content-length", b"0")) if has_body else 0
        return first, headers, await self._reader.readexactly(length)

    async def is_closed(self) -> bool:
        return await self._reader.read() == b""

    def close(self) -> None:
        self._writer.close()
