"""What a run costs beside the same statements alone: its time, and the processors'."""

import time
from collections.abc import Awaitable
from pathlib import Path
from typing import NamedTuple

from bench.servers.usage import processor_s
from models.database.database import Database

HEAD = ("inputs/s", "statements alone/s", "ratio", "processor µs", "alone", "ratio")


class Cost(NamedTuple):
    """Seconds by the clock, and of the processors: of this process and of the database's."""

    clock_s: float
    processor_s: float


class Compared(NamedTuple):
    """What recording so many inputs cost, and committing the same once more."""

    inputs: int
    ours: Cost
    alone: Cost

    @property
    def shown(self) -> tuple[str, ...]:
        """The cells under `HEAD`; both ratios are what the statements alone need of ours."""
        ours, alone = self.ours, self.alone
        return (
            f"{self.inputs / ours.clock_s:,.0f}",
            f"{self.inputs / alone.clock_s:,.0f}",
            f"{alone.clock_s / ours.clock_s:.0%}",
            f"{ours.processor_s / self.inputs * 1e6:.0f}",
            f"{alone.processor_s / self.inputs * 1e6:.0f}",
            f"{alone.processor_s / ours.processor_s:.0%}",
        )


async def cost(database: Database, work: Awaitable[object]) -> Cost:
    """What some work costs this process and the database."""
    pid = await server(database)
    clock, processors = time.perf_counter(), used_s(pid)
    await work
    return Cost(time.perf_counter() - clock, used_s(pid) - processors)


def used_s(server: int | None) -> float:
    """Seconds of the processors that this process and the server have used."""
    return time.process_time() + (0.0 if server is None else processor_s(server))


async def server(database: Database) -> int | None:
    """The process that has all of the server's others below it; none where there is no server."""
    if database.is_embedded:
        return None
    async with database.connected() as connection:
        folder = await connection.fetchval("SHOW data_directory")
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])
