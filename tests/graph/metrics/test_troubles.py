"""What /metrics tells while something is wrong or under way: the database, chores, subscribers."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from graph.metrics.rounds import Rounds
from graph.server.housekeeping import Chore, do_round
from models.database.database import Database, snapshot
from models.ledger.ledger import Ledger
from models.records import Micros
from tests.support.client import Caller, FixedClock
from tests.support.durability.server import until_awaited
from tests.support.live.feeds import feeding, usual
from tests.support.metrics.scraping import Scraped, scrape

VIEW = {"userId": "ann", "action": "VIEW", "postId": "p"}
FOLLOW = "subscription Follow { interactions { type } }"
RECORDING = """mutation {
  recordInteraction(input: {userId: "ann", action: VIEW, postId: "p"}) { outcome }
}"""


async def test_a_database_that_does_not_commit_is_told(sqlite: Caller, tmp_path: Path) -> None:
    """Until it commits again; what it did not store is counted as such."""
    file, moved = tmp_path / "trailmark.db", tmp_path / "moved.db"
    os.rename(file, moved)
    await sqlite.errors(RECORDING)
    away = await scrape(sqlite.http)
    os.rename(moved, file)
    await sqlite.record(**VIEW)
    back = await scrape(sqlite.http)

    assert away.number("trailmark_writer_in_trouble", lane="0") == 1
    assert away.number("trailmark_failed_commits_total", lane="0") == 1
    assert away.number("trailmark_inputs_total", action="VIEW", outcome="UNSTORED") == 1
    assert away.number("trailmark_operations_total", kind="mutation", outcome="OVERLOADED") == 1
    assert back.number("trailmark_writer_in_trouble", lane="0") == 0
    assert back.number("trailmark_failed_commits_total", lane="0") == 1
    assert back.number("trailmark_inputs_total", action="VIEW", outcome="CREATED") == 1


async def test_connections_that_are_used_are_told(caller: Caller) -> None:
    """A snapshot has one of PostgreSQL's to itself, and one beside those to a file."""
    async with snapshot():
        told = await scrape(caller.http)
        while told.number("trailmark_pool_waiting_readers"):  # connections are just being made
            told = await scrape(caller.http)

    used = 0 if caller.url.startswith("sqlite") else 1
    assert told.number("trailmark_pool_connections", state="used") >= used


async def test_chores_that_fail_are_counted_and_spoil_the_round(sqlite: Caller) -> None:
    """The next round that goes well says when it did."""
    works = True

    async def work(ledger: Ledger, now: Micros) -> str:
        if not works:
            raise RuntimeError
        return ""

    rounds, database = Rounds(), Database.at(sqlite.url)
    chores = [Chore("work", work)]
    rounds.expect([chore.name for chore in chores])

    works = False
    await do_round(database, sqlite.clock, chores, rounds)
    failed = rounds.succeeded_at, dict(rounds.failures)
    works = True
    await do_round(database, sqlite.clock, chores, rounds)
    nowhere = Database.at("postgres://trailmark@127.0.0.1:1/none")
    await do_round(nowhere, sqlite.clock, chores, rounds)

    assert failed == (0.0, {"housekeeping": 0, "work": 1})
    assert rounds.succeeded_at > 1_600_000_000
    assert rounds.failures == {"housekeeping": 1, "work": 1}


async def test_subscriptions_are_told_while_they_are_under_way(
    sqlite_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """With the answers that they got; once they have ended they are counted by their name."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with feeding(usual(f"sqlite://{file}"), clock) as feed:
        http = feed.caller.http
        async with feed.subscribed(FOLLOW) as subscriber:
            first = asyncio.create_task(subscriber.event())
            await _until(http, lambda told: told.number("trailmark_subscriptions") == 1)
            await feed.caller.record(**VIEW)
            assert await first == {"type": "RECORDED"}
            during = await scrape(http)
        await _until(http, lambda told: told.number("trailmark_subscriptions") == 0)
        after = await scrape(http)

    assert during.number("trailmark_subscription_events_total") == 1
    assert during.number("trailmark_operations_total", kind="subscription") == 0
    assert after.number("trailmark_operations_total", kind="subscription", outcome="ok") == 1
    assert after.number("trailmark_dropped_subscriptions_total") == 0


async def _until(http: httpx.AsyncClient, is_so: Callable[[Scraped], bool]) -> None:
    async def holds() -> bool:
        return is_so(await scrape(http))

    await until_awaited(holds)
