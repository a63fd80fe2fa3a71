"""Deadlines: what runs longer than it may is cut off, by one timer for all that is under way."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

LOOKS = 40
"""How often it is looked at what is under way, in the time that something may take."""


class _Run:
    """Something under way: its task, when it is to end, and whether it was cut off."""

    __slots__ = ("ends_at", "is_late", "task")

    def __init__(self, task: "asyncio.Task[object]", ends_at: float) -> None:
        self.task = task
        self.ends_at = ends_at
        self.is_late = False


class Deadlines:
    """Lets each thing take so many seconds, and up to a fortieth more.

    A timer for each would cost more than most operations themselves take of the loop.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._under_way: dict[_Run, None] = {}  # by when they began, so by when they end
        self._is_looking = False

    async def within(self, awaitable: Awaitable[T]) -> T:
        """What an awaitable comes to.

        Raises:
            TimeoutError: it took too long, and was cancelled.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101 (a coroutine runs in one)
        cancelling = task.cancelling()
        run = _Run(task, loop.time() + self.seconds)
        self._under_way[run] = None
        if not self._is_looking:
            self._look(loop)
        try:
            return await awaitable
        except asyncio.CancelledError:
            if run.is_late and task.uncancel() <= cancelling:
                raise TimeoutError from None
            raise
        finally:
            self._under_way.pop(run, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now, late = loop.time(), list[_Run]()
        for run in self._under_way:
            if run.ends_at > now:
                break
            late.append(run)
        for run in late:
            del self._under_way[run]
            run.is_late = True
            run.task.cancel()
        self._is_looking = bool(self._under_way)
        if self._is_looking:
            loop.call_later(self.seconds / LOOKS, self._look, loop)
