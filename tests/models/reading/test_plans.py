"""Plans of reads on PostgreSQL: what is of a user or about a target is found by its hash."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set
from typing import Any

import pytest
from tortoise import BaseDBAsyncClient

from bench.databases.filling import fill
from models.database.database import Database, fetch_by
from models.reading import ahead, history, recount, user_data
from models.reading.filters import EVERYTHING, Filter
from models.reading.history import HistorySlice
from models.reading.signals import members, preferences, unseen
from models.reading.signals.co_engagement import latest_engagements
from models.reading.signals.deeds import deeds, deeds_on
from models.records import Subject
from models.vocabulary import SubjectKind
from tests.support.databases import postgres_server
from tests.support.recording.plans import Scan, scans
from tests.support.sql import run

ANN, POSTS = "u_" + "a" * 32, ["p1", "p2", "p3"]
PAGE = HistorySlice(21)
GROUP = Subject(SubjectKind.GROUP, "g")
USER, KIND = "idx_interactions_user", "idx_interactions_user_kind"
BOTH, TARGET = "idx_interactions_user_target", "idx_interactions_target"
PLANTED = """INSERT INTO interactions (id, seq, user_alias, action, target_kind, target_id,
    occurred_at, recorded_at, status, recommended)
SELECT n, n, 'u_' || md5((n % {1})::text), 1, 1, 'p' || n % {2}, n, n, 0, FALSE
FROM generate_series(1, {0}) n"""

Read = Callable[[], Awaitable[Any]]


async def _rows_of(axis: recount.Axis, subject: Subject) -> None:
    async for _ in recount.rows_of(axis, [subject]):
        pass


READS: dict[str, tuple[Read, set[str]]] = {
    "a user's history": (lambda: history.histories("user", [ANN], EVERYTHING, PAGE), {USER}),
    "a user's history by action": (
        lambda: history.histories("user", [ANN], Filter(actions=(1,)), PAGE),
        {USER},
    ),
    "a post's history": (lambda: history.histories("post", POSTS, EVERYTHING, PAGE), {TARGET}),
    "a user's history of a post": (
        lambda: history.histories("user", [ANN], Filter(post_ids=("p1",)), PAGE),
        {BOTH},
    ),
    "a post's history of a user": (
        lambda: history.histories("post", POSTS, Filter(user_aliases=(ANN,)), PAGE),
        {BOTH},
    ),
    "sizes of histories": (lambda: history.sizes("user", [ANN], EVERYTHING, PAGE), {USER}),
    "one size of several": (
        lambda: history.merged_size("user", [ANN], EVERYTHING, 100),
        {USER},
    ),
    "all of a user": (lambda: user_data.rows_after(ANN, user_data.BEGINNING, 100), {USER}),
    "ahead, of users": (lambda: ahead.counted_after(SubjectKind.USER, [ANN], 0), {USER}),
    "ahead, of posts": (lambda: ahead.counted_after(SubjectKind.POST, POSTS, 0), {TARGET}),
    "recounted, of a user": (
        lambda: _rows_of(recount.USERS, Subject(SubjectKind.USER, ANN)),
        {USER},
    ),
    "recounted, of a post": (
        lambda: _rows_of(recount.TARGETS, Subject(SubjectKind.POST, "p1")),
        {TARGET},
    ),
    "deeds": (lambda: deeds(ANN, POSTS, people=5), {USER, KIND, BOTH}),
    "deeds on posts": (lambda: deeds_on(ANN, POSTS), {BOTH}),
    "what is seen": (lambda: unseen.seen_among(ANN, POSTS), {BOTH}),
    "what members engage with": (
        lambda: members.engaged_by_members(ANN, [GROUP], [1]),
        {USER, TARGET},
    ),
    "preferences": (lambda: preferences.parts_of([ANN], 0), {USER}),
    "engagements": (lambda: latest_engagements(ANN, [1], 100), {USER}),
}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_reads_go_by_hashes_before_any_statistics(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the arguments or for any, whatever PostgreSQL knows of the tables by then.

    For preferences it may look into the index of instants besides, while there are so few.
    """
    await run(database_url, PLANTED.format(3_000, 50, 20))

    await _check(database_url, monkeypatch, READS.keys() - {"preferences"})


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_page_goes_along_its_index_whatever_statistics_say(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads no more rows than it shows, and sorts nothing."""
    await run(database_url, PLANTED.format(20_000, 400, 200))
    await run(database_url, "ANALYZE interactions")
    asked = _noted(monkeypatch)
    pages = ("a user's history", "a post's history", "a user's history of a post")
    database = Database.at(database_url)
    async with database.reading(), database.connected() as server:
        for name in pages:
            await READS[name][0]()
        plans = [
            [row[0] for row in await server.fetch(f"EXPLAIN {statement}", *arguments)]
            for statement, arguments in asked
        ]

    for plan in plans:
        page = plan[: next(at for at, line in enumerate(plan) if "One-Time Filter" in line)]
        assert any("Index Scan Backward using idx_interactions_" in line for line in page)
    assert len(plans) == len(pages)


@pytest.mark.slow
def test_reads_go_by_hashes_in_a_large_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rows, and statistics of them."""

    async def check(url: str) -> None:
        await fill(Database.at(url), 1_000_000, 20_000, 10_000)
        await _check(url, monkeypatch, READS.keys())

    with postgres_server() as url:
        asyncio.run(check(url))


async def _check(url: str, monkeypatch: pytest.MonkeyPatch, names: Set[str]) -> None:
    asked, database = _noted(monkeypatch), Database.at(url)
    found: dict[str, list[Scan]] = {name: [] for name in names}
    async with database.reading(), database.connected() as server:
        for name in names:
            asked.clear()
            await READS[name][0]()
            for statement, arguments in asked:
                found[name] += await scans(server, statement, arguments)

    by = {name: _indexes(each) for name, each in found.items()}
    assert by == {name: READS[name][1] for name in names}


def _noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[Any]]]:
    """The statements that are asked from now on, with their arguments, filled as they come."""
    asked: list[tuple[str, Sequence[Any]]] = []

    async def noting(
        client: BaseDBAsyncClient, statement: str, arguments: Sequence[Any]
    ) -> Sequence[Any]:
        asked.append((statement, arguments))
        return await fetch_by(client, statement, arguments)

    monkeypatch.setattr("models.database.database.fetch_by", noting)
    monkeypatch.setattr("models.replicas.fetching.fetch_by", noting)
    return asked


def _indexes(found: Sequence[Scan]) -> set[str]:
    """By which indexes interactions were looked up; else how they were found."""
    return {
        scan.index if "hashtextextended" in scan.condition else f"{scan.index} {scan.condition}"
        for scan in found
        if scan.table == "interactions"
    }
