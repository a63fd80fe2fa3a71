"""Files of Prometheus's client that a process maps into its memory, on a disk that may be full."""

import os
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

FIRST_BYTES = 64 * 1024
_BESIDE_KEY = 32
"""Bytes that a number takes beside its key, at most."""


class ReservedFile:
    """A new file of numbers by their keys; its bytes are there on the disk before they are written.

    Who writes to mapped bytes that a full disk does not have is killed by the system.

    Raises:
        OSError: the disk has no room, here and in `write`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = set[str]()
        self._used, self._reserved = _BESIDE_KEY, 0
        self._reserve(FIRST_BYTES)
        self._file = MmapedDict(str(path))

    def write(self, key: str, number: float, at: float = 0.0) -> None:
        """Keep a number, and when it was found, in seconds since 1970."""
        if key not in self._keys:
            self._used += len(key.encode()) + _BESIDE_KEY
            while self._used > self._reserved:
                self._reserve(self._reserved * 2)
            self._keys.add(key)
        self._file.write_value(key, number, at)

    def close(self) -> None:
        """Leave the file as it is."""
        self._file.close()

    def _reserve(self, size: int) -> None:
        with self._path.open("ab") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
        self._reserved = size
