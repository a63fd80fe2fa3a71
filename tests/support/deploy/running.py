"""What deploy/ starts, started on this machine: programs that run until they are told to stop."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_S = 90.0
STOP_S = 60.0
#: All that a program finds in its environment beside what it is given.
BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


@dataclass
class Running:
    """A program that runs, and the file that it says everything to."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(STOP_S)


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    pass_fds: Sequence[int] = (),
) -> Iterator[Running]:
    """A program in a folder, with no environment but this; it is stopped at the end."""
    log = folder / f"{time.monotonic_ns()}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=BARE | dict(environment),
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        yield Running(process, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def ended(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """A program that has run to its end in a folder, with no environment but this."""
    return subprocess.run(
        command,
        cwd=folder,
        env=BARE | dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=START_S,
    )


def wait_until_ready(url: str, running: Running) -> None:
    """Return once a server answers at /readyz; fail if it ends before, or is not ready in time."""
    deadline = time.monotonic() + START_S
    with httpx.Client(trust_env=False, timeout=10) as http:
        while time.monotonic() < deadline:
            assert running.process.poll() is None, running.said
            try:
                if http.get(f"{url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    raise AssertionError(f"{url} is not ready: {running.said}")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def on_port(command: Sequence[str], port: int) -> list[str]:
    """A command for port 8000, on another."""
    return [str(port) if each == "8000" else each for each in command]
