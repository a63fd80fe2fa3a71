"""A thread of its own for work that may wait for a disk, one piece after another."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

R = TypeVar("R")


class WorkThread:
    """Does what it is given in order; a process that ends does not wait for it.

    The threads of an executor would be waited for, also where a file system never answers.
    """

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def submit(self, work: Callable[[], R]) -> "Future[R]":
        """Have work done after what was given before; what is cancelled by then is left out."""
        if self._thread.ident is None:
            self._thread.start()
        future = Future[R]()
        self._work.put((future, work))
        return future

    def end(self) -> None:
        """End once all that was given is done."""
        self._work.put(None)

    def _run(self) -> None:
        while (given := self._work.get()) is not None:
            _do(*given)
            del given  # what it holds may be large


def _do(future: "Future[R]", work: Callable[[], R]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
