"""Scores over GraphQL: engagement, trending, and putting them right."""

import asyncio
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.values import kept_sum
from models.vocabulary import ActionType
from resolvers.audit.recalculating import is_current
from resolvers.audit.verifying import Verification, verify
from resolvers.following.ranks import drain
from resolvers.identity import Identity
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.serving import SECRET, serving
from tests.support.sql import run

SCORE = """
query Score($id: ID!) {
  user(id: $id) {
    engagementScore {
      user { alias } score normalized rank updatedAt
      components { action count weight contribution }
    }
  }
}
"""
RECALCULATE = "mutation { recalculateScores { users posts maxDrift } }"


async def score(caller: Caller, user: str) -> dict[str, Any]:
    data = await caller.data(SCORE, id=user)
    found: dict[str, Any] = data["user"]["engagementScore"]
    return found


async def differences() -> list[str]:
    return [difference.what async for difference in verify(Verification(), Scoring())]


async def test_a_user_s_score_is_the_sum_of_its_components(caller: Caller) -> None:
    """Each interaction counts its weight, halved every 14 days; negative weights count 0."""
    await caller.record(userId="ann", action="REPLY", postId="p", occurredAt="2026-11-06T12:00:00Z")
    await caller.record(userId="ann", action="REPLY", postId="p")
    await caller.record(userId="ann", action="REPORT", postId="p")

    found = await score(caller, "ann")

    assert found == {
        "user": {"alias": Identity(SECRET).alias("ann")},
        "score": pytest.approx(9.0, rel=1e-12),
        "normalized": pytest.approx(100 * (1 - 2 ** (-9 / 20)), rel=1e-12),
        "rank": 1,
        "updatedAt": "2026-11-20T12:00:00.000000Z",
        "components": [
            {
                "action": "REPLY",
                "count": 2,
                "weight": 6.0,
                "contribution": pytest.approx(9.0, rel=1e-12),
            },
            {"action": "REPORT", "count": 1, "weight": 0.0, "contribution": 0.0},
        ],
    }


async def test_a_user_without_interactions_has_no_rank(caller: Caller) -> None:
    """A score of 0, no rank, nothing to show; the same after everything was undone."""
    nobody: dict[str, Any] = {"score": 0.0, "normalized": 0.0, "rank": None, "components": []}
    found = await score(caller, "ann")
    assert {name: found[name] for name in nobody} == nobody

    await caller.record(userId="ann", action="SAVE", postId="p")
    await caller.record(userId="ann", action="SAVE", postId="p", undo=True)

    found = await score(caller, "ann")
    assert {name: found[name] for name in nobody} == nobody
    data = await caller.data("{ engagementScores { score } trendingPosts { score } }")
    assert data == {"engagementScores": [], "trendingPosts": []}


async def test_trending_posts_decay_and_never_fall_below_zero(caller: Caller) -> None:
    """Scores halve every 24 hours; a post at or below 0 does not trend; ties go by id."""
    for post, action in (("b", "SHARE"), ("a", "SHARE"), ("c", "HIDE"), ("d", "VIEW")):
        await caller.record(userId="ann", action=action, postId=post)
    query = "{ trendingPosts { post { postId stats { score } } score } }"
    caller.clock.advance(24 * 3600)

    trending = (await caller.data(query))["trendingPosts"]

    half = pytest.approx(2.5, rel=1e-12)
    assert trending == [
        {"post": {"postId": "a", "stats": {"score": half}}, "score": half},
        {"post": {"postId": "b", "stats": {"score": half}}, "score": half},
    ]


async def test_users_rank_by_score_and_ties_by_alias(caller: Caller) -> None:
    """Everyone with interactions is listed, those with a score of 0 last."""
    for user, action in (("ann", "CLICK"), ("bob", "SHARE"), ("eve", "VIEW"), ("joe", "CLICK")):
        await caller.record(userId=user, action=action, postId="p")
    alias = Identity(SECRET).alias

    data = await caller.data("{ engagementScores { rank score user { alias } } }")

    tied = sorted([alias("ann"), alias("joe")])
    expected = [(alias("bob"), 5.0), (tied[0], 1.0), (tied[1], 1.0), (alias("eve"), 0.0)]
    assert [
        (each["rank"], each["user"]["alias"], each["score"]) for each in data["engagementScores"]
    ] == [(rank, who, score) for rank, (who, score) in enumerate(expected, 1)]


@pytest.mark.parametrize("field", ["trendingPosts", "engagementScores"])
@pytest.mark.parametrize("first", [-1, 101])
async def test_lists_hold_0_to_100(caller: Caller, field: str, first: int) -> None:
    """Outside that, BAD_USER_INPUT names `first`."""
    (error,) = await caller.errors(f"{{ {field}(first: {first}) {{ score }} }}")

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "first"}


