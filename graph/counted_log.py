"""What strangers can cause at will is told in the log once a minute for each kind, and counted."""

import asyncio
import logging
import time
from contextvars import Context

SILENT_S = 60.0
"""How long nothing more is said of the same kind."""

KINDS = 256
"""Of a library's records that are remembered; there are a dozen, unless texts are made up."""

FAULTS = 20
"""Tracebacks of one kind in a minute: enough to find some by their request ids."""


class CountedLog:
    """A log of what may come thousands of times a second; for one event loop."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._counts: dict[str, int] = {}  # of what is silent now: how many were not told

    def warning(self, message: str, of: str = "") -> None:
        """Tell it, or count it if the same was told within the minute.

        There are few messages: nothing in them is what a stranger has chosen. `of` is what the
        first of them was about.
        """
        if message in self._counts:
            self._counts[message] += 1
        else:
            first = f"{of}: {message}" if of else message
            self._log.warning("%s; more are counted for a minute", first)
            self._keep_silent(message)

    def _keep_silent(self, message: str) -> None:
        self._counts[message] = 0
        loop = asyncio.get_running_loop()
        loop.call_later(SILENT_S, self._tell_count, message, context=Context())  # of no request

    def _tell_count(self, message: str) -> None:
        if count := self._counts.pop(message):
            self._log.warning("%s: %d more in a minute", message, count)
            self._keep_silent(message)


class Repeats(logging.Filter):
    """Lets through a library's record once a minute for each kind, with the count of the others.

    A kind is the first line of the text that the library's code has, and where an exception was
    raised: asyncio's text goes on with objects and their addresses, which are never the same.
    """

    def __init__(self, times: int = 1) -> None:
        super().__init__()
        self._times = times  # that one kind passes in a minute
        self._told = dict[tuple[object, ...], tuple[float, int]]()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        kind, now = self._kind(record), time.monotonic()
        begun, count = self._told.get(kind, (-SILENT_S, 0))
        if now - begun < SILENT_S:
            self._told[kind] = (begun, count + 1)
            return count < self._times
        if len(self._told) >= KINDS:
            self._told.clear()
        self._told[kind] = (now, 1)
        if (untold := count - self._times) > 0:
            record.msg = f"{str(record.msg).rstrip()} ({untold} more since it was told last)"
        return True

    def _kind(self, record: logging.LogRecord) -> tuple[object, ...]:
        return _kind(record)


class LibraryRepeats(Repeats):
    """Lets through one record a minute of each logger of a library, and of each gravity.

    For a library whose texts differ each time, as by the address of an object.
    """

    def __init__(self, library: str) -> None:
        super().__init__()
        self._library = library

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.name.startswith(self._library) or super().filter(record)

    def _kind(self, record: logging.LogRecord) -> tuple[object, ...]:
        return record.name, record.levelno


class Faults(Repeats):
    """Lets through some tracebacks a minute of each kind, and whatever has none.

    A fault that a stranger has found can be caused at will, with a traceback each time.
    """

    def __init__(self) -> None:
        super().__init__(FAULTS)

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.exc_info or super().filter(record)


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    error = record.exc_info[1] if record.exc_info else None
    said = str(record.msg).partition("\n")[0]
    if error is None:
        return record.levelno, said
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = None if trace is None else (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
    return record.levelno, said, type(error), at
