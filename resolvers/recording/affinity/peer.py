"""A peer: the worker that writes some lanes, as the other workers hand their inputs over to it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from resolvers.call_queue import CallQueue
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.affinity.messages import Kind, Link, Message
from resolvers.recording.affinity.packing import (
    FORMAT,
    packed_submissions,
    unpacked_answers,
    unpacked_error,
)
from resolvers.recording.submissions import Verdict
from resolvers.recording.writing.queueing import Room, SubmittedCall
from resolvers.tasks import cancel

FRAME_LIMIT = 500
"""Submissions in one hand-over; a call with more still goes whole. More wait a turn of the loop."""

UNDER_WAY, WORTH_IT = 2, 16
"""While so many hand-overs are not answered, the next waits until it has so many submissions.

They would wait for the batches under way there all the same, and each hand-over costs both sides
some system calls.
"""

WAITING_LIMIT = 20_000
"""Submissions that may wait for one peer's answers."""

RETRY_S = 0.25
"""How long to wait until a peer that is not there is looked for again."""

TICK_S, SILENT_TICKS = 1.0, 3
"""A peer is asked each second whether it is there; after so many without a word it is given up.

A second counts only while this process runs: one that was itself stopped gives nobody up.
"""

log = logging.getLogger(__name__)


class Peer:
    """Another worker, which takes inputs over a socket while it is there.

    What is gathered in one turn of the loop, or while enough is under way, travels together, and is
    one call there. A call that the peer has surely not begun with goes to `instead`.
    """

    def __init__(self, socket: Path, instead: Callable[[SubmittedCall], None]) -> None:
        self._socket = socket
        self._instead = instead
        self._link: Link | None = None  # while it takes inputs
        self._room = Room(WAITING_LIMIT)
        self._gathered = CallQueue[SubmittedCall]()
        self._numbers = count(1)
        self._sent = dict[int, list[SubmittedCall]]()
        self._owed = 0  # submissions that were sent and are not answered
        self._is_due = False  # whether what is gathered is sent at the end of this turn
        self._has_spoken = False
        self.handed_over = 0  # submissions, so far
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for it; call in the running loop."""
        self._task = asyncio.create_task(self._keep_connected(), name=f"peer {self._socket.stem}")

    async def stop(self) -> None:
        """Hand over no more. What was handed over is stored all the same."""
        if self._task is not None:
            await cancel([self._task])

    @property
    def is_there(self) -> bool:
        """Whether it takes inputs now."""
        return self._link is not None

    def enqueue(self, call: SubmittedCall) -> None:
        """Have it judge and store a call, which is answered as by a `Writer`.

        It fails with Overloaded where too much waits for it, and with OutcomeUnknown where the
        peer ended, or no longer answered, before it said what became of the call.
        """
        if waiting := self._owed + self._gathered.size:
            try:
                self._room.check(waiting, len(call.items))
            except Overloaded as error:
                call.fail(error)
                return
        self._gathered.add(call)
        self._hand_over_soon()

    def _hand_over_soon(self) -> None:
        if self._gathered and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._hand_over)

    def _hand_over(self) -> None:
        """Send what was gathered since the last turn of the loop, or since more were answered."""
        self._is_due = False
        if self._link is None:
            self._give_back(self._gathered.clear())
            return
        if len(self._sent) >= UNDER_WAY and self._gathered.size < WORTH_IT:
            return
        calls, number = self._gathered.take(FRAME_LIMIT), next(self._numbers)
        submissions = [each for call in calls for each in call.items]
        self._sent[number] = calls
        self._owed += len(submissions)
        self.handed_over += len(submissions)
        traces = [call.trace for call in calls if call.trace]
        self._link.send(Kind.INPUTS, number, packed_submissions(submissions), traces)
        self._hand_over_soon()

    async def _keep_connected(self) -> None:
        """Connect whenever it is there, and give it up when it no longer answers."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(OSError):  # it is not there, or not yet
                _, link = await loop.create_unix_connection(
                    lambda: Link(self._receive), str(self._socket)
                )
                try:
                    await self._watch(link)
                finally:
                    link.close()
                    self._has_ended()
            await asyncio.sleep(RETRY_S)

    async def _watch(self, link: Link) -> None:
        """Return when a connection has ended."""
        silent = 0
        while not link.ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await link.ended.wait()
            is_waiting = self.is_there or bool(self._sent)
            silent = silent + 1 if is_waiting and not self._has_spoken else 0
            self._has_spoken = False
            if silent >= SILENT_TICKS:
                log.warning("the worker at seat %s no longer answers", self._socket.stem)
                link.abort()
                return
            link.send(Kind.PING)

    def _receive(self, link: Link, message: Message) -> None:
        self._has_spoken = True
        match message:
            case (Kind.ANSWERS, number, packed):
                self._answer(number, list(unpacked_answers(packed)))
            case (Kind.FAILED, number, packed):
                for call in self._answered(number):
                    call.fail(unpacked_error(packed))
            case (Kind.LEAVING, last):
                self._leave(last)
            case (Kind.HELLO, format):
                if format == FORMAT:
                    self._link = link
                else:
                    log.info("the worker at seat %s is of another release", self._socket.stem)

    def _answer(self, number: int, answers: Sequence[Verdict | Exception]) -> None:
        start = 0
        for call in self._answered(number):
            end = start + len(call.items)
            call.succeed(list(answers[start:end]))
            start = end

    def _answered(self, number: int) -> list[SubmittedCall]:
        """The calls of a hand-over, which are owed nothing any more."""
        calls = self._sent.pop(number, [])
        self._owed -= sum(len(call.items) for call in calls)
        self._hand_over_soon()
        return calls

    def _leave(self, last: int) -> None:
        """It takes nothing after this hand-over, and answers those until then."""
        self._link = None
        self._hand_over_soon()
        for number in [each for each in self._sent if each > last]:
            self._give_back(self._answered(number))

    def _give_back(self, calls: Iterable[SubmittedCall]) -> None:
        for call in calls:
            self._instead(call)

    def _has_ended(self) -> None:
        """Nobody will say what became of what is not answered."""
        self._link = None
        self._hand_over_soon()
        for number in list(self._sent):
            for call in self._answered(number):
                call.fail(
                    OutcomeUnknown(
                        "the worker that stores these inputs ended or stands still: send the same "
                        "eventId again to learn whether they were stored"
                    )
                )
