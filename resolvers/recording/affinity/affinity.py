"""Affinity: each worker writes lanes of its own, so that no two judge the same users at once."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from resolvers.recording.affinity.peer import Peer
from resolvers.recording.affinity.seats import Seat, count_seats, socket_path, take_seat
from resolvers.recording.affinity.taking import Submit, Taking, Traced
from resolvers.recording.writing.queueing import SubmittedCall
from resolvers.tasks import cancel

FREE_S = 0.5
"""How long a worker without a seat waits until it looks for one again."""

log = logging.getLogger(__name__)


class Affinity:
    """Which worker of a server writes a lane: that of the seat lane mod seats, while it is there.

    `folder` holds the seats. With one lane there is nothing to divide: no socket is opened. What
    is stored for other workers' callers that are traced is stored within `traced` of their traces.

    Raises:
        ValueError: the folder's path is too long for sockets.
    """

    def __init__(self, folder: Path, traced: Traced = nullcontext) -> None:
        self._folder = folder
        self._traced = traced
        self._sockets = [socket_path(folder, each) for each in range(count_seats(folder))]
        self._peers: list[Peer] = []
        self._seat: Seat | None = None
        self._lanes = 1
        self._submit: Submit | None = None
        self._taking: Taking | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, submit: Submit, enqueue: Callable[[SubmittedCall], None]) -> None:
        """Have `submit` store what other workers hand over, from when there are several lanes.

        `enqueue` has a call stored here that no other worker has begun with. Call in the running
        loop.
        """
        self._submit = submit
        self._peers = [Peer(path, enqueue) for path in self._sockets]
        self.lanes_are(self._lanes)

    def lanes_are(self, lanes: int) -> None:
        """Divide so many lanes, from now on."""
        self._lanes = lanes
        if lanes > 1 and self._submit is not None and self._task is None:
            self._task = asyncio.create_task(self._take_part(self._submit), name="affinity")

    def owner(self, lane: int) -> Peer | None:
        """Who takes inputs of a lane now; None where this worker writes them itself.

        That is where the lane is its own, and where its owner is not there.
        """
        if self._lanes == 1 or not self._peers:
            return None
        peer = self._peers[lane % len(self._peers)]
        return peer if peer.is_there else None

    @property
    def handed_over(self) -> int:
        """How many inputs other workers were given so far."""
        return sum(peer.handed_over for peer in self._peers)

    async def leave(self) -> None:
        """Take nothing more of others; call before the writers stop."""
        if self._task is not None:
            await cancel([self._task])
        if self._taking is not None:
            self._taking.leave()

    async def close(self) -> None:
        """Answer what was taken, and end; call once the writers have stopped."""
        for peer in self._peers:
            await peer.stop()
        if self._taking is not None:
            await self._taking.close()
        if self._seat is not None:
            self._seat.give_up()

    async def _take_part(self, submit: Submit) -> None:
        """Look for the others, and take the seat that is free or becomes free."""
        own = self._seat = take_seat(self._folder)
        for number, peer in enumerate(self._peers):
            if own is None or number != own.number:
                peer.start()
        while self._seat is None:
            await asyncio.sleep(FREE_S)
            self._seat = take_seat(self._folder)
            if self._seat is not None:
                await self._peers[self._seat.number].stop()
        self._taking = Taking(submit, self._sockets[self._seat.number], self._traced)
        try:
            await self._taking.listen()
        except OSError as error:
            log.warning("takes nothing of the other workers: %s", error)
