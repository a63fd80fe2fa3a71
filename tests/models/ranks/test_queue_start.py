"""Where the queue of ranks starts on PostgreSQL: past what is gone, and before what may come."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from models.database.database import Database, fetch
from models.database.postgres import COMMANDS, Connection, connect
from models.following import rank_queue
from models.following.queue_start import Moment, QueueStart
from models.following.rank_queue import Step
from models.following.writer import follower_writer
from models.reading import rankings, recount
from models.records import Subject
from models.vocabulary import SubjectKind
from resolvers.following.ranks import drain, queued_commits, rank_step
from tests.support.sql import run

ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
QUEUE = "INSERT INTO rank_changes (size, users, posts) "
BEFORE = "SELECT users FROM rank_changes WHERE size = 0"
LAST = "SELECT max(id) FROM rank_changes"
SNAPSHOT = "ISOLATION LEVEL REPEATABLE READ"


class Meter:
    """Reads as `fetch` does, and tells how many pages of the queue the database looked at."""

    def __init__(self) -> None:
        self.pages = 0

    async def fetch(
        self, statement: str, arguments: Sequence[Any], *, walks: bool = False
    ) -> Sequence[Any]:
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        ((plan,),) = await fetch(explained, arguments)
        self.pages += _pages(json.loads(plan)[0]["Plan"])
        return await fetch(statement, arguments)


def _pages(plan: dict[str, Any]) -> int:
    own = 0
    if plan.get("Relation Name") == "rank_changes":
        own = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return int(own) + sum(map(_pages, plan.get("Plans", ())))


@asynccontextmanager
async def transaction(url: str, isolation: str = "") -> AsyncIterator[Connection]:
    """A transaction of somebody else, who ends it by the connection."""
    connection = await connect(Database.at(url).credentials, COMMANDS)
    try:
        await connection.execute(f"BEGIN {isolation}")
        yield connection
    finally:
        await connection.close()


async def commit(url: str, posts: int) -> None:
    """Queue so many commits, each of a post of its own."""
    await run(
        url, f"{QUEUE} SELECT 1, '[]', '[\"p' || n || '\"]' FROM generate_series(1, {posts}) n"
    )


@ON_POSTGRES
async def test_nobody_reads_what_has_gone_through_the_queue(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much it is that somebody else, who reads as of before, still keeps there."""
    database, meter, pages = Database.at(database_url), Meter(), list[int]()
    monkeypatch.setattr(rankings, "fetch_current", meter.fetch)
    for module in (rank_queue, recount):
        monkeypatch.setattr(module, "fetch", meter.fetch)
    async with (
        database.reading(),
        transaction(database_url, SNAPSHOT) as old,
    ):
        await old.execute("SELECT FROM rank_changes")
        for commits in (1_500, 3_000):
            await commit(database_url, commits)
            await drain(database)
            await commit(database_url, 3)
            meter.pages = 0

            await rankings.best_posts(10)
            await rankings.ranked(SubjectKind.USER, 10)
            await rankings.ranks(SubjectKind.USER, ["u"], 100)
            first, last = Subject(SubjectKind.POST, ""), Subject(SubjectKind.POST, "z")
            assert len(await recount.pending_between(recount.TARGETS, first, last)) == 3
            assert await queued_commits() == 3
            pages.append(meter.pages)

    assert pages[1] <= pages[0] + 10
    assert pages[1] < 100


@ON_POSTGRES
@pytest.mark.parametrize(("before", "after"), [(2, 0), (0, 2), (2, 2)])
async def test_what_is_committed_late_is_ranked_all_the_same(
    before: int, after: int, database_url: str
) -> None:
    """Whatever numbers have gone when it comes; readers see that it waits."""
    database = Database.at(database_url)
    async with database.reading(), transaction(database_url) as late:
        await commit(database_url, before)
        await late.execute(f"{QUEUE} VALUES (1, '[]', '[\"late\"]')")
        await commit(database_url, after)
        await drain(database)
        assert await queued_commits() == 0

        await late.execute("COMMIT")

        assert await queued_commits() == 1
        await drain(database)
        assert await queued_commits() == 0


@ON_POSTGRES
async def test_a_number_that_is_never_used_is_passed(database_url: str) -> None:
    """As soon as whoever had it is known to have ended."""
    database = Database.at(database_url)
    async with database.reading(), transaction(database_url) as other:
        await other.execute(f"{QUEUE} VALUES (1, '[]', '[\"undone\"]')")
        await commit(database_url, 1)
        await drain(database)
        await other.execute("ROLLBACK")

        await commit(database_url, 1)
        ((last,),) = await run(database_url, LAST)
        await drain(database)

    ((users,),) = await run(database_url, BEFORE)
    assert json.loads(users)[0] == last


@ON_POSTGRES
async def test_a_copy_whose_numbers_begin_anew_is_ranked(database_url: str) -> None:
    """As one by logical replication, which copies no sequences."""
    database = Database.at(database_url)
    async with database.reading():
        await commit(database_url, 50)
        await drain(database)
        await run(database_url, "SELECT setval('rank_changes_id_seq', 1)")
        await commit(database_url, 2)

        async with follower_writer(database) as writer:
            steps = [await rank_step(writer), await rank_step(writer)]

    assert steps == [Step(2, has_more=False), Step(0, has_more=False)]


@ON_POSTGRES
async def test_nothing_is_written_where_nothing_waits(database_url: str) -> None:
    """Whoever looks leaves the row that says where the queue starts as it is."""
    database = Database.at(database_url)
    async with database.reading():
        await commit(database_url, 1)
        await drain(database)
        ((before,),) = await run(database_url, LAST)

        await drain(database)

    assert await run(database_url, LAST) == [(before,)]


@pytest.mark.parametrize(
    ("now", "taken", "until", "before"),
    [
        (Moment(20, 90, 100), [11, 12, 15], 99, 12),  # 13 and 14 may still come
        (Moment(20, 100, 100), [11, 12, 15], 99, 20),  # nobody writes
        (Moment(20, 100, 100), [11, 12], 12, 12),  # what is behind it was not looked at
        (Moment(20, 95, 100), [11, 12, 18], 99, 16),  # whoever had numbers up to 16 has ended
        (Moment(20, 30, 40), [11], 99, 16),  # copied to a server that counts transactions anew
    ],
)
def test_it_passes_what_is_taken_and_what_never_comes(
    now: Moment, taken: list[int], until: int, before: int
) -> None:
    """And nothing that may still be committed."""
    start = QueueStart(10, before=9, numbered=16, horizon=95)

    assert start.moved(now, taken, until).before == before
