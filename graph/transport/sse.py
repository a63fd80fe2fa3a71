"""GraphQL over server-sent events, a connection for each operation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.transport.answers import Answer
from graph.transport.negotiation import Form

KEEP_ALIVE_S = 12.0  # some proxies end a response that is silent for 15 seconds
_COMPLETE = b"event: complete\ndata: \n\n"  # a browser drops an event without data
_COMMENT = b":\n\n"


class EventStream(StreamingResponse):
    """A response that sends each answer as it comes, and `complete` at the end."""

    def __init__(self, answers: AsyncGenerator[Answer, None], headers: Mapping[str, str]) -> None:
        # A proxy that gathers a response before it passes it on would hold events back.
        headers = {**headers, "X-Accel-Buffering": "no"}
        self._events = _events(answers)
        super().__init__(self._events, headers=headers, media_type=Form.EVENTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the client leaves, however much there is to send."""
        sending = asyncio.create_task(self.stream_response(send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            sent, _ = await asyncio.gather(sending, leaving, return_exceptions=True)
            await self._events.aclose()
        if isinstance(sent, Exception):
            raise sent

    @classmethod
    def of(cls, answer: Answer, headers: Mapping[str, str]) -> "EventStream":
        """The stream of one answer that is known already."""

        async def answers() -> AsyncGenerator[Answer, None]:
            yield answer

        return cls(answers(), headers)


async def _events(answers: AsyncGenerator[Answer, None]) -> AsyncGenerator[bytes, None]:
    coming = asyncio.Queue[Answer | None](1)
    pouring = asyncio.create_task(_pour(answers, coming))
    try:
        yield _COMMENT  # so that the client sees the response begin
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    answer = await coming.get()
            except TimeoutError:
                yield _COMMENT
                continue
            if answer is None:
                break
            yield b"event: next\ndata: " + answer.content + b"\n\n"
        yield _COMPLETE
    finally:
        pouring.cancel()


async def _pour(
    answers: AsyncGenerator[Answer, None], into: "asyncio.Queue[Answer | None]"
) -> None:
    """Pass answers on in a task of their own, which closes them however the response ends."""
    async with aclosing(answers):
        async for answer in answers:
            await into.put(answer)
    await into.put(None)
