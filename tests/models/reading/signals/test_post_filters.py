"""Filters of posts: the ranking in SQL takes what a filter takes of descriptions."""

from random import Random
from time import perf_counter

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.reading import rankings
from models.reading.signals.post_filters import PostFilter
from models.records import Changes, Known, Wanted
from models.signal_records import StoredPost
from models.vocabulary import FacetKind
from resolvers.scoring.ranked import best_posts
from resolvers.signals.descriptions import descriptions_of, facet_rows
from resolvers.signals.filters import passes
from tests.support.signals.plans import Planner
from tests.support.sql import run

VALUES = ["a", "b", "c"]
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) {}"


async def plant_scores(url: str, count: int) -> None:
    """Posts `p1` to `pN`, the first the highest."""
    columns = "INSERT INTO scores (subject_kind, subject_id, count, positive, negative)"
    empty = "X'0000000000'" if Database.at(url).is_embedded else "'\\x0000000000'::bytea"
    id, key = "'p' || CAST(i AS TEXT)", f"i - {count + 1}"
    select = f"SELECT 1, {id}, 1, {empty}, {empty} FROM n"
    await run(url, f"{columns} {NUMBERS.format(count, select)}")
    columns = "INSERT INTO ranks (subject_kind, subject_id, rank_key)"
    await run(url, f"{columns} {NUMBERS.format(count, f'SELECT 1, {id}, {key} FROM n')}")
    totals = "INSERT INTO totals (subject_kind, subject_id, action, count, folded, bare, last_at) "
    select = f"SELECT 1, {id}, 1, 1, 0, 0, 0 FROM n"
    await run(url, f"{totals} {NUMBERS.format(count, select)}")


async def store(url: str, posts: list[StoredPost]) -> None:
    """Descriptions, and what is made of them."""

    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number, posts={each.post_id: each for each in posts})
        for each in posts:
            changes.facets |= facet_rows(each)
        return changes, None

    ledger = open_ledger(Database.at(url))
    await ledger.transact(Wanted(), judged)
    await ledger.close()


def described(random: Random, number: int) -> StoredPost:
    tags = random.sample(VALUES, random.randint(0, 3))
    return StoredPost(
        post_id=f"p{number}",
        author_alias=random.choice([None, "u_a", "u_b"]),
        content_type=random.choice([None, *VALUES]),
        hashtags=str(tags).replace("'", '"') if tags else None,
        places=random.choice([None, '[[5,"a"]]', '[[5,"a"],[6,"a"]]']),
        created_at=random.choice([None, 1, 2, 3]),
        deleted=random.random() < 0.2,
        described_at=2,
    )


def chosen(random: Random) -> PostFilter:
    values = {
        FacetKind.HASHTAG: VALUES,
        FacetKind.CONTENT_TYPE: VALUES,
        FacetKind.AUTHOR: ["u_a", "u_b"],
        FacetKind.PLACE: ["GROUP:a", "COMMUNITY:a"],
    }
    kinds = random.sample(list(values), random.randint(0, 3))
    facets = {
        kind: tuple(random.sample(values[kind], random.randint(1, len(values[kind]))))
        for kind in kinds
    }
    return PostFilter(facets, random.choice([None, None, 2, 3]))


async def test_a_ranking_takes_what_the_filter_takes(database_url: str) -> None:
    """Of random descriptions by random filters, in order, deleted posts never."""
    random = Random(7)  # noqa: S311 (any dice will do)
    await plant_scores(database_url, 60)
    await store(database_url, [described(random, number) for number in range(1, 51)])
    ids = [f"p{number}" for number in range(1, 61)]
    taken = 0

    async with Database.at(database_url).reading():
        known = await descriptions_of(ids)
        for _ in range(100):
            filter = chosen(random)
            found = await best_posts(100, filter=filter)
            expected = [each for each in ids if passes(filter, known.get(each))]
            taken += len(expected)
            assert [each.id for each in found] == expected

    assert taken > 500


async def test_the_ranking_is_walked_along_its_index(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a filter, behind a place and without either: nothing is sorted that has no bound."""
    await plant_scores(database_url, 12_000)
    await store(database_url, [StoredPost("p3", None, "a", None, None, None, True, 0)])
    await run(database_url, "ANALYZE")
    planner = Planner()
    monkeypatch.setattr(rankings, "fetch_current", planner.fetch)
    by_type = PostFilter({FacetKind.CONTENT_TYPE: ("a",)})

    async with Database.at(database_url).reading():
        first = await best_posts(3)
        second = await best_posts(2, first[-1].place)
        none = await best_posts(2, filter=by_type)

    assert [each.id for each in first + second] == ["p1", "p2", "p4", "p5", "p6"]
    assert none == []
    for plan in planner.plans:
        assert "idx_ranks_subject" in plan
        assert "Seq Scan on ranks" not in plan
        assert "Seq Scan on scores" not in plan
    for plan in planner.plans[:2]:
        assert "Sort Key: r." not in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.slow
async def test_a_filter_looks_at_no_more_than_the_highest(database_url: str) -> None:
    """Four times as many posts take as long, where the filter takes none of them."""
    by_tag = PostFilter({FacetKind.HASHTAG: ("nowhere",), FacetKind.CONTENT_TYPE: ("a",)})
    taken = []
    for count in (20_000, 80_000):
        await run(database_url, "DELETE FROM scores")
        await run(database_url, "DELETE FROM ranks")
        await run(database_url, "DELETE FROM totals")
        await plant_scores(database_url, count)
        await run(database_url, "ANALYZE")
        async with Database.at(database_url).reading():
            await best_posts(10, filter=by_tag)
            begun = perf_counter()
            for _ in range(5):
                assert await best_posts(10, filter=by_tag) == []
            taken.append((perf_counter() - begun) / 5)

    assert taken[1] < 3 * taken[0], taken
