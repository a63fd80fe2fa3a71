"""What recording at some rate asks for, by what one record was measured to cost."""

import math
from dataclasses import dataclass

PEAK = 3
"""How many times the day's average a busy moment has."""

BUSY = 0.6
"""Up to which share a core is used at the peak, so that a server can be missing or restarted."""

KEPT_DAYS = 90
"""For how long interactions are stored, as `TRAILMARK_PRUNE_AFTER_DAYS` has it by default."""

LANES = 64
"""How many lanes there can be, as there are so many partitions."""

_DAY_S, _GB = 86_400, 1e9


@dataclass(frozen=True)
class Costs:
    """Of a record: processor time of server and database, WAL, and room with keys and totals."""

    server_us: float
    database_us: float
    wal_bytes: float
    row_bytes: float


@dataclass(frozen=True)
class Prices:
    """Of a month, in any currency: a core, and a gigabyte of fast disk."""

    core: float
    gigabyte: float


@dataclass(frozen=True)
class Needs:
    """What so many interactions a day ask for; one standby has the database's part once more."""

    per_day: float
    peak_per_s: float
    processes: int
    lanes: int
    database_cores: int
    wal_mb_s: float
    disk_gb: float
    price: float


def needs(costs: Costs, per_day: float, prices: Prices) -> Needs:
    """What to have for so many interactions a day, with one standby of the database.

    A process is one core's worth. There are at least as many lanes as processes, so that each
    process owns one, as far as there can be.
    """
    peak = PEAK * per_day / _DAY_S
    processes = math.ceil(peak * costs.server_us / 1e6 / BUSY)
    database_cores = math.ceil(peak * costs.database_us / 1e6 / BUSY)
    disk_gb = per_day * KEPT_DAYS * costs.row_bytes / _GB
    cores = processes + 2 * database_cores
    return Needs(
        per_day,
        peak,
        processes,
        min(LANES, 2 ** math.ceil(math.log2(processes))),
        database_cores,
        peak * costs.wal_bytes / 1e6,
        disk_gb,
        cores * prices.core + 2 * disk_gb * prices.gigabyte,
    )
