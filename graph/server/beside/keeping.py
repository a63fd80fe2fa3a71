"""Keeping: the process beside a server is started, replaced when it ends, and ended with it."""

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from graph.config.follower_places import FollowerPlace
from graph.config.settings import Settings

PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
"""How long to wait until another begins after one has ended; twice as long each time."""

STEADY_S = 60.0
"""After which one that ends is a new trouble."""

END_S = 3.0
"""How long it may take to end; it ends itself before."""

log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-P", "-m", "graph.server.beside")


class FollowersBeside:
    """The process that follows for this server, of which there is one at a time.

    It ends as soon as this process has, whatever ended it: it reads from a pipe that nobody else
    holds open. Signals that a terminal sends to all its processes are for the server alone.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal may ask to end while that goes on
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = threading.Event()
        self._is_renewed = False
        self._keeper = threading.Thread(target=self._keep, name="followers", daemon=True)

    def start(self) -> None:
        """Have one run from now on."""
        self._keeper.start()

    def renew(self) -> None:
        """Have another take its place, as where the program was exchanged."""
        with self._lock:
            self._is_renewed = True
            if self._process is not None:
                _close(self._process)

    def stop(self) -> None:
        """End it, and return when it has ended."""
        self._is_over.set()
        with self._lock:
            process = self._process
        if process is not None:
            _close(process)
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _keep(self) -> None:
        pause_s = PAUSE_S
        while not self._is_over.is_set():
            begun = time.monotonic()
            how = self._run()
            if self._is_over.is_set():
                return
            if self._is_renewed:
                self._is_renewed = False
                continue
            if time.monotonic() - begun > STEADY_S:
                pause_s = PAUSE_S
            log.warning("the process that follows %s; another begins in %g s", how, pause_s)
            self._is_over.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _run(self) -> str:
        """Have one run until it ends; how it did."""
        with self._lock:
            if self._is_over.is_set():
                return ""
            try:
                self._process = subprocess.Popen(  # noqa: S603 (nobody else says what)
                    _COMMAND, stdin=subprocess.PIPE, process_group=0
                )
            except OSError as error:
                return f"cannot be started: {error}"
        code = self._process.wait()
        _close(self._process)
        return how_it_ended(code)


@contextmanager
def followers_beside(settings: Settings) -> Iterator[FollowersBeside | None]:
    """Within this, followers work beside this process, if that is where they are to work.

    A signal that ends the process at once, as uvicorn raises it when it has stopped, ends them too.
    """
    if settings.followers is not FollowerPlace.BESIDE:
        yield None
        return
    followers = FollowersBeside()

    def end(number: int, frame: FrameType | None) -> None:
        followers.stop()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    signal.signal(signal.SIGTERM, end)
    followers.start()
    try:
        yield followers
    finally:
        followers.stop()


def how_it_ended(code: int) -> str:
    """How a process ended, by the code that it left."""
    if code >= 0:
        return f"ended with exit code {code}"
    names = {int(each): each.name for each in signal.Signals}  # not of all real-time signals
    return f"was ended by {names.get(-code, f'signal {-code}')}"


def _close(process: "subprocess.Popen[bytes]") -> None:
    """Let go of the pipe, which ends the process."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
