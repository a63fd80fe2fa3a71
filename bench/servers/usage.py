"""Processes under measurement: what they have used of the processors and hold of the memory."""

import os
from collections.abc import Iterator
from pathlib import Path


def processor_s(pid: int) -> float:
    """Seconds of the processors that a process and all below it have used."""
    ticks = sum(sum(_times(each)) for each in _family(pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Bytes of memory that a process and all below it hold; what they share counts for each."""
    return sum(_resident(each) for each in _family(pid))


def _family(pid: int) -> Iterator[int]:
    """A process and all below it, but for what has ended meanwhile."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


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
