"""The export over HTTP: all that is stored about one user, streamed as NDJSON."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, MutableSet

from starlette.responses import Content, StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.context import Services
from graph.transport.aborting import abort_of
from graph.transport.principals import Denied, Stream
from resolvers.caller import Caller
from resolvers.errors import Overloaded
from resolvers.privacy.exporting import export
from resolvers.privacy.ndjson import chunks

NDJSON = "application/x-ndjson"
EXPORTS = 50
"""Exports under way in a process; each keeps what its reader has not taken yet."""

EXPORTS_OF_ONE = 4
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="export.ndjson"',
    "X-Content-Type-Options": "nosniff",
}

log = logging.getLogger(__name__)


class Export(StreamingResponse):
    """A response that is streamed as it is read, until the end or until its reader may no more.

    It is among the streams from the beginning. Where it breaks off, so does the response: one that
    ends well is whole.
    """

    media_type = NDJSON

    def __init__(
        self, chunks: AsyncIterator[bytes], principal: Caller, streams: MutableSet[Stream]
    ) -> None:
        super().__init__(chunks, headers=_HEADERS)
        _check_room(principal, streams)
        streams.add(self)
        self.abort: Callable[[], None] = self._leave
        self.principal = principal
        self._streams = streams
        self._sending: asyncio.Task[None] | None = None
        self._denied: Denied | None = None

    async def begin(self) -> None:
        """Read the first lines, so that it is known whether the database gives any."""
        chunks = aiter(self.body_iterator)
        try:
            first = await anext(chunks)
        except BaseException:
            self._leave()
            raise

        async def whole() -> AsyncIterator[Content]:
            yield first
            async for chunk in chunks:
                yield chunk

        self.body_iterator = whole()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.abort = abort_of(scope)
        sending = self._sending = asyncio.create_task(super().__call__(scope, receive, send))
        if self._denied is not None:
            sending.cancel()
        try:
            await asyncio.wait([sending])
        finally:
            self._leave()
            sending.cancel()
            (failure,) = await asyncio.gather(sending, return_exceptions=True)
        if self._denied is not None:
            log.warning("an export is broken off: %s", self._denied)
        elif failure is not None:
            raise failure

    def end(self, denied: Denied) -> None:
        if self._sending is None or self._sending.cancel():
            self._denied = denied

    async def finish(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending])

    def _leave(self) -> None:
        self._streams.discard(self)


async def streamed(
    services: Services, alias: str, principal: Caller, streams: MutableSet[Stream]
) -> Export:
    """A user's export, as a response that begins once the database has given the first lines.

    Raises:
        Overloaded: as many are under way as may be, of this caller or in all.
    """
    encoded = chunks(
        export(
            alias,
            services.id_cipher,
            services.scoring,
            default=services.default_level,
            now=services.clock(),
        )
    )
    response = Export(encoded, principal, streams)
    await response.begin()
    return response


def _check_room(principal: Caller, streams: Collection[Stream]) -> None:
    callers = [each.principal for each in streams if isinstance(each, Export)]
    own = sum(_who(each) == _who(principal) for each in callers)
    if own >= EXPORTS_OF_ONE:
        raise Overloaded(f"{own} exports of this caller are under way, as many as may")
    if len(callers) >= EXPORTS:
        raise Overloaded(f"{len(callers)} exports are under way, as many as may")


def _who(caller: Caller) -> tuple[str | None, str | None]:
    """A caller, whichever of its tokens it came with."""
    return caller.alias, caller.key_id
