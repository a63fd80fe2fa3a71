"""Measuring one server after another over the same filled database."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_low
from tempfile import TemporaryDirectory

from bench.load.jobs import Job, Measured, measure
from bench.peers.postgres import pid
from bench.peers.servers import Peer, configured
from bench.servers.running import LOADS_CORES, running
from models.database.database import Database


@dataclass(frozen=True)
class Course:
    """What every server goes through: which workloads, how long, and how many rounds of all."""

    workloads: Sequence[str]
    seconds: float
    rounds: int
    users: list[str]
    posts: list[str]


@dataclass
class Result:
    """What a server did in all rounds."""

    peer: Peer
    pool: int
    found: dict[str, list[Measured]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        is_best = self.pool == self.peer.pool
        return self.peer.title if is_best else f"{self.peer.title}, {self.pool} connections"

    def middle(self, workload: str) -> Measured:
        """The round in the middle, by requests a second."""
        rates = {each.per_second: each for each in self.found[workload]}
        return rates[median_low(rates)]

    @property
    def memory(self) -> int:
        """Bytes that the server held at most after a workload, and what follows beside it."""
        return max(
            each.memory["server"] + each.memory.get("followers", 0)
            for all in self.found.values()
            for each in all
        )

    @property
    def failures(self) -> int:
        return sum(each.failures for all in self.found.values() for each in all)


def measured(
    database: Database, results: Sequence[Result], course: Course, report: Callable[[str], None]
) -> None:
    """Put each server through the course; every round begins with another one."""
    for number in range(course.rounds):
        first = number % len(results)
        for result in (*results[first:], *results[:first]):
            asyncio.run(_settle(database))
            for workload, one in _round(database, result, course):
                result.found.setdefault(workload, []).append(one)
                report(f"{result.title}: {workload} {one.per_second:,.0f}/s")
                if one.failures:
                    report(f"{one.failures} failures, the first: {one.sample}")


def _round(database: Database, result: Result, course: Course) -> Iterator[tuple[str, Measured]]:
    beside = asyncio.run(pid(database))
    with TemporaryDirectory(prefix="trailmark-") as folder:
        config = Path(folder) / "config.json"
        config.write_text(configured(database, result.pool, result.peer.sql))
        with running(result.peer.command(database, config)) as server:
            for workload in course.workloads:
                job = Job(
                    server.port,
                    result.peer.requests[workload],
                    course.users,
                    course.posts,
                    LOADS_CORES,
                    {**server.pids, "database": beside},
                    seconds=course.seconds,
                )
                yield workload, measure(job)


async def _settle(database: Database) -> None:
    """Let be written what earlier servers left, so that the next one does not pay for it."""
    async with database.connected() as server:
        await server.execute("CHECKPOINT")
