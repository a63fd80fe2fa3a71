"""GraphQL over server-sent events, a connection for each operation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.transport.answers import Answer
from graph.transport.engine import Engine, Operation
from graph.transport.negotiation import Form
from graph.transport.parties import Denied

KEEP_ALIVE_S = 12.0  # some proxies end a response that is silent for 15 seconds
_COMPLETE = b"event: complete\ndata: \n\n"  # a browser drops an event without data
_COMMENT = b":\n\n"


class SingleEvent(Response):
    """The stream of an answer that is known already."""

    media_type = Form.EVENTS

    def __init__(self, answer: Answer, headers: Mapping[str, str]) -> None:
        super().__init__(_next(answer) + _COMPLETE, headers=headers)


class EventStream(StreamingResponse):
    """A response that sends each answer as it comes, and `complete` at the end."""

    def __init__(self, engine: Engine, operation: Operation, headers: Mapping[str, str]) -> None:
        self.party = operation.party
        self._streams = engine.streams
        self._coming = asyncio.Queue[Answer | None](1)
        self._ended: Denied | None = None
        self._pouring: asyncio.Task[None] | None = None
        self._operation = operation
        # A proxy that gathers a response before it passes it on would hold events back.
        headers = {**headers, "X-Accel-Buffering": "no"}
        super().__init__(self._events(), headers=headers, media_type=Form.EVENTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the client leaves, however much there is to send."""
        self._pouring = asyncio.create_task(self._pour())
        sending = asyncio.create_task(self.stream_response(send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        self._streams.add(self)
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams.discard(self)
            tasks = (sending, leaving, self._pouring)
            for task in tasks:
                task.cancel()
            sent, *_ = await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(sent, Exception):
            raise sent

    def end(self, denied: Denied) -> None:
        if self._ended is not None:
            return  # a second time would cut the first one short
        self._ended = denied
        if self._pouring is not None:
            self._pouring.cancel()

    async def _pour(self) -> None:
        try:
            async with aclosing(self._operation.answers()) as answers:
                async for answer in answers:
                    await self._coming.put(answer)
        except asyncio.CancelledError:
            if self._ended is None:
                raise  # the client has left, and nobody takes anything more
            await self._coming.put(self._ended.answer)
        await self._coming.put(None)

    async def _events(self) -> AsyncGenerator[bytes, None]:
        yield _COMMENT  # so that the client sees the response begin
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    answer = await self._coming.get()
            except TimeoutError:
                yield _COMMENT
                continue
            if answer is None:
                yield _COMPLETE
                return
            yield _next(answer)


def _next(answer: Answer) -> bytes:
    return b"event: next\ndata: %b\n\n" % answer.content
