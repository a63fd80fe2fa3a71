"""What pages cost: what the database does for them, however long the histories are."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from models.database.database import Database, fetch
from models.reading import history
from models.reading.filters import Filter
from models.reading.history import Found, HistorySlice
from tests.support.recording.histories import plant_views
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test fills a history first

ANN, BOB = "u_" + "a" * 32, "u_" + "b" * 32
POSTS = [f"p{number}" for number in range(45)]
LONG = 15_000
PAGE = HistorySlice(21)
NOWHERE = Filter(sources=("nowhere",))
STEPS = 60  # of SQLite's machine, at most, for a row that it looks at


class Meter:
    """Reads as `fetch_current` does, and adds up the rows that the database looks at for it.

    PostgreSQL says in the plan that it ran how many they were. SQLite counts the instructions of
    its machine, which has some dozen for each.
    """

    def __init__(self, url: str) -> None:
        self._database = Database.at(url)
        self.rows = 0

    async def fetch(
        self, statement: str, arguments: Sequence[Any], *, walks: bool = False
    ) -> Sequence[Any]:
        if not self._database.is_embedded:
            ((plan,),) = await fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", arguments)
            self.rows += _looked_at(json.loads(plan)[0]["Plan"])
            return await fetch(statement, arguments)
        with closing(sqlite3.connect(self._database.path)) as file:
            file.set_progress_handler(self._count, STEPS)
            return file.execute(statement.replace("$", "?"), arguments).fetchall()

    def _count(self) -> int:
        self.rows += 1
        return 0


@pytest.fixture
async def meter(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Meter:
    """A meter of what is read where Ann and Bob have looked at one post 15 000 times each."""
    await plant_views(database_url, 3, alias=ANN, post_id=POSTS[0], first=1)
    await plant_views(database_url, LONG, alias=ANN, post_id="hot", first=1_001)
    await plant_views(database_url, LONG, alias=BOB, post_id="hot", first=100_001)
    await run(database_url, "ANALYZE")
    meter = Meter(database_url)
    monkeypatch.setattr(history, "fetch_current", meter.fetch)
    return meter


async def read(url: str, kind: str, ids: list[str], filter: Filter) -> dict[str, Found]:
    async with Database.at(url).reading():
        return await history.histories(kind, ids, filter, PAGE)


@pytest.mark.parametrize(("kind", "id"), [("user", ANN), ("post", "hot"), ("all", "")])
async def test_a_page_looks_at_ten_thousand_rows_at_most(
    database_url: str, meter: Meter, kind: str, id: str
) -> None:
    """And as many entries of the index, where it ended early, to tell where that was."""
    found = (await read(database_url, kind, [id], NOWHERE))[id]

    assert not found.rows
    assert found.ended_at is not None
    assert 0 < meter.rows <= 2 * 10_000 + 100


@pytest.mark.parametrize(("kind", "id"), [("user", ANN), ("post", "hot"), ("all", "")])
async def test_a_full_page_looks_at_its_own_rows(
    database_url: str, meter: Meter, kind: str, id: str
) -> None:
    """Nothing is read ahead, and nothing sorted."""
    found = (await read(database_url, kind, [id], Filter()))[id]

    assert (len(found.rows), found.ended_at) == (21, None)
    assert 0 < meter.rows <= 3 * 21


async def test_a_users_own_rows_of_many_posts_are_found_at_once(
    database_url: str, meter: Meter
) -> None:
    """Neither the user's history nor the posts' is looked through."""
    found = await read(database_url, "post", [*POSTS, "hot"], Filter(user_aliases=(ANN,)))

    assert {id: len(each.rows) for id, each in found.items() if each.rows} == {"p0": 3, "hot": 21}
    assert all(each.ended_at is None for each in found.values())
    assert 0 < meter.rows <= 10 * len(found)


async def test_a_count_looks_at_ten_thousand_rows_at_most(database_url: str, meter: Meter) -> None:
    """Of one history and of several together."""
    bound = HistorySlice(10_001, bound=10_001)
    async with Database.at(database_url).reading():
        (size,) = (await history.sizes("user", [ANN], NOWHERE, bound)).values()
        merged = await history.merged_size("user", [ANN, BOB], NOWHERE, 10_000)

    assert (size.count, size.ended_at is None, merged) == (0, False, None)
    assert 0 < meter.rows <= 3 * 10_001 + 200


def _looked_at(plan: dict[str, Any]) -> int:
    """The rows of tables that a plan read, those that no condition of an index held as well."""
    rows = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    own = round(rows * plan["Actual Loops"]) if "Relation Name" in plan else 0
    return own + sum(map(_looked_at, plan.get("Plans", ())))
