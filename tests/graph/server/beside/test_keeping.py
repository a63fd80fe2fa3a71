"""Keeping a process beside this one, which is here a small program of our own."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.server.beside import keeping
from graph.server.beside.keeping import FollowersBeside

PROGRAM = """
import os, sys
with open(sys.argv[1], "a") as file:
    print(os.getpid(), file=file, flush=True)
sys.stdin.read()
"""


class Beside:
    """A process that is kept, and its ids so far."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.followers = FollowersBeside()

    @property
    def pids(self) -> list[int]:
        text = self._file.read_text() if self._file.exists() else ""
        return [int(line) for line in text.split("\n")[:-1]]

    def begun(self, count: int) -> int:
        """The id of the one that began as this many had, once it has."""
        end = time.monotonic() + 20
        while len(self.pids) < count:
            assert time.monotonic() < end, self.pids
            time.sleep(0.005)
        return self.pids[count - 1]


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """One that is there."""
    command = (sys.executable, "-S", "-c", PROGRAM, str(tmp_path / "pids"))
    monkeypatch.setattr(keeping, "_COMMAND", command)
    monkeypatch.setattr(keeping, "PAUSE_S", 0.01)
    beside = Beside(tmp_path / "pids")
    beside.followers.start()
    beside.begun(1)
    yield beside
    beside.followers.stop()


def is_alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_that_is_killed_is_replaced(beside: Beside, caplog: pytest.LogCaptureFixture) -> None:
    """The log says how it ended, each time; pauses become longer."""
    for count in (1, 2):
        os.kill(beside.begun(count), signal.SIGKILL)
    last = beside.begun(3)

    beside.followers.stop()

    assert not any(map(is_alive, [*beside.pids, last]))
    assert caplog.messages == [
        "the process that follows was ended by SIGKILL; another begins in 0.01 s",
        "the process that follows was ended by SIGKILL; another begins in 0.02 s",
    ]


def test_it_is_renewed_where_that_is_asked(
    beside: Beside, caplog: pytest.LogCaptureFixture
) -> None:
    """At once, as nothing has failed."""
    first = beside.begun(1)

    beside.followers.renew()

    assert is_alive(beside.begun(2))
    assert not is_alive(first)
    assert not caplog.messages


def test_it_ends_once_nobody_holds_the_pipe(beside: Beside) -> None:
    """That is what happens when the server is killed; stopping again changes nothing."""
    beside.followers.stop()
    beside.followers.stop()

    assert not is_alive(beside.begun(1))


def test_one_that_cannot_be_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And it is tried again."""
    monkeypatch.setattr(keeping, "_COMMAND", (str(tmp_path / "nothing"),))
    monkeypatch.setattr(keeping, "PAUSE_S", 0.001)
    followers = FollowersBeside()
    followers.start()
    end = time.monotonic() + 20
    while len(caplog.messages) < 2:
        assert time.monotonic() < end
        time.sleep(0.005)

    followers.stop()

    assert caplog.messages[0].startswith("the process that follows cannot be started: [Errno 2]")
