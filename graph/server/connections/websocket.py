"""WebSocket on the wire: uvicorn's own, mended where a client gets no answer."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from graph.transport.aborting import ABORT

_BAD_HANDSHAKE = (
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n\r\n%b"
)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSocket; answers a handshake that cannot be read, which uvicorn leaves without an answer.

    Such has a head that is too large, or a body. And whoever sends what cannot be taken, such as a
    message that is too large, is told so, also in the midst of sending it.
    """

    def handle_parser_exception(self) -> None:
        """Say why, and pass over what still comes: a reset would reach the client before that."""
        if self.close_sent:
            return
        closing = self.conn.close_sent
        assert closing is not None  # noqa: S101 (what cannot be taken is answered by a close)
        disconnect = {"type": "websocket.disconnect", "code": closing.code}
        self.queue.put_nowait({**disconnect, "reason": closing.reason})  # type: ignore[arg-type]
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.transport.write_eof()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        wrong = self.conn.handshake_exc
        if wrong is not None and not self.handshake_initiated and not self.close_sent:
            why = f"{wrong}: {wrong.__cause__}\n".encode()
            answer = b"".join(self.conn.data_to_send())  # there is one to a head that is too large
            self.transport.write(answer or _BAD_HANDSHAKE % (len(why), why))
            self.close_sent = True
            self.transport.close()

    async def run_asgi(self) -> None:
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope[ABORT] = self.transport.abort
        await super().run_asgi()
