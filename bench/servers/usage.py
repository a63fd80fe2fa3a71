"""Processes under measurement: what they have used of the processors and hold of the memory."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

FOLLOWERS = b"graph.server.beside"
"""What the command of a process says that follows for a server."""


def processor_s(pid: int, apart: Collection[int] = ()) -> float:
    """Seconds of the processors that a process and all below it have used, but for those apart."""
    ticks = sum(sum(_times(each)) for each in _family(pid, apart))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int, apart: Collection[int] = ()) -> int:
    """Bytes of memory that a process and all below it hold, but for those apart.

    What they share counts for each.
    """
    return sum(_resident(each) for each in _family(pid, apart))


def followers(pid: int) -> int | None:
    """The process below a server that follows for it, if it has one."""
    for each in _family(pid):
        try:
            command = Path(f"/proc/{each}/cmdline").read_bytes()
        except OSError:
            continue
        if FOLLOWERS in command.split(b"\0"):
            return each
    return None


def hold(pid: int, cores: Collection[int]) -> None:
    """Hold all threads of a process on some processors."""
    for task in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(task), cores)


def _family(pid: int, apart: Collection[int] = ()) -> Iterator[int]:
    """A process and all below it, but for those apart and what has ended meanwhile."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            if child not in apart:
                yield from _family(child, apart)


def _times(pid: int) -> tuple[int, int, int, int]:
    """Ticks of a process, user and system, and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0, 0, 0
    return int(fields[11]), int(fields[12]), int(fields[13]), int(fields[14])


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    kilobytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    return 1024 * int(kilobytes[0]) if kilobytes else 0
