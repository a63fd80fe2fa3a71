"""Lines on standard output: how many were written whole, also where somebody breaks it off."""

import asyncio
import os
import select
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from types import FrameType
from typing import TypeVar

AT_ONCE = 4_096
"""Bytes in one write: a pipe that is ready takes as many without waiting (PIPE_BUF)."""

LOOK_S = 0.2  # how often it looks for signals while nobody reads
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

T = TypeVar("T")


class Stopped(Exception):
    """Somebody has broken the command off, by a signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class BrokenOutput(Exception):
    """Nothing more can be written, for a reason; None where nobody reads on."""

    def __init__(self, reason: str | None) -> None:
        super().__init__(reason)
        self.reason = reason


class Stopping:
    """Counts the signals that break a command off, so that nothing is broken off within a line."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._signals: list[int] = []

    def listen(self) -> None:
        """Count SIGINT and SIGTERM from now on, which do nothing else until the process ends."""
        for number in _SIGNALS:
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._stopped.set)

    def check(self, signals: int = 1) -> None:
        """Go on only while there were fewer signals than these.

        Raises:
            Stopped: there were as many.
        """
        if len(self._signals) >= signals:
            raise Stopped(self._signals[0])

    async def each(self, items: AsyncIterator[T]) -> AsyncIterator[T]:
        """The items, as long as there is no signal, also while the next is waited for.

        Raises:
            Stopped: there was one.
        """
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            while True:
                self.check()
                coming = asyncio.ensure_future(_next(items))
                await asyncio.wait({coming, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    coming.cancel()
                    await asyncio.wait({coming})
                    self.check()
                for item in coming.result():
                    yield item
                if not coming.result():
                    return
        finally:
            stopped.cancel()


async def _next(items: AsyncIterator[T]) -> list[T]:
    """The next item, alone in a list, which is empty if there is none."""
    with suppress(StopAsyncIteration):
        return [await anext(items)]
    return []


class LineOutput:
    """Writes lines to a file descriptor, and knows how many of the last ones it took whole."""

    def __init__(self, descriptor: int, stopping: Stopping) -> None:
        self._descriptor = descriptor
        self._stopping = stopping
        self.written = 0
        """How many of the lines that were last put are written whole."""
        self.is_cut = False
        """Whether the last line that was begun is not written whole."""

    def put(self, lines: Sequence[bytes]) -> None:
        """Write lines, each of which has its end and no other.

        A signal stops it after a line; a second one also within a long line that nobody reads.

        Raises:
            Stopped: there was a signal.
            BrokenOutput: it cannot be written.
        """
        self.written = 0
        try:
            for piece in _pieces(lines):
                self._stopping.check()
                self._write(piece)
        except BrokenPipeError:
            raise BrokenOutput(None) from None
        except OSError as error:
            raise BrokenOutput(error.strerror or str(error)) from None

    def _write(self, piece: bytes) -> None:
        done = 0
        while done < len(piece):
            self._await_room(2 if done else 1)
            with suppress(BlockingIOError):
                size = os.write(self._descriptor, piece[done : done + AT_ONCE])
                self.written += piece.count(b"\n", done, done + size)
                done += size
                self.is_cut = not piece.endswith(b"\n", 0, done)

    def _await_room(self, signals: int) -> None:
        """Wait until it can be written to, unless there are as many signals."""
        while not select.select([], [self._descriptor], [], LOOK_S)[1]:
            self._stopping.check(signals)


def _pieces(lines: Sequence[bytes]) -> Iterator[bytes]:
    """The lines together, as many as go into one write; a longer one alone."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) > AT_ONCE:
            yield piece
            piece = b""
        piece += line
    if piece:
        yield piece
