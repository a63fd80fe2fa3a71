"""What was measured, as tables for the terminal and as a part of a page."""

import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.table import Table

from bench.load.jobs import Measured
from bench.peers.measuring import Result
from bench.servers.machine import machine

_OURS = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "asyncpg", "tortoise-orm")
_PART = re.compile(r"(<!-- measured -->\n).*(<!-- end of measured -->\n)", re.DOTALL)


def rows(results: Sequence[Result], workloads: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Rates and waits of each server; what the first one has of each of the others' rate."""
    first = results[0]
    yield ("requests/s (p50/p99 ms)", *workloads, "MB")
    for result in results:
        cells = [_shown(result.middle(workload)) for workload in workloads]
        yield (result.title, *cells, f"{result.memory / 1e6:.0f}")
    for result in results[1:]:
        pairs = ((first.middle(each), result.middle(each)) for each in workloads)
        cells = [f"{ours.per_second / theirs.per_second:.2f} ×" for ours, theirs in pairs]
        memory = f"{first.memory / result.memory:.2f} ×"
        yield (f"{first.title} to {result.title}", *cells, memory)


def costs(results: Sequence[Result], workloads: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What a request costs each server, what follows beside it, and the database behind it."""
    yield ("processor µs of a request: server + followers + database", *workloads)
    for result in results:
        found = [result.middle(workload).cpu_us for workload in workloads]
        yield (result.title, *map(_cost, found))


def table(found: Iterator[tuple[str, ...]]) -> Table:
    """Rows as a table for the terminal; the first of them is its head."""
    shown = Table(*next(found))
    for row in found:
        shown.add_row(*row)
    return shown


def check(file: Path) -> None:
    """Find the part of a page that figures are written into.

    Raises:
        SystemExit: there is none.
    """
    if not file.exists() or _PART.search(file.read_text()) is None:
        raise SystemExit(f"bench-peers: {file} has no <!-- measured --> part to write into")


def write(
    file: Path,
    results: Sequence[Result],
    workloads: Sequence[str],
    conditions: Mapping[str, str],
) -> None:
    """Write what was measured into the page."""
    text = file.read_text()
    parts = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, on {machine()} with {platform.system()}.\n",
        _markdown(rows(results, workloads)),
        _markdown(costs(results, workloads)),
        *(f"{name}: {value}.\n" for name, value in conditions.items()),
    ]
    file.write_text(_PART.sub(lambda found: found[1] + "\n".join(parts) + found[2], text))


def own_versions() -> str:
    """What Trailmark ran on."""
    found = [f"{name} {version(name)}" for name in _OURS]
    return ", ".join([f"Python {platform.python_version()}", *found])


def _markdown(found: Iterator[tuple[str, ...]]) -> str:
    head = next(found)
    lines = [head, ("---", *("---:" for _ in head[1:])), *found]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cost(us: Mapping[str, float]) -> str:
    """Microseconds of each process; of followers only where there are some."""
    named = (us.get(name) for name in ("server", "followers", "database"))
    return " + ".join("–" if each is None else f"{each:,.0f}" for each in named)


def _shown(one: Measured) -> str:
    failed = f", {one.failures} failed" if one.failures else ""
    return f"{one.per_second:,.0f} ({one.p50_ms:.0f}/{one.p99_ms:.0f}){failed}"
