"""A server in a process of its own: what is killed, stopped and started again."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from tests.support.client import Caller, FixedClock

SECRET = "a secret of the durability tests"  # noqa: S105
PROGRAM = Path(sys.executable).with_name("trailmark")
START_S = 60.0
_UNABLE_TO_WARN = re.compile(
    r"Exception ignored in: <coroutine object [^\n]*>\n"
    r"Traceback \(most recent call last\):\n"
    r"  File \"<string>\", line 1, in <lambda>\n"
    r"KeyError: '__import__'\n"
)


class Server:
    """The installed `trailmark serve` over a database; always on the same port.

    Its `workers` share the port; `keep_alive_s` is how long it keeps an idle connection.
    """

    keep_alive_s = 5

    def __init__(self, database_url: str, folder: Path, workers: int = 1, **settings: str) -> None:
        self.database_url = database_url
        self._workers = workers
        self._settings = settings
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server has said, in every one of its lives.

        But for what Python says where it collects a coroutine that graphql-core gave up, and is
        just making a named tuple: it cannot import the module that it would warn with.
        """
        return _UNABLE_TO_WARN.sub("", self._log.read_text() if self._log.exists() else "")

    async def start(self) -> None:
        """Start the process and return when it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 (it only forks)
                [PROGRAM, "serve", *self._options],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that a kill finds its workers, too
            )
        async with httpx.AsyncClient() as http:
            await until_awaited(lambda: self._is_ready(http), START_S, self)

    def becomes(self, release: str) -> None:
        """Be another release from the next start on, of which this is the tree."""
        self._settings["PYTHONPATH"] = release

    async def kill(self) -> None:
        """End the process as a power cut would: at once, whatever it is doing."""
        await self._end(signal.SIGKILL)

    async def kill_worker(self, place: int) -> None:
        """End one of the workers as `kill` does, and return when another has taken its place."""
        before = self.workers
        os.kill(before[place], signal.SIGKILL)
        await until(lambda: len(set(self.workers) - {before[place]}) == len(before), START_S, self)

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers, the one that began first before others."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sorted(
            int(child)
            for child in children
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
        )

    async def terminate(self) -> float:
        """Ask the process to stop; return how many seconds it took."""
        begun = time.monotonic()
        await self._end(signal.SIGTERM)
        return time.monotonic() - begun

    async def verify(self) -> tuple[int, str]:
        """Run `trailmark verify` on the database; its exit code and all that it said."""
        return await asyncio.to_thread(self._run, "verify")

    async def run(self, *command: str) -> str:
        """Run a command on the database, which must succeed; what it said."""
        code, said = await asyncio.to_thread(self._run, *command)
        assert code == 0, said
        return said

    def _run(self, *command: str) -> tuple[int, str]:
        environment = self._environment
        done = subprocess.run(
            [PROGRAM, *command], env=environment, capture_output=True, text=True, timeout=120
        )
        return done.returncode, done.stdout + done.stderr

    @asynccontextmanager
    async def caller(self) -> AsyncIterator[Caller]:
        """A caller of this server over HTTP."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as http:
            yield Caller(http, self.database_url, FixedClock())

    @property
    def _options(self) -> list[str]:
        given = {
            "port": self.port,
            "workers": self._workers,
            "keep-alive": self.keep_alive_s,
        }
        return [f"--{name}={value}" for name, value in given.items()]

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "TRAILMARK" not in name}
        ours = {
            "TRAILMARK_DATABASE_URL": self.database_url,
            "TRAILMARK_SECRET": SECRET,
            "TRAILMARK_FOLLOWERS": "inside",  # one process less to start, where none is wanted
        }
        return {**kept, **ours, **self._settings}

    async def _is_ready(self, http: httpx.AsyncClient) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the server has ended:\n{self.log}"
        try:
            return (await http.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if number == signal.SIGKILL:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        try:
            await asyncio.to_thread(process.wait, 60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


@asynccontextmanager
async def server_process(
    database_url: str, folder: Path, workers: int = 1, **settings: str
) -> AsyncIterator[Server]:
    """A ready server, killed at the end unless it has ended before."""
    server = Server(database_url, folder, workers, **settings)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


async def until(
    condition: Callable[[], bool], seconds: float = 20.0, server: Server | None = None
) -> None:
    """Return as soon as a condition holds; fail if it does not come to hold in time."""

    async def holds() -> bool:
        return condition()

    await until_awaited(holds, seconds, server)


async def until_awaited(
    condition: Callable[[], Awaitable[bool]], seconds: float = 20.0, server: Server | None = None
) -> None:
    """As `until`, of a condition that has to be asked for."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            said = "" if server is None else f"; the server said:\n{server.log}"
            raise AssertionError(f"not within {seconds} seconds{said}")
        await asyncio.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
