"""`make bench-peers`: the same work over the same database by Trailmark and by its peers."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.databases.clusters import postgres
from bench.databases.filling import fill
from bench.databases.following import follow
from bench.databases.subjects import subjects
from bench.load import wrk
from bench.load.workloads import WORKLOADS
from bench.peers.installing import install, versions
from bench.peers.measuring import Course, Result, measured
from bench.peers.postgres import settings, version, warm
from bench.peers.report import check, costs, own_versions, rows, table, write
from bench.peers.servers import PEERS
from bench.peers.statements import LEAN, create, create_lean, drop
from models.database.database import Database

MOST = 64  # connections of a pool: no more than requests under way

_console = Console()


def main(
    size: Annotated[int, typer.Option("--rows", min=1_000, help="Interactions to fill in.")],
    peers: Annotated[str, typer.Option(help="Which servers, by commas.")] = ",".join(PEERS),
    workloads: Annotated[str, typer.Option(help="What, by commas.")] = ",".join(WORKLOADS),
    seconds: Annotated[float, typer.Option(min=0.5, help="Of each workload, after 2 more.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, help="Of all; the middle one counts.")] = 3,
    pools: Annotated[str, typer.Option(help="Pool sizes to try in place of the best.")] = "",
    out: Annotated[Path | None, typer.Option(help="The page to write the figures into.")] = None,
) -> None:
    """Fill a database, measure every server on it, and write what was measured."""
    results = _results(_chosen("peers", peers, PEERS), pools)
    asked = _chosen("workloads", workloads, WORKLOADS)
    if out is not None:
        check(out)
    install()
    with postgres() as url:
        database = Database.at(url)
        files = {result.peer.sql for result in results}
        conditions = asyncio.run(_filled(database, size, files))
        users, posts = asyncio.run(subjects(database, *_subjects(size)))
        for file in sorted(files):
            asyncio.run(warm(database, users, posts, file))
        course = Course(asked, seconds, rounds, users, posts)
        measured(database, results, course, _console.print)
        asyncio.run(drop(database))
    _console.print(table(rows(results, asked)), table(costs(results, asked)))
    if out is not None:
        conditions["Load by"] = "wrk" if wrk.is_there() else "connections of our own"
        conditions["Each figure"] = f"{seconds:g} seconds, the middle one of {rounds} by its rate"
        write(out, results, asked, conditions)


def _chosen(option: str, given: str, known: Iterable[str]) -> list[str]:
    names = given.split(",")
    if unknown := [name for name in names if name not in known]:
        allowed = ", ".join(known)
        raise typer.BadParameter(f"--{option}: got {unknown[0]!r}; allowed are {allowed}")
    return names


def _results(names: list[str], pools: str) -> list[Result]:
    sizes = _sizes(pools) if pools else []
    return [
        Result(PEERS[name], size)
        for name in names
        for size in (sizes if sizes and PEERS[name].pool else [PEERS[name].pool])
    ]


def _sizes(given: str) -> list[int]:
    sizes = given.split(",")
    if wrong := [size for size in sizes if not size.isdecimal() or not 0 < int(size) <= MOST]:
        message = f"--pools: got {wrong[0]!r}; allowed are numbers from 1 to {MOST} by commas"
        raise typer.BadParameter(message)
    return [int(size) for size in sizes]


def _subjects(size: int) -> tuple[int, int]:
    """How many users and posts there are for so many rows."""
    return max(size // 50, 20), max(size // 500, 100)


async def _filled(database: Database, size: int, files: set[str]) -> dict[str, str]:
    """Fill the database; the conditions that all are measured under."""
    users, posts = _subjects(size)
    await fill(database, size, users, posts)
    await follow(database)
    await create(database)
    if LEAN in files:
        await create_lean(database)
    server = ", ".join(f"{name} {value}" for name, value in (await settings(database)).items())
    peers = ", ".join(f"{name} {value}" for name, value in versions().items())
    return {
        "Filled with": f"{size:,} interactions of {users:,} users with {posts:,} posts",
        "PostgreSQL": f"{await version(database)}, {server}",
        "Trailmark": own_versions(),
        "Peers": peers,
    }


if __name__ == "__main__":
    typer.run(main)
