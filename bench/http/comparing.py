"""Requests over HTTP: the product beside its own libraries as they come, and beside fixed bytes."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.databases.empty import start_empty
from bench.databases.filling import fill
from bench.databases.following import follow
from bench.databases.subjects import subjects
from bench.load.jobs import Job, Measured, measure
from bench.load.templates import BATCH, Request
from bench.load.workloads import POST_ID, RECORD_1000, WORKLOADS
from bench.servers.running import (
    CORES,
    LOADS_CORES,
    SERVERS_CORES,
    Command,
    Running,
    running,
    trailmark,
    url,
)
from models.database.database import Database

ROWS, USERS, POSTS = 100_000, 2_000, 1_000
WARM_S, SECONDS = 1.5, 2.0
Row = tuple[str, str, str, str, str, str]
HEAD = ("over HTTP", "ours/s (p50/p99 ms)", "as it comes/s", "ratio", "fixed bytes/s", "of that")


@dataclass(frozen=True)
class Known:
    """Whom requests to a filled database are about."""

    users: list[str]
    posts: list[str]

    def load(
        self,
        server: Running,
        request: Request,
        cores: Sequence[int] = LOADS_CORES,
        connections: int = 64,
    ) -> Measured:
        """Load a server; what fails is an error, for it would be measured as work.

        Raises:
            RuntimeError: it answered wrongly, or nothing; the message holds what it said.
        """
        pids = {"server": server.pid}
        job = Job(
            server.port,
            request,
            self.users,
            self.posts,
            list(cores),
            pids,
            connections,
            WARM_S,
            SECONDS,
        )
        try:
            found = measure(job)
        except RuntimeError as error:
            raise server.failure(f"could not be loaded ({error})") from error
        check(server, found)
        return found


def check(server: Running, found: Measured) -> None:
    """Make sure that a rate can be compared: there were answers, and all of them right.

    Raises:
        RuntimeError: there were none, or wrong ones; the message holds what the server said.
    """
    if found.failures:
        raise server.failure(f"gave {found.failures} wrong answers, such as {found.sample}")
    if not found.per_second:
        raise server.failure("answered nothing under load")


def compare(database: Database) -> Iterator[Row]:
    """Rows of a table under HEAD: each workload, and below them batches, memory, two processes."""
    known = asyncio.run(_filled(database))
    ours, batch = _ours(database, known)
    stock = _each(Command((*_program("as_it_comes"), url(database), "{port}")), known)
    for name, found in ours.items():
        fixed = _fixed_bytes(found.size, known)
        theirs = stock[name].per_second
        rate = f"{found.per_second:,.0f} ({found.p50_ms:.0f}/{found.p99_ms:.0f})"
        ratio = f"{found.per_second / theirs:.1f} ×"
        yield (
            name,
            rate,
            f"{theirs:,.0f}",
            ratio,
            f"{fixed:,.0f}",
            f"{found.per_second / fixed:.0%}",
        )
    yield ("rows of record, 1000 a request", f"{BATCH * batch.per_second:,.0f}", "", "", "", "")
    held, theirs_held = _memory([*ours.values(), batch]), _memory(stock.values())
    yield (
        "MB after it",
        f"{held:.0f}",
        f"{theirs_held:.0f}",
        f"{held / theirs_held:.1f} ×",
        "",
        "",
    )
    if not database.is_embedded:
        yield from _processes(database, known)


def _processes(database: Database, known: Known) -> Iterator[Row]:
    """Two processes beside one; all processors are theirs and the load's alike."""
    requests = {name: WORKLOADS[name] for name in ("record", "stats", "last20")}
    requests["no database"] = POST_ID
    one, two = (_each(trailmark(database, workers), known, requests, CORES) for workers in (1, 2))
    for name in requests:
        rates = two[name].per_second, one[name].per_second
        what = f"{name}, 2 processes to 1"
        yield (
            what,
            f"{rates[0]:,.0f} to {rates[1]:,.0f}",
            "",
            f"{rates[0] / rates[1]:.1f} ×",
            "",
            "",
        )


def _ours(database: Database, known: Known) -> tuple[dict[str, Measured], Measured]:
    with running(trailmark(database)) as server:
        found = {name: known.load(server, request) for name, request in WORKLOADS.items()}
        return found, known.load(server, RECORD_1000, connections=4)


def _each(
    command: Command,
    known: Known,
    requests: dict[str, Request] = WORKLOADS,
    cores: Sequence[int] = (),
) -> dict[str, Measured]:
    """Each workload by one server, which shares `cores` with the load where they are given."""
    with running(command, cores or SERVERS_CORES) as server:
        return {
            name: known.load(server, request, cores or LOADS_CORES)
            for name, request in requests.items()
        }


def _fixed_bytes(size: int, known: Known) -> float:
    """Requests a second where nothing is done but to answer with so many bytes."""
    with running(Command((*_program("fixed_bytes"), "{port}", str(size)))) as server:
        return known.load(server, Request("/graphql", WORKLOADS["record"].body, "")).per_second


def _memory(found: Iterable[Measured]) -> float:
    return max(each.memory["server"] for each in found) / 1e6


def _program(name: str) -> tuple[str, str, str]:
    return sys.executable, "-m", f"bench.http.{name}"


async def _filled(database: Database) -> Known:
    await start_empty(database)
    await fill(database, ROWS, USERS, POSTS)
    await follow(database)
    return Known(*await subjects(database, USERS, POSTS))
