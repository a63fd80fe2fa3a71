"""Streams of answers: a response that goes on until its operation ends, in whatever format."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from graphql import OperationType
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph.transport.aborting import abort_of
from graph.transport.answers import Answer
from graph.transport.engine import Engine
from graph.transport.operations import Operation
from graph.transport.principals import Denied


@dataclass(frozen=True)
class Format:
    """How a stream is written: what opens it, holds an answer, breaks a silence and closes it."""

    media_type: str
    opening: bytes
    write: Callable[[Answer], bytes]
    heartbeat: bytes
    heartbeat_s: float
    closing: bytes


class AnswerStream(Response):
    """A response that sends answers as they come, and says so when there are no more."""

    def __init__(
        self, engine: Engine, operation: Operation, format: Format, headers: Mapping[str, str]
    ) -> None:
        self.principal = operation.principal
        self.status_code = 200
        self.background = None
        self.media_type = format.media_type
        # A proxy that gathers a response before it passes it on would hold answers back.
        self.init_headers({**headers, "X-Accel-Buffering": "no"})
        self._streams = engine.streams
        self._operation = operation
        self._format = format
        self._pouring: asyncio.Task[None] | None = None
        self._last_words: bytes | None = None
        self._written_at = 0.0
        self._is_writing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the client leaves, however much there is to send."""
        self.abort = abort_of(scope)
        head = {"status": self.status_code, "headers": self.raw_headers}
        self._streams.add(self)
        try:
            await send({"type": "http.response.start", **head})
            await self._send_answers(receive, send)
        finally:
            self._streams.discard(self)

    def end(self, denied: Denied) -> None:
        self._end(self._format.write(denied.answer))

    async def finish(self) -> None:
        if self._operation.kind is OperationType.SUBSCRIPTION:
            self._end(b"")
        if self._pouring is not None:
            await asyncio.wait([self._pouring])

    def _end(self, last_words: bytes) -> None:
        if self._last_words is not None:
            return  # a second time would cut the first one short
        self._last_words = last_words
        if self._pouring is not None and self._written_at:  # else it has not begun, and will see
            self._pouring.cancel()

    async def _send_answers(self, receive: Receive, send: Send) -> None:
        self._pouring = asyncio.create_task(self._pour(send))
        leaving = asyncio.create_task(_left(receive))
        tasks = (self._pouring, leaving, asyncio.create_task(self._keep_alive(send)))
        try:
            await asyncio.wait((self._pouring, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            poured, *_ = await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(poured, Exception):
            raise poured

    async def _pour(self, send: Send) -> None:
        try:
            await self._write(send, self._format.opening)  # the client sees that it has begun
            if self._last_words is None:
                async with aclosing(self._operation.answers()) as answers:
                    async for some in answers:
                        await self._write(send, b"".join(map(self._format.write, some)))
        except asyncio.CancelledError:
            if self._last_words is None:
                raise  # the client has left, and nobody takes anything more
        await self._write(send, (self._last_words or b"") + self._format.closing)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send, written: bytes) -> None:
        self._is_writing = True
        await send({"type": "http.response.body", "body": written, "more_body": True})
        self._is_writing = False
        self._written_at = asyncio.get_running_loop().time()

    async def _keep_alive(self, send: Send) -> None:
        """Break each silence before a proxy takes it for the end."""
        now, pause_s = asyncio.get_running_loop().time, self._format.heartbeat_s
        while True:
            silent_s = now() - self._written_at
            if silent_s >= pause_s and not self._is_writing:
                await self._write(send, self._format.heartbeat)
            await asyncio.sleep(max(pause_s - silent_s, pause_s / 12))


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