PLANTED = {
    "UPDATE totals SET count = count + 1 WHERE subject_kind = 1": "POST p FAVORITE count",
    "UPDATE totals SET bare = 1 WHERE subject_kind = 1": "POST p FAVORITE bare count",
    "UPDATE totals SET decayed = NULL WHERE subject_kind = 1": "POST p FAVORITE decayed",
    "DELETE FROM totals WHERE subject_kind = 1": "POST p FAVORITE count",
    "UPDATE ranks SET rank_key = rank_key + 0.000001 WHERE subject_kind = 1": "POST p rank key",
    "DELETE FROM ranks WHERE subject_kind = 1": "POST p rank key",
    "INSERT INTO ranks (subject_kind, subject_id, rank_key) VALUES (1, 'q', -1)": (
        "POST q rank key"
    ),
    "UPDATE scores SET count = 7 WHERE subject_kind = 1": "POST p score's count",
    "UPDATE scores SET negative = positive WHERE subject_kind = 1": "POST p score against",
    "DELETE FROM scores WHERE subject_kind = 1": "POST p score's count",
    "UPDATE activity SET count = 2 WHERE span = 60": (
        "activity of 60 minutes from minute 29919600 FAVORITE count"
    ),
    "UPDATE activity SET count = 2 WHERE span = 1": (
        "activity of 1 minutes from minute 29919600 FAVORITE count"
    ),
}


@pytest.mark.parametrize("statement", PLANTED)
async def test_a_planted_error_is_named_and_put_right(caller: Caller, statement: str) -> None:
    """`verify` names what differs; `recalculateScores` makes it equal its rows again."""
    await caller.record(userId="ann", action="FAVORITE", postId="p")
    await drain(Database.at(caller.url))
    await run(caller.url, statement)
    assert PLANTED[statement] in await differences()

    await caller.data(RECALCULATE)

    assert await differences() == []
    assert await caller.counts("p") == {"FAVORITE": 1}


async def test_a_drift_of_a_millionth_in_a_score_is_told(caller: Caller) -> None:
    """A score whose parts are off reports its relative drift, and is right afterwards."""
    await caller.record(userId="ann", action="FAVORITE", postId="p")
    await caller.record(userId="ann", action="FAVORITE", postId="q")
    await caller.record(userId="bob", action="SHARE", postId="q")
    of_q = "SELECT positive FROM scores WHERE subject_kind = 1 AND subject_id = 'q'"
    q = kept_sum([positive for (positive,) in await run(caller.url, of_q)]) or b""
    kept = f"X'{q.hex()}'" if "sqlite" in caller.url else f"'\\x{q.hex()}'::bytea"
    await run(caller.url, f"UPDATE scores SET positive = {kept} WHERE subject_id = 'p'")

    first = (await caller.data(RECALCULATE))["recalculateScores"]
    second = (await caller.data(RECALCULATE))["recalculateScores"]

    assert first == {"users": 2, "posts": 2, "maxDrift": pytest.approx(5 / 4, rel=1e-9)}
    assert second == {"users": 2, "posts": 2, "maxDrift": 0.0}


async def test_recalculating_beside_writers_loses_nothing(caller: Caller) -> None:
    """Corrections are added to what others recorded meanwhile, and two at once wait in turn."""
    for number in range(20):
        await caller.record(userId=f"u{number}", action="FAVORITE", postId="p")
    await run(caller.url, "UPDATE totals SET count = count + 5")

    await asyncio.gather(
        *(caller.data(RECALCULATE) for _ in range(2)),
        *(
            caller.record(userId=f"v{number}", action="FAVORITE", postId=f"p{number % 2}")
            for number in range(40)
        ),
    )

    assert await differences() == []
    assert await caller.counts("p") == {"FAVORITE": 20}


async def test_new_weights_take_a_recalculation(database_url: str, clock: FixedClock) -> None:
    """Under other weights the order is the old one until recalculated, and the server can tell."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await caller.record(userId="ann", action="FAVORITE", postId="a")
        await caller.record(userId="ann", action="SHARE", postId="b")
        await caller.data(RECALCULATE)
    settings = Settings(database_url, SECRET, weights={ActionType.FAVORITE: 7.5})
    assert not await is_current(settings.database, settings.scoring)

    async with serving(settings, clock) as caller:
        query = "{ trendingPosts { post { postId } score } }"
        await caller.data(RECALCULATE)
        trending = (await caller.data(query))["trendingPosts"]

    assert [(each["post"]["postId"], each["score"]) for each in trending] == [("a", 7.5), ("b", 5)]
    assert await is_current(settings.database, settings.scoring)


@pytest.mark.parametrize("table", ["trending", "leaders"])
async def test_rankings_are_read_off_an_index(caller: Caller, table: str) -> None:
    """The plan of both lists walks the index in order: no sort, no scan of the table."""
    where = "subject_kind = 1 AND rank_key < 0" if table == "trending" else "subject_kind = 0"
    statement = f"SELECT subject_id FROM ranks WHERE {where} ORDER BY rank_key, subject_id LIMIT 10"
    if caller.url.startswith("sqlite"):
        plan = str(await run(caller.url, f"EXPLAIN QUERY PLAN {statement}"))
        assert "idx_ranks_subject" in plan
        assert "TEMP B-TREE" not in plan
    else:
        await run(
            caller.url,
            "INSERT INTO ranks (subject_kind, subject_id, rank_key) "
            "SELECT n % 2, n::text, -n FROM generate_series(1, 20000) n",
        )
        await run(caller.url, "ANALYZE ranks")
        plan = str(await run(caller.url, f"EXPLAIN {statement}"))
        assert "Index" in plan
        assert "Sort" not in plan
        assert "Seq Scan" not in plan
