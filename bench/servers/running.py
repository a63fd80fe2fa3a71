"""Servers under measurement: each a process of its own, held on one processor."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench.databases.filling import SECRET
from bench.servers.usage import followers, hold
from models.database.database import Database

START_S = 60.0
_SAID = 4_000
CORES = sorted(os.sched_getaffinity(0))
#: A server has the first of all processors, and what loads it the last.
SERVERS_CORES, LOADS_CORES = CORES[:1], CORES[-1:]


@dataclass(frozen=True)
class Command:
    """How a server is started; `{port}` in its arguments is where it is to listen."""

    arguments: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A server that takes connections, and the file of what it says.

    `followers` is the process beside it that follows, if it has one.
    """

    pid: int
    port: int
    command: str
    log: Path
    followers: int | None = None

    @property
    def pids(self) -> dict[str, int]:
        """Its processes, by what to call them."""
        beside = {} if self.followers is None else {"followers": self.followers}
        return {"server": self.pid, **beside}

    def failure(self, what: str) -> RuntimeError:
        """An error that tells which server did not do what it should, whether it lives, and why."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            state = "gone"
        is_there = "has ended" if state in ("gone", "Z", "X") else "still runs"
        said = self.log.read_text(errors="replace")[-_SAID:].strip() or "nothing"
        return RuntimeError(f"{self.command} {what}; it {is_there}, and said: {said}")


@contextmanager
def running(command: Command, cores: Sequence[int] = SERVERS_CORES) -> Iterator[Running]:
    """Within this, the server runs, on these processors alone; what follows, on all others.

    Raises:
        RuntimeError: it did not come to take connections; the message holds what it said.
    """
    port = _free_port()
    arguments = [each.replace("{port}", str(port)) for each in command.arguments]
    with NamedTemporaryFile(prefix="server-", suffix=".log") as said:
        process = subprocess.Popen(
            arguments,
            env={**os.environ, **command.environment},
            stdout=said,
            stderr=said,
            preexec_fn=partial(os.sched_setaffinity, 0, cores),
        )
        try:
            if not _listens(process, port):
                said.seek(0)
                heard = said.read().decode(errors="replace")[-_SAID:]
                raise RuntimeError(f"{arguments} does not serve: {heard}")
            beside = followers(process.pid)
            if beside is not None and (others := set(CORES) - set(cores)):
                hold(beside, others)
            yield Running(process.pid, port, " ".join(arguments), Path(said.name), beside)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def trailmark(database: Database, workers: int = 1) -> Command:
    """The product, by its own command."""
    program = Path(sys.executable).with_name("trailmark")
    return Command(
        (str(program), "serve", "--port", "{port}", "--workers", str(workers)),
        {"TRAILMARK_DATABASE_URL": url(database), "TRAILMARK_SECRET": SECRET},
    )


def url(database: Database) -> str:
    """The URL that a database was opened by."""
    if database.is_embedded:
        return f"sqlite://{database.path}"
    given = database.credentials
    return f"postgres://{given['user']}@/{given['database']}?host={given['host']}"


def _listens(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether the process takes connections before long."""
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
