"""What was measured, as a table for a person."""

from dataclasses import dataclass

from rich.table import Table

from bench.evaluating.measures import PLACES, Quality
from bench.evaluating.splits import Split
from resolvers.signals.outcomes import Rate


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one split; `median_ms` is None where nobody was asked over requests."""

    method: str
    quality: Quality
    median_ms: float | None = None


def table(split: Split, rows: list[Row]) -> Table:
    """The methods side by side, shares with their 95% intervals."""
    title = f"{split.name}: {len(split.held):,} users, {len(split.training):,} lines learned from"
    found = Table(
        "method",
        f"HR@{PLACES}",
        f"NDCG@{PLACES}",
        "coverage",
        "diversity",
        "ms a request",
        title=title,
        title_justify="left",
    )
    for row in rows:
        quality = row.quality
        found.add_row(
            row.method,
            _shown(quality.hit_rate),
            _shown(quality.ndcg),
            f"{quality.coverage:.1%}",
            f"{quality.diversity:.2f}",
            "" if row.median_ms is None else f"{row.median_ms:.1f}",
        )
    return found


def _shown(rate: Rate) -> str:
    return f"{rate.value:.3f} ({rate.low:.3f} to {rate.high:.3f})"
