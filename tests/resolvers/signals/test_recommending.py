"""Recommending by the database as it is: what a page costs."""

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.signals.recommending.asked import Asked
from resolvers.signals.recommending.recommender import Recommender
from tests.resolvers.signals.test_ranking import RULES, lived
from tests.support.client import FixedClock
from tests.support.serving import SECRET, serving
from tests.support.sql import statements_asked


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
