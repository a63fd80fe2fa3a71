"""`make bench-ranking`: what `feedSignals` takes for 200 candidates, without HTTP, on PostgreSQL.

A database is filled with described posts, the log is followed to its end, and then one user after
another is asked for, each with other candidates, the popular ones most often.
"""

import asyncio
import random
import statistics
import time
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bench.databases.clusters import postgres
from bench.databases.filling import SECRET, fill
from models.database.database import Database
from models.following.writer import follower_writer
from models.vocabulary import PrivacyLevel
from resolvers.clock import system_clock
from resolvers.following.follower import Follower
from resolvers.identity import Identity
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.following import CoEngagement
from resolvers.signals.ranking import RankingRules, rank

CANDIDATES = 200
WARMING, ASKED = 50, 500
_RULES = RankingRules(Scoring(), PrivacyLevel.FULL)

_console = Console()


def main(
    rows: Annotated[int, typer.Option(help="Interactions.")] = 1_000_000,
    posts: Annotated[int, typer.Option(help="Described posts.")] = 50_000,
    hashtags: Annotated[int, typer.Option(help="Hashtags, three of them a post.")] = 1_000,
) -> None:
    """Fill a database, and print what half of the requests took at most, and 99 of 100."""
    users = rows // 50
    with postgres() as url:
        database = Database.at(url)
        asyncio.run(fill(database, rows, users, posts, hashtags=hashtags))
        _console.print(f"followed in {asyncio.run(_follow(database)):.0f} s")
        took_ms = uvloop.run(_measure(database, users, posts))
    p50, p99 = statistics.median(took_ms), statistics.quantiles(took_ms, n=100)[98]
    _console.print(f"{CANDIDATES} candidates, {rows:,} rows: {p50:.1f} ms (p99 {p99:.1f})")


async def _follow(database: Database) -> float:
    """Follow the log to its end, and put together what came of it; the seconds that took."""
    started = time.monotonic()
    async with database.reading(), follower_writer(database) as writer:
        follower = Follower(CoEngagement(Scoring().user_half_life), writer)
        while await follower.step():
            pass
    return time.monotonic() - started


async def _measure(database: Database, users: int, posts: int) -> list[float]:
    draw, identity = random.Random(4), Identity(SECRET)  # noqa: S311 (which, no secret)
    took_ms = []
    async with database.reading():
        for _ in range(WARMING + ASKED):
            alias = identity.alias(f"user-{draw.randint(1, users)}")
            asked: dict[str, None] = {}
            while len(asked) < CANDIDATES:
                asked[f"post-{int(posts ** draw.random())}"] = None
            started = time.perf_counter()
            await rank(alias, list(asked), system_clock(), _RULES)
            took_ms.append(1000 * (time.perf_counter() - started))
    return took_ms[WARMING:]


if __name__ == "__main__":
    typer.run(main)
