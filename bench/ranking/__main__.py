"""`make bench-ranking`: what `feedSignals` and `recommendations` take on PostgreSQL, without HTTP.

A database is filled with described posts, the log is followed to its end, and then one user after
another is asked for: each with 200 other candidates, the popular ones most often, and for a page.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple, TypeAlias

import typer
import uvloop
from rich.console import Console

from bench.databases.clusters import postgres
from bench.databases.filling import SECRET, fill
from bench.databases.following import follow
from models.database.database import Database
from models.vocabulary import PrivacyLevel
from resolvers.clock import system_clock
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.scoring.weights import Scoring
from resolvers.signals.ranking import RankingRules, rank
from resolvers.signals.recommending.asked import Asked
from resolvers.signals.recommending.recommender import Recommender

CANDIDATES, PAGE, EXPLORATION = 200, 20, 0.1
WARMING, ASKED = 50, 500
_RULES = RankingRules(Scoring(), PrivacyLevel.FULL)

_console = Console()

Ask: TypeAlias = Callable[[str, random.Random], Awaitable[object]]


class Took(NamedTuple):
    """What each request took, in milliseconds: in all, and of this process's processor time."""

    wall_ms: list[float]
    own_ms: list[float]


def main(
    rows: Annotated[int, typer.Option(help="Interactions.")] = 1_000_000,
    posts: Annotated[int, typer.Option(help="Described posts.")] = 50_000,
    hashtags: Annotated[int, typer.Option(help="Hashtags, three of them a post.")] = 1_000,
) -> None:
    """Fill a database, and print what half of the requests took at most, and 99 of 100.

    Beside it stands what half of them took of this process, as others may be at work.
    """
    users = rows // 50
    with postgres() as url:
        database = Database.at(url)
        asyncio.run(fill(database, rows, users, posts, hashtags=hashtags))
        _console.print(f"followed in {asyncio.run(follow(database)):.0f} s")
        took = {
            f"{CANDIDATES} candidates": uvloop.run(_measure(database, users, _ranking(posts))),
            f"a page of {PAGE}": uvloop.run(_measure(database, users, _recommending())),
        }
    for what, times in took.items():
        p50, p99 = statistics.median(times.wall_ms), statistics.quantiles(times.wall_ms, n=100)[98]
        own = statistics.median(times.own_ms)
        _console.print(
            f"{what}, {rows:,} rows: {p50:.1f} ms (p99 {p99:.1f}, own processor {own:.1f})"
        )


async def _measure(database: Database, users: int, ask: Ask) -> Took:
    draw, identity = random.Random(4), Identity(SECRET)  # noqa: S311 (which, no secret)
    wall, own = [], []
    async with database.reading():
        for _ in range(WARMING + ASKED):
            asking = ask(identity.alias(f"user-{draw.randint(1, users)}"), draw)
            started = time.perf_counter(), time.process_time()
            await asking
            wall.append(1000 * (time.perf_counter() - started[0]))
            own.append(1000 * (time.process_time() - started[1]))
    return Took(wall[WARMING:], own[WARMING:])


def _ranking(posts: int) -> Ask:
    """Ask for the signals of as many candidates as may be."""

    def ask(alias: str, draw: random.Random) -> Awaitable[object]:
        asked: dict[str, None] = {}
        while len(asked) < CANDIDATES:
            asked[f"post-{int(posts ** draw.random())}"] = None
        return rank(alias, list(asked), system_clock(), _RULES)

    return ask


def _recommending() -> Ask:
    """Ask for a page as the server makes it, exploring included."""
    recommender = Recommender(_RULES, EXPLORATION, IdCipher(bytes(32)))

    def ask(alias: str, draw: random.Random) -> Awaitable[object]:
        return recommender.recommend(Asked(alias, first=PAGE), system_clock())

    return ask


if __name__ == "__main__":
    typer.run(main)
