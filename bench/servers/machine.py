"""The machine that figures come from, in a few words."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Its cores, what they are, and its memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {_processor()} and {memory:.0f} GiB"


def _processor() -> str:
    """The processor's name, where the system knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
