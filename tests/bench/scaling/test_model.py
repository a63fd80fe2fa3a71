"""What the model of scaling multiplies, and what it rounds up to."""

from dataclasses import replace

import pytest

from bench.scaling.model import Costs, Prices, needs

#: At the peak of 86.4 million a day, of 3 000 records a second: 0.5 and 1 second of processors.
COSTS = Costs(server_us=500 / 3, database_us=1_000 / 3, wal_bytes=2_000, row_bytes=1_000)
PRICES = Prices(core=10, gigabyte=0.5)


def test_what_is_needed_follows_from_what_a_record_costs() -> None:
    """Of cores 60 % are used at the peak, and a standby has the database's part once more."""
    found = needs(COSTS, 86_400_000, PRICES)

    assert found.peak_per_s == 3_000
    assert (found.processes, found.database_cores) == (1, 2)
    assert found.wal_mb_s == 6
    assert found.disk_gb == pytest.approx(86.4 * 90)
    assert found.price == pytest.approx((1 + 2 * 2) * 10 + 2 * 86.4 * 90 * 0.5)


@pytest.mark.parametrize(("times", "processes", "lanes"), [(1, 1, 1), (4, 4, 4), (6, 5, 8)])
def test_each_process_has_a_lane(times: int, processes: int, lanes: int) -> None:
    """Lanes are a power of two."""
    found = needs(COSTS, times * 86_400_000, PRICES)

    assert (found.processes, found.lanes) == (processes, lanes)


def test_there_are_no_more_lanes_than_partitions() -> None:
    """However many processes there are."""
    found = needs(replace(COSTS, server_us=1e6), 86_400_000, PRICES)

    assert (found.processes, found.lanes) == (5_000, 64)
