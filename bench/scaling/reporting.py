"""What was measured and what follows from it, as tables, as a part of a page and as a figure."""

import platform
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

from rich.table import Table

from bench.scaling.model import BUSY, KEPT_DAYS, PEAK, Costs, Prices, needs
from bench.scaling.serving import Served, Setup
from bench.servers.machine import machine

Row = tuple[str, ...]
PER_DAY = (1e6, 1e7, 1e8, 1e9)
_PART = re.compile(r"(<!-- measured -->\n).*(<!-- end of measured -->\n)", re.DOTALL)


def served(found: Mapping[Setup, Served]) -> Iterator[Row]:
    """Rates over HTTP, each beside that of the first setup with the same network."""
    yield ("over HTTP", "records/s", "×", "p50/p99 ms", "processor µs: server + database")
    first: dict[float, float] = {}
    for setup, each in found.items():
        beside = first.setdefault(setup.delay_ms, each.per_second)
        yield (
            setup.title,
            f"{each.per_second:,.0f}",
            f"{each.per_second / beside:.2f}",
            f"{each.p50_ms:.0f}/{each.p99_ms:.0f}",
            f"{each.server_us:.0f} + {each.database_us:.0f}",
        )


def written(found: Mapping[int, float]) -> Iterator[Row]:
    """Rates of the statements that write alone, by the number of lanes."""
    yield ("statements that write, alone", "rows/s", "×")
    for lanes, rate in found.items():
        title = f"{lanes} lane{'s' * (lanes > 1)}"
        yield (title, f"{rate:,.0f}", f"{rate / found[1]:.2f}")


def needed(costs: Costs, prices: Prices) -> Iterator[Row]:
    """What there must be for so many interactions a day."""
    yield (
        "interactions a day",
        "at the peak, /s",
        "processes",
        "lanes",
        "database's cores",
        "WAL MB/s",
        f"disk TB for {KEPT_DAYS} days",
        "a month",
    )
    for each in (needs(costs, per_day, prices) for per_day in PER_DAY):
        yield (
            f"{each.per_day:,.0f}",
            f"{each.peak_per_s:,.0f}",
            f"{each.processes:,}",
            f"{each.lanes}",
            f"{each.database_cores:,}",
            f"{each.wal_mb_s:,.1f}",
            f"{each.disk_gb / 1e3:,.2f}",
            f"{each.price:,.0f}",
        )


def costs_of(one: Served, row_bytes: float) -> Costs:
    """What a record costs, by what one process on one lane took."""
    return Costs(one.server_us, one.database_us, one.wal_bytes, row_bytes)


def assumed(costs: Costs, prices: Prices) -> str:
    """What the model rests on, as a sentence."""
    return (
        f"The model: a record takes {costs.server_us:.0f} µs of a process and "
        f"{costs.database_us:.0f} µs of the database, {costs.wal_bytes:,.0f} bytes of WAL and "
        f"{costs.row_bytes:,.0f} bytes of room; the peak is {PEAK} times the average; cores are "
        f"busy to {BUSY:.0%} at the peak; one standby; {prices.core:g} a month for a core and "
        f"{prices.gigabyte:g} for a gigabyte."
    )


def table(found: Iterator[Row]) -> Table:
    """Rows as a table for the terminal; the first of them is its head."""
    shown = Table(*next(found))
    for row in found:
        shown.add_row(*row)
    return shown


def write(page: Path, tables: list[Iterator[Row]], foot: str) -> None:
    """Write what was measured into the page.

    Raises:
        SystemExit: it has no part for that.
    """
    text = page.read_text()
    if _PART.search(text) is None:
        raise SystemExit(f"bench-scaling: {page} has no <!-- measured --> part to write into")
    parts = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, on {machine()} with {platform.system()}.\n",
        *map(_markdown, tables),
        f"{foot}\n",
    ]
    page.write_text(_PART.sub(lambda found: found[1] + "\n".join(parts) + found[2], text))


def _markdown(found: Iterator[Row]) -> str:
    head = next(found)
    lines = [head, ("---", *("---:" for _ in head[1:])), *found]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def draw(file: Path, costs: Costs, prices: Prices) -> None:
    """Draw what is needed over interactions a day, all on logarithmic scales.

    The same numbers give the same file, to the byte.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"svg.hashsalt": "trailmark", "svg.fonttype": "none", "font.size": 9})
    per_day = [10 ** (6 + step / 8) for step in range(25)]
    found = [needs(costs, each, prices) for each in per_day]
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    for panel, (title, lines) in zip(figure.subplots(1, 3), _PANELS.items(), strict=True):
        for name, of in lines.items():
            panel.plot(per_day, [of(each) for each in found], label=name)
        panel.set(xscale="log", yscale="log", title=title, xlabel="interactions a day")
        panel.grid(visible=True, alpha=0.3)
        panel.legend()
    figure.savefig(file, metadata={"Date": None, "Creator": None})


_PANELS = {
    "cores and lanes": {
        "processes": attrgetter("processes"),
        "lanes": attrgetter("lanes"),
        "database's cores": attrgetter("database_cores"),
    },
    "disk": {
        f"GB for {KEPT_DAYS} days": attrgetter("disk_gb"),
        "WAL MB/s at the peak": attrgetter("wal_mb_s"),
    },
    "money": {"a month": attrgetter("price")},
}
