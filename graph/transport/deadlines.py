"""Deadlines: what runs longer than it may is cut off, by one timer for all that is under way."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

CHECKS = 40
"""Checks of what is under way, in the time that one operation may take."""

RETRY_S = 0.1
"""Until what still runs while the server stops is cancelled once more: it may await a database."""


class CutOff(TimeoutError):
    """Something was cut off; why, in words that follow its name."""


class _Run:
    """Something under way: its task, when it is to end, and whether and why it was cut off."""

    __slots__ = ("cuts", "ends_at", "task", "why")

    def __init__(self, task: "asyncio.Task[object]", ends_at: float) -> None:
        self.task = task
        self.ends_at = ends_at
        self.cuts = 0
        self.why = ""

    def cut(self, why: str) -> None:
        self.why = why
        self.cuts += 1
        self.task.cancel()

    def is_cut_alone(self, cancelling: int) -> bool:
        """Whether nobody else cancels its task, after so many who had; takes its own back."""
        for _ in range(self.cuts):
            self.task.uncancel()
        return self.cuts > 0 and self.task.cancelling() <= cancelling


class Deadlines:
    """Lets each thing take so many seconds, and up to a fortieth more.

    A timer for each would cost more than most operations themselves take of the loop.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._under_way: dict[_Run, None] = {}  # by when they began, so by when they end
        self._unhurried: dict[_Run, None] = {}
        self._is_checking = self._is_over = False

    async def within(self, awaitable: Awaitable[T], *, unhurried: bool = False) -> T:
        """What an awaitable comes to; if unhurried, it may take its time until `end`.

        Raises:
            CutOff: it took too long, or the server stops, and it was cancelled.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101 (a coroutine runs in one)
        cancelling = task.cancelling()
        run = _Run(task, loop.time() + self.seconds)
        among = self._unhurried if unhurried else self._under_way
        among[run] = None
        if self._is_over:
            loop.call_soon(self._end, loop)
        elif not self._is_checking and not unhurried:
            self._check(loop)
        try:
            return await awaitable
        except asyncio.CancelledError:
            if run.is_cut_alone(cancelling):
                raise CutOff(run.why) from None
            raise
        finally:
            among.pop(run, None)

    def end(self, in_s: float) -> None:
        """Cut off, so many seconds from now, all that is under way then or begins later."""
        loop = asyncio.get_running_loop()
        loop.call_later(in_s, self._end, loop)

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_over = True
        under_way = (*self._under_way, *self._unhurried)
        for run in under_way:
            run.cut("was broken off: the server is stopping")
        if under_way:
            loop.call_later(RETRY_S, self._end, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        now, late = loop.time(), list[_Run]()
        for run in self._under_way:
            if run.ends_at > now:
                break
            late.append(run)
        for run in late:
            del self._under_way[run]
            run.cut(f"took longer than {self.seconds:g} seconds")
        self._is_checking = bool(self._under_way)
        if self._is_checking:
            loop.call_later(self.seconds / CHECKS, self._check, loop)
