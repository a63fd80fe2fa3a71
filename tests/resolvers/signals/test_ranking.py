"""Ranking by the database as it is: what it costs, and that the last commit counts."""

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.vocabulary import PrivacyLevel
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.scoring.weights import Scoring
from resolvers.signals.ranking import RankingRules, rank
from resolvers.signals.recommending.asked import Asked
from resolvers.signals.recommending.recommender import Recommender
from tests.support.client import Caller, FixedClock
from tests.support.serving import SECRET, serving
from tests.support.signals.asking import DESCRIBE, engaged, targeted
from tests.support.sql import statements_asked

CROWD = tuple(f"user {number}" for number in range(3))
POSTS = [f"post {number}" for number in range(60)]
CANDIDATES = [*POSTS, *(f"unknown {number}" for number in range(140))]
RULES = RankingRules(Scoring(), PrivacyLevel.FULL)


async def lived(caller: Caller) -> None:
    """Ann did everything that signals rest on, among others who did."""
    for user in ("ann", *CROWD):
        await targeted(caller, user, "GROUP_JOIN", "GROUP", "there")
    said = {"authorId": "dan", "hashtags": ["a", "b"], "places": [{"kind": "GROUP", "id": "there"}]}
    described = await caller.data(DESCRIBE, inputs=[{"postId": post, **said} for post in POSTS])
    assert described["describePosts"] == {"errors": []}
    pairs = [(user, post) for post in POSTS for user in CROWD]
    inputs = [{"userId": user, "action": "FAVORITE", "postId": post} for user, post in pairs]
    for number, post in enumerate(POSTS[:50]):
        action = "HIDE" if number % 2 else "FAVORITE"
        inputs.append({"userId": "ann", "action": action, "postId": post})
    assert set(await caller.outcomes(*inputs)) == {"CREATED"}
    await targeted(caller, "ann", "PROFILE_VIBE", "PROFILE", "dan")
    await targeted(caller, "ann", "CIRCLE_UPDATE", "CIRCLE", "inner", context={"authorId": "dan"})
    await engaged(caller, POSTS[-1], 3)


@pytest.mark.parametrize("user", ["ann", "zoe"])
async def test_two_hundred_candidates_cost_at_most_six_statements(
    database_url: str,
    clock: FixedClock,
    user: str,
) -> None:
    """Whatever the user did."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await lived(caller)
    alias = Identity(SECRET).alias(user)

    async with Database.at(database_url).reading():
        with statements_asked() as statements:
            found = await rank(alias, CANDIDATES, clock(), RULES)

    assert 3 <= len(statements) <= 6
    assert len(found) == 200
    assert {each.post_id for each in found if each.seen} == (
        {*POSTS[:50]} if user == "ann" else set()
    )
    assert any(each.similarity for each in found) is (user == "ann")
    assert any(each.social for each in found) is (user == "ann")


@pytest.mark.parametrize(("user", "statements"), [("ann", 14), ("zoe", 4)])
async def test_a_page_costs_few_statements(
    database_url: str, clock: FixedClock, user: str, statements: int
) -> None:
    """Whatever the user did; a stranger's page costs less."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await lived(caller)
    asked = Asked(Identity(SECRET).alias(user), first=20)

    async with Database.at(database_url).reading():
        with statements_asked() as found:
            page = await Recommender(RULES, 0.1, IdCipher(bytes(32))).recommend(asked, clock())

    assert len(found) <= statements
    assert len(page.posts) >= 10
