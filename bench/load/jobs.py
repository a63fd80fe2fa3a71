"""Load over HTTP: a process of its own keeps connections busy and says what it measured.

Connections of our own warm the server up and look at all that it answers; then wrk measures, where
it is installed.

`python -m bench.load.jobs` reads a Job as JSON from standard input and prints Measured as JSON.
"""

import asyncio
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from typing import Any

import uvloop

from bench.load import wrk
from bench.load.connections import Connection, Tally
from bench.load.templates import Request, Values, maker
from bench.servers.usage import memory, processor_s

#: A load goes on for this many answers on each connection, up to so many times its seconds.
ROUNDS, LONGEST = 10, 4


@dataclass(frozen=True)
class Job:
    """What to send, where to and for how long; which processes to watch meanwhile.

    Of `users` and `posts`, one is drawn at random for each request. The load runs on the
    processors `cores`. `pids` are the processes to watch, by what to call them, each with all below
    it that are not watched themselves.
    """

    port: int
    request: Request
    users: list[str]
    posts: list[str]
    cores: list[int]
    pids: dict[str, int]
    connections: int = 64
    warm_s: float = 2.0
    seconds: float = 5.0


@dataclass(frozen=True)
class Measured:
    """What came of it: rates, waits, and of each watched process its time per request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failures: int
    sample: str
    size: int
    cpu_us: dict[str, float]
    memory: dict[str, int]


def measure(job: Job) -> Measured:
    """Run a job in a process of its own."""
    command = [sys.executable, "-m", "bench.load.jobs"]
    given = json.dumps(dataclasses.asdict(job))
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the load generator failed: {done.stderr[-2_000:]}")
    return Measured(**json.loads(done.stdout))


def _run(job: Job) -> Measured:
    """Warm up, and measure by wrk where it is installed, else by connections of our own."""
    if not wrk.is_there():
        return uvloop.run(_load(job))
    warm = uvloop.run(_load(replace(job, seconds=0)))
    before = _used(job)
    found = wrk.load(job.port, job.request, job.users, job.posts, job.connections, job.seconds)
    cpu_us = _per_request(job, before, found.count)
    held = _held(job)
    return Measured(
        found.count / found.seconds,
        found.p50_ms,
        found.p99_ms,
        warm.failures + found.failures,
        warm.sample or found.sample,
        warm.size,
        cpu_us,
        held,
    )


async def _load(job: Job) -> Measured:
    """Warm up, and measure for some seconds if asked."""
    tally = Tally()
    make = maker(job.request, Values(job.users, job.posts))
    expect = job.request.expect.encode()
    loop = asyncio.get_running_loop()
    connections = []
    for _ in range(job.connections):
        opened = loop.create_connection(
            lambda: Connection(make, expect, tally), "127.0.0.1", job.port
        )
        connections.append((await opened)[1])
    await asyncio.sleep(job.warm_s)
    before, started = _used(job), time.perf_counter()
    tally.begin()
    if job.seconds:
        await _enough(job, tally)
    took_s, took = tally.end(), time.perf_counter() - started
    cpu_us = _per_request(job, before, len(took_s))
    for connection in connections:
        connection.is_stopping = True
    held = _held(job)
    await asyncio.wait_for(asyncio.gather(*(each.is_over for each in connections)), 20)
    cuts = statistics.quantiles(took_s, n=100) if len(took_s) > 1 else [0.0] * 99
    return Measured(
        len(took_s) / took,
        1_000 * cuts[49],
        1_000 * cuts[98],
        tally.failures,
        tally.sample,
        tally.size,
        cpu_us,
        held,
    )


async def _enough(job: Job, tally: Tally) -> None:
    """Wait for the seconds to pass, and for a few answers on each connection, but not for ever.

    Where a server answers all that wait at once, the rate is otherwise that of a part of a round.
    """
    for _ in range(LONGEST):
        await asyncio.sleep(job.seconds)
        if len(tally.took_s) >= ROUNDS * job.connections:
            return


def _per_request(job: Job, before: dict[str, float], count: int) -> dict[str, float]:
    after = _used(job)
    return {name: 1e6 * (after[name] - before[name]) / max(count, 1) for name in before}


def _used(job: Job) -> dict[str, float]:
    return {name: processor_s(pid, job.pids.values()) for name, pid in job.pids.items()}


def _held(job: Job) -> dict[str, int]:
    return {name: memory(pid, job.pids.values()) for name, pid in job.pids.items()}


def main() -> None:
    given: dict[str, Any] = json.load(sys.stdin)
    job = Job(**{**given, "request": Request(**given["request"])})
    os.sched_setaffinity(0, job.cores)
    print(json.dumps(dataclasses.asdict(_run(job))))


if __name__ == "__main__":
    main()
