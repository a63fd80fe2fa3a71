"""The HTTP protocol of the server: uvicorn's own, which can write a whole reply at once."""

from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from graph.transport.replies import WRITE


class Protocol(HttpToolsProtocol):
    """Offers `replies.WRITE` to the application.

    By ASGI a head and a body are two messages, each header of which uvicorn looks at again, and two
    writes to the socket: a sixth of what a short operation costs. All else is as it was.
    """

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if not cycle.access_log:
            scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
            scope[WRITE] = partial(self._write, cycle)
        super()._start_asgi_task(cycle, app)

    def _write(self, cycle: RequestResponseCycle, head: bytes, body: bytes) -> bool:
        # A server that stops has no connection kept, also where that was to be when it was asked.
        if not cycle.keep_alive or cycle.disconnected or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        always = b"".join(b"%b: %b\r\n" % pair for pair in cycle.default_headers)
        self.transport.write(b"%b%bcontent-length: %d\r\n\r\n%b" % (head, always, len(body), body))
        cycle.message_event.set()
        cycle.on_response()
        return True
