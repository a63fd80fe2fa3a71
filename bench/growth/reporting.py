"""What was measured as rows grew, as a page with a table and a figure."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.growth.operations import ASKED, BATCH, BATCHES, Latency
from bench.servers.machine import machine


@dataclass(frozen=True, slots=True)
class Measured:
    """Latencies by operation, at one size, and the database's version."""

    version: str
    latencies: dict[str, Latency]


@dataclass(frozen=True, slots=True)
class Growth:
    """Latencies by size and operation, on one database."""

    database: str
    latencies: dict[int, dict[str, Latency]]

    @property
    def sizes(self) -> list[int]:
        return list(self.latencies)

    @property
    def names(self) -> list[str]:
        return list(self.latencies[self.sizes[0]])


def ratio(growth: Growth, name: str) -> float:
    """How many times as long the median request takes at the largest size as at the smallest."""
    first, last = growth.sizes[0], growth.sizes[-1]
    return growth.latencies[last][name].p50 / growth.latencies[first][name].p50


def shown(latency: Latency) -> str:
    return f"{latency.p50:.2f} ({latency.p99:.1f})"


def write(folder: Path, found: Sequence[Growth]) -> None:
    """Write `growth.md` and `growth.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [_HEAD, *(_table(growth) for growth in found), _CAUSES, _foot(found)]
    (folder / "growth.md").write_text("\n".join(parts))
    draw(folder / "growth.svg", found)


_HEAD = f"""# As rows grow

How long the same requests take as the rows grow. Each size is a database of its own, with a
`trailmark serve` of its own. Requests go over HTTP on one connection, one after another. The tables
show milliseconds as the client sees them: the median and, in brackets, what 99 of 100 requests stay
below. Each is of {ASKED} requests ({BATCHES} of batches of {BATCH:,}), in rounds of all operations,
with new random keys for each. The last column is the median at the most rows divided by the median
at the fewest.

![Latency over rows, one line for each operation](growth.svg)

There is a user for every 50 rows and a post for every 100. The n-th post has about 1/n as many rows
as the first. All users have about as many rows, except the hot user, who owns a tenth of all.
Everything lies in memory: in the file cache, or in the database's own.
"""
_CAUSES = f"""Two things grow for reasons of their own. A rank is counted along an index, at most
10,000 places. So it costs more until there are that many users, and no more after that. A batch of
{BATCH:,} is about 1,170 different users and posts at 100,000 rows, and 1,670 at 10,000,000. Each
has totals and a score to move, and they lie on pages further apart. Among 10,000,000 rows
every row of a batch changes ten pages that no other row changes. SQLite writes
them twice, 40 MB at once.
"""


def _table(growth: Growth) -> str:
    sizes = "".join(f" {size:,} |" for size in growth.sizes)
    lines = [f"| {growth.database} |{sizes} × |", "|---|" + "---:|" * (len(growth.sizes) + 1)]
    for name in growth.names:
        cells = "".join(f" {shown(growth.latencies[size][name])} |" for size in growth.sizes)
        lines.append(f"| {name} |{cells} {ratio(growth, name):.2f} |")
    return "\n".join([*lines, ""])


def _foot(found: Sequence[Growth]) -> str:
    sizes = ",".join(str(size) for size in found[0].sizes[:2])
    databases = ", ".join(growth.database for growth in found)
    return f"""Measured on {machine()},
with Python {platform.python_version()}, {databases}. Ratios travel, milliseconds do not.

`make bench-growth` measures all of it and writes this page; `make bench-growth SIZES={sizes}
OUT=build` is quicker and leaves it alone.
"""


def draw(file: Path, found: Sequence[Growth]) -> None:
    """Draw a panel for each database: latency over rows, both on logarithmic scales.

    The same numbers give the same file, to the byte.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    mpl.rcParams.update({"svg.hashsalt": "trailmark", "svg.fonttype": "none", "font.size": 9})
    figure = Figure(figsize=(10, 5.4), layout="constrained")
    panels = figure.subplots(1, len(found), sharey=True, squeeze=False)[0]
    colors = [mpl.colormaps["tab20"](index) for index in range(20)]
    for panel, growth in zip(panels, found, strict=True):
        for name, color in zip(growth.names, colors, strict=False):
            medians = [growth.latencies[size][name].p50 for size in growth.sizes]
            panel.plot(growth.sizes, medians, "o-", label=name, color=color, markersize=3)
        panel.set(xscale="log", yscale="log", title=growth.database, xlabel="rows")
        panel.set_xticks(growth.sizes, [_short(size) for size in growth.sizes])
        panel.minorticks_off()
        panel.grid(visible=True, alpha=0.3)
    panels[0].set_ylabel("milliseconds, median")
    panels[0].yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.savefig(file, metadata={"Date": None, "Creator": None})


def _short(size: int) -> str:
    """A number of rows as an axis has room for it."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size:,}"
