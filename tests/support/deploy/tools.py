"""Programs that check the files of deploy/, where they are installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def tool(name: str, how: str) -> str:
    """Where a program is; the test is skipped where it is not, and says how to get it."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"{name} is not installed: {how}")
    return found


def checked(*command: str | Path) -> str:
    """What a program said that found nothing wrong."""
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    return said
