"""Seats: the numbers of a server's workers, each of which one living worker has.

They are files in a folder of the server's own. A worker has the lock of its file, which the system
lets go when it ends, however it ends.
"""

import fcntl
from pathlib import Path
from typing import TextIO

_FILE = "{}.seat"
_SOCKET = "{}.socket"

LONGEST_PATH = 100
"""Bytes of a socket's path; systems take 104 to 108, with the byte that ends it."""


def make_seats(folder: Path, count: int) -> None:
    """Make so many seats, for workers that begin after this."""
    for number in range(count):
        (folder / _FILE.format(number)).touch()


def count_seats(folder: Path) -> int:
    """How many seats there are."""
    return len(list(folder.glob(_FILE.format("*"))))


def socket_path(folder: Path, seat: int) -> Path:
    """Where the worker of a seat listens.

    Raises:
        ValueError: the path is longer than the paths of sockets may be.
    """
    path = folder / _SOCKET.format(seat)
    if len(str(path).encode()) > LONGEST_PATH:
        raise ValueError(f"the path of a socket would be too long: {path}")
    return path


class Seat:
    """A seat of one worker, until it is given up."""

    def __init__(self, number: int, file: TextIO) -> None:
        self.number = number
        self._file = file

    def give_up(self) -> None:
        """Leave it to another worker."""
        self._file.close()


def take_seat(folder: Path) -> Seat | None:
    """The first seat that no living worker has; None while there is none."""
    for number in range(count_seats(folder)):
        file = (folder / _FILE.format(number)).open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return Seat(number, file)
    return None
