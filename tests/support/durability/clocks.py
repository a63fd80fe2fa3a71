"""A server's own clock, which a test may set while it runs; needs Debian's libfaketime."""

from pathlib import Path

_LIBRARY = "faketime/libfaketimeMT.so.1"
_FOLDERS = ("/usr/lib", "/usr/local/lib", "/opt/homebrew/lib")


class NoFaketime(Exception):
    """This machine lacks libfaketime."""


class ServerClock:
    """The clock of processes that are started with its settings; of this machine at first.

    What measures how long something takes goes on as ever: only the time of day jumps.
    """

    def __init__(self, folder: Path) -> None:
        self._library = _library()
        self._file = folder / "clock"
        self.set("+0")

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a process that goes by it."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds until a jump is noticed
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, offset: str) -> None:
        """Set it so far from this machine's, as in `+200d` and `-1h`."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset}\n")
        new.replace(self._file)


def _library() -> Path:
    for folder in _FOLDERS:
        for found in Path(folder).glob(f"*/{_LIBRARY}"):
            return found
    raise NoFaketime("needs libfaketime: apt-get install faketime")
