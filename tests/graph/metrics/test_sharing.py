"""How workers tell their metrics together, whoever of them comes, ends or is killed."""

import errno
import os
from pathlib import Path

import pytest

from graph.metrics import catalog
from graph.metrics.reserved_file import FIRST_BYTES, ReservedFile
from graph.metrics.sharing import SharedFolder
from graph.metrics.values import Value
from models.histogram import Histogram
from tests.support.metrics.scraping import Scraped, of_families

SECONDS = "trailmark_operation_seconds"


def test_what_workers_count_is_told_together_also_of_those_that_have_ended(tmp_path: Path) -> None:
    """Counters and histograms are sums for good; gauges are of the living."""
    shared = SharedFolder(tmp_path)
    one, two = _worker(tmp_path, "1", 3), _worker(tmp_path, "2", 5)
    both = _told(shared)
    one.close()
    without_one = _told(shared)
    two.close()
    alone = _told(shared)
    shared.close()

    for found in (both, without_one, alone):
        assert found.number("trailmark_inputs_total", action="VIEW", outcome="CREATED") == 8
        assert found.number(f"{SECONDS}_count", operation="Page") == 8
        assert found.number(f"{SECONDS}_bucket", operation="Page", le="1.0") == 4
        assert found.number(f"{SECONDS}_bucket", operation="Page", le="2.0") == 6
        assert found.number(f"{SECONDS}_bucket", operation="Page", le="+Inf") == 8
        assert found.number(f"{SECONDS}_sum", operation="Page") == 3 + 10
    gauges = ("trailmark_subscriptions", "trailmark_feed_lag_seconds", "trailmark_database_bytes")
    assert [both.number(name) for name in gauges] == [8, 5, 3]
    assert [without_one.number(name) for name in gauges] == [5, 5, 5]
    assert alone.names.isdisjoint(gauges)


def test_many_workers_in_turn_leave_no_more_files_than_one(tmp_path: Path) -> None:
    """What each counted is added up as soon as another comes, under the same process id too."""
    for number in range(20):
        shared = SharedFolder(tmp_path)
        shared.write([Value(catalog.STARTS, (), 1), Value(catalog.WORKERS, (), 1)])
        found = _told(shared)
        shared.close()
        assert found.number("trailmark_worker_starts_total") == number + 1
        assert found.number("trailmark_workers") == 1
        assert len(os.listdir(tmp_path)) <= 5


def test_more_names_than_a_file_begins_with_fit_in(tmp_path: Path) -> None:
    """A file grows, and its bytes are there on the disk before they are written."""
    shared = SharedFolder(tmp_path)
    names = [f"Operation{number:060}" for number in range(1_000)]

    shared.write(Value(catalog.OPERATIONS, ("query", name, "ok"), 1) for name in names)
    found = _told(shared)
    shared.close()

    assert found.number("trailmark_operations_total") == 1_000
    for file in tmp_path.glob("*.db"):
        assert file.stat().st_size > FIRST_BYTES
        assert file.stat().st_blocks * 512 >= file.stat().st_size


def test_a_full_disk_is_an_error_and_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote to mapped bytes that are not there would be killed by the system."""

    def refuse(descriptor: int, start: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)

    with pytest.raises(OSError, match="No space left"):
        ReservedFile(tmp_path / "counter_1.db")


def _worker(path: Path, name: str, count: int) -> SharedFolder:
    """A worker that has left this count under several names, the later the lower it is."""
    seconds = Histogram((1.0, 2.0))
    for number in range(count):
        seconds.add(number)
    worker = SharedFolder(path, name)
    worker.write(
        [
            Value(catalog.INPUTS, ("VIEW", "CREATED"), count),
            Value(catalog.OPERATION_SECONDS, ("query", "Page"), seconds),
            Value(catalog.SUBSCRIPTIONS, (), count),
            Value(catalog.FEED_LAG, ("0",), count),
            Value(catalog.DATABASE_BYTES, (), count, at=1_000 - count),
        ]
    )
    return worker


def _told(folder: SharedFolder) -> Scraped:
    """What a worker tells of all."""
    return of_families(folder.collect())
