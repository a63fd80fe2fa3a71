"""The folder that the workers of a server share: made by the process that starts them.

They leave their metrics in it, and take their seats there, by which they divide the lanes.
"""

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from resolvers.recording.affinity.seats import make_seats

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where workers find its path, as Prometheus's client has it."""

_PREFIX = "trailmark-workers-"
_PREFIXES = (_PREFIX, "trailmark-metrics-")
"""What such folders' names begin with, also those of versions before."""

_LOCK = "serve.lock"

FRESHEN_S = 3_600.0
"""How often all in it is made to look new: systems clear away what is some days old."""


@contextmanager
def shared_folder(workers: int) -> Iterator[Path]:
    """A folder for this server's workers alone, with a seat for each; gone when the block ends.

    Folders that killed servers have left are taken away.

    Raises:
        OSError: none can be made.
    """
    for prefix in _PREFIXES:
        for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            _remove_if_left(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            make_seats(folder, workers)
            with _kept_fresh(folder, workers):
                yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _kept_fresh(folder: Path, workers: int) -> Iterator[None]:
    """Within this, nothing in the folder becomes old, and seats that are gone are made anew."""
    is_over = threading.Event()

    def keep() -> None:
        while not is_over.wait(FRESHEN_S):
            with suppress(OSError):
                _freshen(folder, workers)

    keeper = threading.Thread(target=keep, name="shared folder", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _freshen(folder: Path, workers: int) -> None:
    make_seats(folder, workers)
    for path in (folder, *folder.iterdir()):
        with suppress(FileNotFoundError):  # its worker has just ended
            os.utime(path)


def _remove_if_left(folder: Path) -> None:
    """Remove a folder of this user's that no server has."""
    with suppress(OSError):
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return  # what others have planted might never open
        with (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
