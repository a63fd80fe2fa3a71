"""A small disk, to be filled."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class CannotMount(Exception):
    """This machine or user may mount nothing; the message says what is missing."""


@contextmanager
def small_disk(folder: Path, mebibytes: int = 2) -> Iterator[None]:
    """Within this, a folder is a disk of that size.

    Raises:
        CannotMount: it cannot be.
    """
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise CannotMount(f"needs `mount`: {error}") from error
    if done.returncode:
        raise CannotMount(f"needs the right to mount a small disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Write a file until its disk is full."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))
