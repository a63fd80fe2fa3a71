"""A network on which each round trip to PostgreSQL takes longer, as to a standby in another zone.

`python -m bench.scaling.delaying SOCKET OWN MS` carries connections from one socket to the other.
"""

import asyncio
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import uvloop

from models.database.database import Database

_SOCKET = ".s.PGSQL.5432"
_START_S = 20.0


@contextmanager
def delayed(database: Database, delay_ms: float) -> Iterator[Database]:
    """The same database, at the other end of a network with so many ms more for a round trip."""
    if not delay_ms:
        yield database
        return
    given = database.credentials
    with TemporaryDirectory(prefix="trailmark-") as folder:
        own = Path(folder) / _SOCKET
        sockets = (str(Path(given["host"]) / _SOCKET), str(own))
        command = (sys.executable, "-m", "bench.scaling.delaying", *sockets, str(delay_ms))
        with subprocess.Popen(command) as process:
            try:
                _wait_for(own)
                yield Database.at(f"postgres://{given['user']}@/{given['database']}?host={folder}")
            finally:
                process.terminate()


def _wait_for(socket: Path) -> None:
    end = time.monotonic() + _START_S
    while not socket.exists():
        if time.monotonic() > end:
            raise RuntimeError("the network does not take connections")
        time.sleep(0.05)


class _End(asyncio.Protocol):
    """One end of a connection: what it receives goes to the other end, later and in order."""

    def __init__(self, delay_s: float) -> None:
        self.other: _End | None = None
        self._delay_s = delay_s
        self._waiting: deque[bytes] = deque()
        self._unsent: list[bytes] = []  # from before there was another end
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.other is not None:
            self.other.close()

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self._unsent.append(data)
            return
        self._waiting.append(data)
        asyncio.get_running_loop().call_later(self._delay_s, self._pass_on)

    def join(self, other: "_End") -> None:
        self.other = other
        for data in self._unsent:
            self.data_received(data)

    def send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _pass_on(self) -> None:
        if self.other is not None:
            self.other.send(self._waiting.popleft())


class _Arriving(_End):
    """The end that a process connects to: the other is opened for it."""

    def __init__(self, socket: str, delay_s: float) -> None:
        super().__init__(delay_s)
        self._socket = socket
        self._opening: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._opening = asyncio.create_task(self._open())

    async def _open(self) -> None:
        loop, far = asyncio.get_running_loop(), _End(self._delay_s)
        await loop.create_unix_connection(lambda: far, self._socket)
        far.join(self)
        self.join(far)


async def _carry(socket: str, own: str, delay_ms: float) -> None:
    """Carry all connections until the process is ended; half of the delay is each way's."""
    loop, delay_s = asyncio.get_running_loop(), delay_ms / 2_000
    server = await loop.create_unix_server(lambda: _Arriving(socket, delay_s), own)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_carry(sys.argv[1], sys.argv[2], float(sys.argv[3])))
