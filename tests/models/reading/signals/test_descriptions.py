"""Posts by what they carry: the newest of each value, off an index."""

import pytest

from models.database.database import Database
from models.reading.signals import descriptions
from models.reading.signals.descriptions import PostDescription, descriptions_of, posts_with
from models.records import Subject
from models.vocabulary import FacetKind, SubjectKind
from tests.support.signals.plans import Planner
from tests.support.sql import run

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) {}"


async def plant(url: str, *facets: tuple[str, FacetKind, str, int]) -> None:
    """Facets by post, kind, value and instant."""
    rows = ", ".join(
        f"('{post}', {int(kind)}, '{value}', {at})" for post, kind, value, at in facets
    )
    await run(url, f"INSERT INTO post_facets (post_id, facet, value, at) VALUES {rows}")


async def plant_many(url: str, count: int) -> None:
    """As many posts, each with one of a hundred hashtags, and one of them that all have."""
    for value in ("CAST(i % 100 AS TEXT)", "'all'"):
        select = f"SELECT 'p' || CAST(i AS TEXT), 2, {value}, i FROM n"
        statement = "INSERT INTO post_facets (post_id, facet, value, at) "
        await run(url, statement + NUMBERS.format(count, select))
    await run(url, "ANALYZE post_facets")


async def test_posts_with_a_value_are_the_newest_of_each(database_url: str) -> None:
    """At most so many a value, ties with the higher id first, none older than asked for."""
    tag, kind = FacetKind.HASHTAG, FacetKind.CONTENT_TYPE
    await plant(
        database_url,
        ("a", tag, "x", 1),
        ("b", tag, "x", 3),
        ("c", tag, "x", 3),
        ("d", tag, "x", 2),
        ("a", tag, "y", 1),
        ("e", kind, "x", 9),
    )

    async with Database.at(database_url).reading():
        all_of_them = await posts_with(tag, ["x", "y", "z"], 10)
        two = await posts_with(tag, ["x"], 2)
        since = await posts_with(tag, ["y", "x"], 10, since=2)

    assert all_of_them == {"x": ["c", "b", "d", "a"], "y": ["a"], "z": []}
    assert two == {"x": ["c", "b"]}
    assert since == {"y": [], "x": ["c", "b", "d"]}


async def test_asking_for_none_reads_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No values, no posts, no room for any."""
    planner = Planner()
    monkeypatch.setattr(descriptions, "fetch_current", planner.fetch)

    async with Database.at(database_url).reading():
        assert await posts_with(FacetKind.AUTHOR, [], 10) == {}
        assert await posts_with(FacetKind.AUTHOR, ["x"], 0) == {"x": []}
        assert await descriptions_of([]) == {}

    assert planner.plans == []


@pytest.mark.parametrize("since", [None, 100])
async def test_the_newest_are_read_off_an_index(
    database_url: str, monkeypatch: pytest.MonkeyPatch, since: int | None
) -> None:
    """The index of each value is walked from its end, however many carry it."""
    await plant_many(database_url, 10_000)
    planner = Planner()
    monkeypatch.setattr(descriptions, "fetch_current", planner.fetch)

    async with Database.at(database_url).reading():
        found = await posts_with(FacetKind.HASHTAG, ["all", "7", "none"], 3, since)

    (plan,) = planner.plans
    assert found == {
        "all": ["p10000", "p9999", "p9998"],
        "7": ["p9907", "p9807", "p9707"],
        "none": [],
    }
    assert "idx_post_facets_facet" in plan
    assert "SCAN f" not in plan
    assert "SCAN p" not in plan
    assert "Seq Scan" not in plan


async def test_descriptions_are_read_in_one_query(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of posts that nobody described are left out."""
    select = "SELECT 'p' || CAST(i AS TEXT), i = 5, i FROM n"
    columns = "INSERT INTO posts (post_id, deleted, described_at) "
    await run(database_url, columns + NUMBERS.format(2_000, select))
    await run(
        database_url,
        "UPDATE posts SET content_type = 'text', hashtags = '[\"é\",\"b\"]', "
        "places = '[[5,\"g\"],[6,\"h\"]]', author_alias = 'u_a', created_at = 9 "
        "WHERE post_id = 'p7'",
    )
    await run(database_url, "ANALYZE posts")
    planner = Planner()
    monkeypatch.setattr(descriptions, "fetch_current", planner.fetch)

    async with Database.at(database_url).reading():
        found = await descriptions_of(["p5", "p7", "none"])

    places = (Subject(SubjectKind.GROUP, "g"), Subject(SubjectKind.COMMUNITY, "h"))
    assert found == {
        "p5": PostDescription("p5", deleted=True),
        "p7": PostDescription("p7", "u_a", "text", ("é", "b"), places, created_at=9),
    }
    (plan,) = planner.plans
    assert "Seq Scan" not in plan
    assert "SCAN posts" not in plan
