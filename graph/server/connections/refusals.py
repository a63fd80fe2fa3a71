"""Refusals: what a connection is told at its end, and the log with it."""

import logging
from http import HTTPStatus
from typing import Any

from graph.counted_log import CountedLog
from graph.server.connections.sockets import HEAD_BYTES, HEAD_LINES, HeadTooLarge

_INVALID = "Invalid HTTP request received."
_TOO_LARGE = f"allowed is a head of at most {HEAD_BYTES} bytes and {HEAD_LINES} lines\n"
_TOO_SLOW = "the request did not come in time\n"
_FULL = "there are as many connections as this server can have; try again shortly\n"
_IS_FULL, _COUNTED = "trailmark.is_full", "trailmark.counted_log"


def refuse_unread(error: Exception, app_state: dict[str, Any], log: logging.Logger) -> bytes:
    """The response to what cannot be parsed; all connections of a process share the log of it."""
    counted = app_state.setdefault(_COUNTED, CountedLog(log))
    if isinstance(error, HeadTooLarge) or isinstance(error.__context__, HeadTooLarge):
        counted.warning("a request is refused for its large head")
        return _response(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _TOO_LARGE)
    counted.warning("what came on a connection is no HTTP")
    return _response(HTTPStatus.BAD_REQUEST, _INVALID)


def refuse_slow() -> bytes:
    """The response to a request that does not come in time."""
    return _response(HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW)


def refuse_full(limit: int, app_state: dict[str, Any], log: logging.Logger) -> bytes:
    """The response where there are `limit` connections; the log says so once for a process."""
    if not app_state.get(_IS_FULL):
        app_state[_IS_FULL] = True
        log.warning(
            "%d connections are open, as many as this process's descriptors allow; "
            "others are turned away. Raise LimitNOFILE or ulimit -n",
            limit,
        )
    return _response(HTTPStatus.SERVICE_UNAVAILABLE, _FULL, b"retry-after: 1\r\n")


def _response(status: HTTPStatus, why: str, headers: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 %d %b\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
        b"%bcontent-length: %d\r\n\r\n%b"
        % (status, status.phrase.encode(), headers, len(why), why.encode())
    )
