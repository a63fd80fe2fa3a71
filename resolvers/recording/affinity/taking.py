"""Taking: what other workers hand over is submitted to this one's writers, and answered."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TypeAlias

from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.affinity.messages import Kind, Link, Message
from resolvers.recording.affinity.packing import (
    FORMAT,
    Packed,
    packed_answers,
    packed_error,
    unpacked_submissions,
)
from resolvers.recording.submissions import Submission, Verdict
from resolvers.tasks import END_S

Submit: TypeAlias = Callable[[Sequence[Submission]], Awaitable[list[Verdict | Exception]]]
Traced: TypeAlias = Callable[[Sequence[str]], AbstractContextManager[object]]

log = logging.getLogger(__name__)


class Taking:
    """Listens for what others hand over, and hands it to `submit`, a call for each hand-over.

    `path` is where it listens. What is stored for traced callers is stored within `traced` of
    their traces.
    """

    def __init__(self, submit: Submit, path: Path, traced: Traced) -> None:
        self._submit = submit
        self._path = path
        self._traced = traced
        self._links = dict[Link, int]()  # with the last hand-over that was taken
        self._under_way = set[asyncio.Task[None]]()
        self._server: asyncio.AbstractServer | None = None
        self._has_left = False

    async def listen(self) -> None:
        """Take inputs at its path, in place of whoever listened there before.

        Raises:
            OSError: that cannot be had.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(self._link, sock=_bound(self._path))

    def leave(self) -> None:
        """Take nothing more, and tell so: who hands over writes what is not taken itself."""
        self._has_left = True
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
        for link, last in self._links.items():
            link.send(Kind.LEAVING, last)

    async def close(self) -> None:
        """Answer what was taken, which the writers have stored or refused by now, and end."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=END_S)
        links = list(self._links)
        for link in links:
            link.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                for link in links:
                    await link.ended.wait()

    def _link(self) -> Link:
        return _Taken(self._receive, self._links)

    def _receive(self, link: Link, message: Message) -> None:
        match message:
            case (Kind.INPUTS, number, packed, traces) if not self._has_left:
                self._links[link] = number
                storing = self._answer(link, number, self._store(packed, traces))
                task = asyncio.create_task(storing, name="hand-over")
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            case (Kind.PING,):
                link.send(Kind.HERE)

    async def _store(
        self, packed: Sequence[Packed], traces: Sequence[str]
    ) -> list[Verdict | Exception]:
        with self._traced(traces):
            return await self._submit(unpacked_submissions(packed))

    async def _answer(
        self, link: Link, number: int, stored: Awaitable[list[Verdict | Exception]]
    ) -> None:
        try:
            answers = await stored
        except (Overloaded, OutcomeUnknown) as error:
            link.send(Kind.FAILED, number, packed_error(error))
        except Exception:
            log.exception("what another worker handed over failed")
            unknown = OutcomeUnknown(
                "another worker failed: send the same eventId again to learn whether it was stored"
            )
            link.send(Kind.FAILED, number, packed_error(unknown))
        else:
            link.send(Kind.ANSWERS, number, packed_answers(answers))


class _Taken(Link):
    """The end of a connection at which inputs are taken; it is among `links` while it lives."""

    def __init__(self, received: Callable[[Link, Message], None], links: dict[Link, int]) -> None:
        super().__init__(received)
        self._links = links

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._links[self] = 0
        self.send(Kind.HELLO, FORMAT)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._links.pop(self, None)


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX)
    try:
        bound.bind(str(path))
    except OSError:
        bound.close()
        raise
    return bound
