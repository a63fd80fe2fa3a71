"""Sharing: workers leave their values in a folder, so that each of them can tell those of all.

The files are those of Prometheus's client for several processes: one for each kind of metric and
worker. Who has ended is known by its lock, which the system lets go.
"""

import fcntl
import glob
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from prometheus_client.metrics_core import Metric as Family
from prometheus_client.mmap_dict import mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from graph.metrics.catalog import Kind, Metric
from graph.metrics.families import bounds_of
from graph.metrics.reserved_file import ReservedFile
from graph.metrics.values import Value
from models.histogram import Histogram

_LOCK = "folder.lock"
_KEPT = (Kind.COUNTER, Kind.HISTOGRAM)  # of workers that have ended


class SharedFolder:
    """A worker's place among others; what it writes is there for all of them.

    `worker` names it, by itself by its process id.

    Raises:
        OSError: the folder cannot be used, as where the disk is full.
    """

    def __init__(self, path: Path, worker: str | None = None) -> None:
        self._path = path
        self._worker = worker or str(os.getpid())
        self._files: dict[Kind, ReservedFile] = {}
        self._keys: dict[tuple[Metric, tuple[str, ...]], list[str]] = {}
        self._written: dict[str, tuple[float, float]] = {}
        with _locked(path):
            self._bury()
            self._alive = _open_locked(path / f"{self._worker}.alive")

    def write(self, values: Iterable[Value]) -> None:
        """Leave values for all workers; those that have not changed are not written again.

        Raises:
            OSError: there is no room for them.
        """
        for value in values:
            for key, number in zip(self._keys_of(value), _numbers(value.number), strict=True):
                if self._written.get(key) != (number, value.at):
                    self._file(value.metric.kind).write(key, number, value.at)
                    self._written[key] = number, value.at

    def collect(self) -> Iterator[Family]:
        """What all workers have left, and those that have ended had counted."""
        with _locked(self._path):
            self._bury()
            yield from MultiProcessCollector(None, str(self._path)).collect()

    def close(self) -> None:
        """End as a worker; what was counted stays."""
        for file in self._files.values():
            file.close()
        self._alive.close()

    def _file(self, kind: Kind) -> ReservedFile:
        if kind not in self._files:
            self._files[kind] = ReservedFile(self._path / f"{kind}_{self._worker}.db")
        return self._files[kind]

    def _keys_of(self, value: Value) -> list[str]:
        name = value.metric, value.labels
        if name not in self._keys:
            self._keys[name] = _keys(value)
        return self._keys[name]

    def _bury(self) -> None:
        """Take away the gauges of workers that have ended, and add up what they counted."""
        for name in glob.glob("*.alive", root_dir=self._path):
            try:
                _open_locked(self._path / name).close()
            except BlockingIOError:
                continue
            worker = name.removesuffix(".alive")
            for kind in _KEPT:
                _add_up(self._path, kind, worker)
            for left in self._path.glob(f"*_{worker}.db"):
                left.unlink()
            (self._path / name).unlink()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Within this, nobody else reads the folder as a whole, or comes or goes."""
    with (path / _LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open_locked(file: Path) -> TextIO:
    """A file with its lock.

    Raises:
        BlockingIOError: somebody has that.
    """
    opened = file.open("w")
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        opened.close()
        raise
    return opened


def _add_up(path: Path, kind: Kind, worker: str) -> None:
    """Add what one that has ended counted to what others had that ended before."""
    sum_of_all, its_own = path / f"{kind}_gone.db", path / f"{kind}_{worker}.db"
    if not its_own.exists():
        return
    files = [str(file) for file in (sum_of_all, its_own) if file.exists()]
    made = path / f"{kind}_gone.new"
    made.unlink(missing_ok=True)
    written = ReservedFile(made)
    for family in MultiProcessCollector.merge(files, accumulate=False):
        for name, labels, number, *_ in family.samples:
            key = mmap_key(
                family.name, name, list(labels), list(labels.values()), family.documentation
            )
            written.write(key, number, 0.0)
    written.close()
    made.replace(sum_of_all)


def _keys(value: Value) -> list[str]:
    """The names of a value's numbers in a file."""
    metric, names, labels = value.metric, list(value.metric.labels), list(value.labels)
    if not isinstance(value.number, Histogram):
        return [mmap_key(metric.name, metric.shown_name, names, labels, metric.meaning)]
    bucket = f"{metric.name}_bucket"
    return [
        *(
            mmap_key(metric.name, bucket, [*names, "le"], [*labels, bound], metric.meaning)
            for bound in bounds_of(value.number)
        ),
        mmap_key(metric.name, f"{metric.name}_sum", names, labels, metric.meaning),
    ]


def _numbers(number: float | Histogram) -> list[float]:
    return [*number.counts, number.total] if isinstance(number, Histogram) else [number]
