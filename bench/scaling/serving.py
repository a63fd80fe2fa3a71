"""Recording over HTTP by so many workers on so many lanes."""

import asyncio
from dataclasses import dataclass
from hashlib import sha256

from bench.databases.empty import start_empty
from bench.load.jobs import Job, measure
from bench.load.workloads import WORKLOADS
from bench.peers.postgres import pid
from bench.scaling.delaying import delayed
from bench.servers.running import CORES, LOADS_CORES, running, trailmark
from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes

USERS, POSTS = 20_000, 10_000
CONNECTIONS, FAR_CONNECTIONS = 128, 512
"""Callers at once, and where a round trip takes longer."""


@dataclass(frozen=True)
class Setup:
    """How many processes record, on how many lanes, and how much longer a round trip takes."""

    workers: int
    lanes: int
    delay_ms: float = 0

    @property
    def title(self) -> str:
        workers = f"{self.workers} worker{'s' * (self.workers > 1)}"
        lanes = f"{self.lanes} lane{'s' * (self.lanes > 1)}"
        far = f", {self.delay_ms:g} ms more a round trip" if self.delay_ms else ""
        return f"{workers}, {lanes}{far}"


SETUPS = (
    Setup(1, 1),
    Setup(2, 1),
    Setup(2, 2),
    Setup(4, 4),
    Setup(4, 1, 10),
    Setup(4, 2, 10),
    Setup(4, 4, 10),
)


@dataclass(frozen=True)
class Served:
    """Records a second, their waits, and what one costs: processor, and WAL."""

    per_second: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float
    wal_bytes: float


def serve(database: Database, setup: Setup, seconds: float) -> Served:
    """Record into an empty database for so many seconds.

    Raises:
        RuntimeError: some records were refused; the message has the first answer.
    """
    asyncio.run(_prepare(database, setup.lanes))
    server = asyncio.run(pid(database))
    with (
        delayed(database, setup.delay_ms) as far,
        running(trailmark(far, setup.workers), CORES) as ours,
    ):
        before = asyncio.run(_written(database))
        found = measure(
            Job(
                ours.port,
                WORKLOADS["record"],
                [f"u_{sha256(str(number).encode()).hexdigest()[:32]}" for number in range(USERS)],
                [f"post-{number}" for number in range(POSTS)],
                LOADS_CORES,
                {"server": ours.pid, "database": server},
                connections=FAR_CONNECTIONS if setup.delay_ms else CONNECTIONS,
                seconds=seconds,
            )
        )
        after = asyncio.run(_written(database))
    if found.failures:
        raise RuntimeError(f"{found.failures} records failed, the first: {found.sample}")
    return Served(
        found.per_second,
        found.p50_ms,
        found.p99_ms,
        found.cpu_us["server"],
        found.cpu_us["database"],
        (after.wal_bytes - before.wal_bytes) / (after.rows - before.rows),
    )


@dataclass(frozen=True)
class _Written:
    """What a database has written so far."""

    rows: int
    wal_bytes: int


_WRITTEN = """SELECT (SELECT count(*) FROM interactions),
    pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"""


async def _written(database: Database) -> _Written:
    async with database.connected() as server:
        return _Written(*await server.fetchrow(_WRITTEN) or ())


async def _prepare(database: Database, lanes: int) -> None:
    """Empty the database, and write down what that left to write."""
    await start_empty(database)
    await change_lanes(database, lanes)
    async with database.connected() as server:
        await server.execute("CHECKPOINT")
