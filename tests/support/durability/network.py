"""The network between the server and PostgreSQL, where it can break at the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from models.database.database import Database

Loss = Literal["request", "answer"]


class Network:
    """Carries bytes to a database, and breaks once where it is told to.

    While it is `closed`, it takes no new connection, and the news that the database has ended an
    old one do not arrive; `ended` counts them.
    """

    def __init__(self, socket: str) -> None:
        self.url = ""
        self._socket = socket
        self.closed = False
        self.ended = 0
        self._loss: tuple[Loss, bytes] | None = None
        self._passing = 0  # requests that are spared
        self._connections: set[asyncio.StreamWriter] = set()

    def breaks(self, loss: Loss, at: str, nth: int = 1) -> None:
        """Break at the nth request that holds a text: before it arrives, or before its answer."""
        self._loss, self._passing = (loss, at.encode()), nth - 1

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, both ways, until either end or the network ends it."""
        if self.closed:
            writer.close()
            return
        from_server, to_server = await asyncio.open_unix_connection(self._socket)
        ends = {writer, to_server}
        self._connections |= ends
        answers = asyncio.create_task(self._answers(from_server, writer))
        try:
            while (request := await reader.read(65536)) and not from_server.at_eof():
                loss = self._lost(request)
                if loss == "request":
                    break
                if loss == "answer":
                    answers.cancel()
                    await asyncio.wait([answers])
                    to_server.write(request)
                    await from_server.read(1)  # the database has done it
                    break
                to_server.write(request)
        finally:
            answers.cancel()
            for end in ends:
                end.close()
            self._connections -= ends

    async def close(self) -> None:
        """End all connections."""
        for end in self._connections:
            end.close()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while answer := await reader.read(65536):
                writer.write(answer)
        self.ended += 1
        if not self.closed:
            writer.close()

    def _lost(self, request: bytes) -> Loss | None:
        if self._loss is None or self._loss[1] not in request:
            return None
        if self._passing:
            self._passing -= 1
            return None
        (loss, _), self._loss = self._loss, None
        return loss


@asynccontextmanager
async def network(url: str) -> AsyncIterator[Network]:
    """A network to the PostgreSQL server at a URL; its own URL leads through it."""
    folder = Database.at(url).credentials["host"]
    carrier = Network(f"{folder}/.s.PGSQL.5432")
    server = await asyncio.start_server(carrier.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    carrier.url = f"postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable"
    try:
        yield carrier
    finally:
        server.close()
        await carrier.close()
        await server.wait_closed()
