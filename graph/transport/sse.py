"""GraphQL over server-sent events, a connection for each operation."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

from graphql import OperationType
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph.transport.answers import Answer
from graph.transport.engine import Engine
from graph.transport.negotiation import Form
from graph.transport.operations import Operation
from graph.transport.parties import Denied

KEEP_ALIVE_S = 12.0  # some proxies end a response that is silent for 15 seconds
_COMPLETE = b"event: complete\ndata: \n\n"  # a browser drops an event without data
_COMMENT = b":\n\n"


class SingleEvent(Response):
    """The stream of an answer that is known already."""

    media_type = Form.EVENTS

    def __init__(self, answer: Answer, headers: Mapping[str, str]) -> None:
        super().__init__(answer.event + _COMPLETE, headers=headers)


class EventStream(Response):
    """A response that sends answers as they come, and `complete` at the end."""

    media_type = Form.EVENTS

    def __init__(self, engine: Engine, operation: Operation, headers: Mapping[str, str]) -> None:
        self.party = operation.party
        self.status_code = 200
        self.background = None
        # A proxy that gathers a response before it passes it on would hold events back.
        self.init_headers({**headers, "X-Accel-Buffering": "no"})
        self._streams = engine.streams
        self._operation = operation
        self._pouring: asyncio.Task[None] | None = None
        self._last_words: bytes | None = None
        self._written_at = 0.0
        self._is_writing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the client leaves, however much there is to send."""
        head = {"status": self.status_code, "headers": self.raw_headers}
        self._streams.add(self)
        try:
            await send({"type": "http.response.start", **head})
            await self._send_answers(receive, send)
        finally:
            self._streams.discard(self)

    def end(self, denied: Denied) -> None:
        self._end(denied.answer.event)

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
            await self._write(send, _COMMENT)  # so that the client sees the response begin
            if self._last_words is None:
                async with aclosing(self._operation.answers()) as answers:
                    async for some in answers:
                        await self._write(send, b"".join([answer.event for answer in some]))
        except asyncio.CancelledError:
            if self._last_words is None:
                raise  # the client has left, and nobody takes anything more
        await self._write(send, (self._last_words or b"") + _COMPLETE)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send, events: bytes) -> None:
        self._is_writing = True
        await send({"type": "http.response.body", "body": events, "more_body": True})
        self._is_writing = False
        self._written_at = asyncio.get_running_loop().time()

    async def _keep_alive(self, send: Send) -> None:
        """Break each silence before a proxy takes it for the end."""
        now = asyncio.get_running_loop().time
        while True:
            silent_s = now() - self._written_at
            if silent_s >= KEEP_ALIVE_S and not self._is_writing:
                await self._write(send, _COMMENT)
            await asyncio.sleep(max(KEEP_ALIVE_S - silent_s, KEEP_ALIVE_S / 12))


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
