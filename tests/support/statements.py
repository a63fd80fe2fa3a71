"""What is asked of a database on behalf of a test, without what a server does in the background."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOG = logging.getLogger("tortoise.db_client")
_asked: ContextVar[list[str] | None] = ContextVar("asked", default=None)


class _Noting(logging.Handler):
    """Notes what is asked for in a list, where it is asked for on that list's behalf."""

    def __init__(self, noted: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._noted = noted

    def emit(self, record: logging.LogRecord) -> None:
        if _asked.get() is self._noted and "SELECT" in (statement := record.getMessage()):
            self._noted.append(statement)


@contextmanager
def statements_asked() -> Iterator[list[str]]:
    """The SELECTs of the block and of the tasks that begin on its behalf, filled as they come.

    Whatever was at work before, as followers of the log are, goes on uncounted. So a server must
    run before the block begins.
    """
    noted: list[str] = []
    handler, level, token = _Noting(noted), _LOG.level, _asked.set(noted)
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.DEBUG)
    try:
        yield noted
    finally:
        _LOG.setLevel(level)
        _LOG.removeHandler(handler)
        _asked.reset(token)
