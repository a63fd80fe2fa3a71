"""`make eval`: how well recommendations guess what was held out, beside other methods.

A file of interactions, or made-up ones, is split in two ways. For each split a database of its own
learns from one part, and a server over it is asked for the other, as of the split. Prints tables.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from bench.databases.empty import EMPTY
from bench.evaluating import baselines, product
from bench.evaluating.events import Events, read
from bench.evaluating.measures import Lists, measure
from bench.evaluating.reporting import Row, table
from bench.evaluating.splits import Split, by_time, latest_favorites
from bench.evaluating.synthetic import World, synthesize

_console = Console()
_OURS = "ours"


def main(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="NDJSON as `trailmark import` takes it; made-up lines if absent.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    posts: Annotated[
        Path | None,
        typer.Option(
            help="NDJSON of inputs of describePosts, one a line.", exists=True, dir_okay=False
        ),
    ] = None,
    database: Annotated[str, typer.Option(help="sqlite or postgres.")] = "sqlite",
    share: Annotated[float, typer.Option(help="Of all lines, held out by time.")] = 0.2,
    exploration: Annotated[
        str, typer.Option(help="TRAILMARK_EXPLORATION of the servers, one or more by commas.")
    ] = "0,0.1",
    seed: Annotated[int, typer.Option(help="Of what is made up.")] = World().seed,
) -> None:
    """Split, learn, ask and print."""
    if database not in EMPTY:
        raise typer.BadParameter(f"database: got {database!r}; allowed are {', '.join(EMPTY)}")
    if not 0 < share < 1:
        raise typer.BadParameter(f"share: got {share}; allowed is more than 0 and less than 1")
    shares = [float(each) for each in exploration.split(",")]
    events, descriptions = _given(file, posts, seed)
    _console.print(f"{len(events.events):,} lines, {events.passed_over:,} passed over")
    for split in (latest_favorites(events.events), by_time(events.events, share)):
        if not split.held:
            _console.print(f"{split.name}: no favorite is left to guess")
            continue
        rows = [*_beside(split), *_ours(split, descriptions, database, shares)]
        _console.print(table(split, rows))


def _given(file: Path | None, posts: Path | None, seed: int) -> tuple[Events, list[dict[str, Any]]]:
    if file is None:
        lines, descriptions = synthesize(World(seed=seed))
        return read(lines), descriptions
    with file.open("rb") as opened:
        events = read(opened)
    described = posts.read_bytes().splitlines() if posts else []
    return events, [orjson.loads(line) for line in described]


def _beside(split: Split) -> Iterator[Row]:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the library warns of more
    methods = {
        "popularity": baselines.popular,
        "popularity, 14 days": baselines.lately_popular,
        "item-kNN": baselines.item_neighbors,
        "ALS": baselines.alternating_least_squares,
    }
    for name, method in methods.items():
        try:
            lists: Lists = method(split)
        except ImportError:
            message = f"{name}: the library implicit is missing; .[bench] installs it"
            _console.print(message, markup=False)
        else:
            yield Row(name, measure(lists, split))


def _ours(
    split: Split, descriptions: list[dict[str, Any]], database: str, shares: list[float]
) -> list[Row]:
    with EMPTY[database]() as url:
        return asyncio.run(_asked(url, split, descriptions, shares))


async def _asked(
    url: str, split: Split, descriptions: list[dict[str, Any]], shares: list[float]
) -> list[Row]:
    rows = []
    await product.load(url, split, descriptions)
    for share in shares:
        async with product.serving_as_of(url, split, share) as caller:
            asked = await product.recommendations(caller, split)
        name = f"{_OURS}, exploration {share:g}"
        rows.append(Row(name, measure(asked.lists, split), asked.median_ms))
    async with product.serving_as_of(url, split, shares[0]) as caller:
        asked = await product.similar(caller, split)
    among = measure(asked.lists, split.among(asked.lists))
    return [*rows, Row("similar to the latest", among, asked.median_ms)]


if __name__ == "__main__":
    typer.run(main)
