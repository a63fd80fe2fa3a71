"""A container without a daemon: nothing may be written, and the program is process 1 of its own."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.deploy.running import Running, running

USER = "10001"
_PROGRAM = shutil.which("bwrap")
_ISOLATED = (
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"),
    *("--uid", USER, "--gid", USER, "--cap-drop", "ALL"),
    *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"),  # noqa: S108 (one of its own)
)


@dataclass
class Sandboxed(Running):
    """A program in a sandbox."""

    pid: int

    def send(self, number: signal.Signals) -> None:
        """Send the program a signal; it is process 1, which none ends that it does not handle."""
        os.kill(self.pid, number)


@contextmanager
def sandboxed(
    command: Sequence[str],
    folders: Mapping[Path, bool],
    data: Path,
    environment: Mapping[str, str],
) -> Iterator[Sandboxed]:
    """A program that runs in a folder of data as an image's user does.

    `folders` are those that it sees under /tmp, and whether it may write to them.
    """
    if not is_possible():
        pytest.skip(
            "bwrap is not installed, or may make no namespaces here: apt-get install bubblewrap"
        )
    bound = [
        word
        for folder, is_writable in folders.items()
        for word in ("--bind" if is_writable else "--ro-bind", str(folder), str(folder))
    ]
    told, telling = os.pipe()
    prefix = [str(_PROGRAM), *_ISOLATED, *bound, "--chdir", str(data), "--as-pid-1"]
    full = [*prefix, "--info-fd", str(telling), *command]
    try:
        with running(full, data.parent, environment, pass_fds=[telling]) as started:
            os.close(telling)
            with os.fdopen(told, closefd=False) as info:
                pid = json.loads(info.read())["child-pid"]
            yield Sandboxed(started.process, started.log, pid)
    finally:
        os.close(told)


@cache
def is_possible() -> bool:
    """Whether there is a sandbox to be had on this machine."""
    if _PROGRAM is None:
        return False
    return subprocess.run([_PROGRAM, *_ISOLATED, "true"], capture_output=True).returncode == 0
