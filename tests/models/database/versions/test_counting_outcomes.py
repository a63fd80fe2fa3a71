"""The migration that made outcomes: it counts what was stored before as recording would have."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aerich.utils import import_py_file

from graph.config.settings import Settings
from models.database.database import Database
from models.database.migrating import available, migrate
from models.database.versions.applying import _run
from models.database.versions.numbers import folder
from tests.support.client import Caller, FixedClock
from tests.support.durability.stores import own_database
from tests.support.serving import SECRET, serving
from tests.support.sql import run

TABLES = (
    "SELECT id, variant FROM interactions WHERE status = 0 ORDER BY id",
    "SELECT day, recommended, source, variant, action, count, aggregated FROM outcomes "
    "WHERE count <> 0 ORDER BY day, recommended, source, variant, action",
    "SELECT day, variant FROM outcome_variants WHERE variant NOT LIKE ':%' ORDER BY day, variant",
)
"""Names of sources, which begin with a colon, are left out: the migration is older than them."""
METADATA = {"recommendationId": "of-no-account:1", "text": 'a "\\ b \x00'}
CONTEXTS: tuple[dict[str, Any], ...] = (
    {"source": "home"},
    {"recommended": True, "metadata": METADATA},
    {"recommendationId": "trailmark:1", "metadata": METADATA, "source": "home"},
    {"recommendationId": 'a "\\ b', "hashtags": ["x"]},
    {"recommendationId": ":none"},
    {"recommendationId": "other"},
    {"metadata": METADATA},
    {"source": ""},
    {},
)


@pytest.fixture(params=["sqlite", "postgres"])
async def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a migrated database that no other test has."""
    async with own_database(request.param, tmp_path) as url:
        yield url


async def test_what_is_stored_is_counted_as_if_it_had_been_before(
    own_url: str, clock: FixedClock
) -> None:
    """Of each context, with actions that are counted, that are not, and that were undone."""
    async with serving(Settings(own_url, SECRET), clock) as caller:
        await _record(caller)
    before = [await run(own_url, statement) for statement in TABLES]

    await _migrated_anew(own_url)

    assert [await run(own_url, statement) for statement in TABLES] == before


async def test_of_more_variants_than_a_day_names_all_others_are_one(
    own_url: str, clock: FixedClock
) -> None:
    """A thousand are counted by name, and each row says what it is counted under."""
    views = [
        {
            "userId": "ann",
            "action": "VIEW",
            "postId": "p",
            "context": {"recommendationId": f"v{number:04}:1"},
        }
        for number in range(1_002)
    ]
    async with serving(Settings(own_url, SECRET), clock) as caller:
        await caller.outcomes(*views[:1_000])
        await caller.outcomes(*views[1_000:])
    before = [await run(own_url, statement) for statement in TABLES]

    await _migrated_anew(own_url)

    assert [await run(own_url, statement) for statement in TABLES] == before
    assert [row[1] for row in before[0][-2:]] == ["other", "other"]


async def _record(caller: Caller) -> None:
    for number, context in enumerate(CONTEXTS):
        for action in ("VIEW", "FAVORITE", "SAVE"):
            input = {"userId": "ann", "action": action, "postId": f"p{number}", "context": context}
            assert await caller.outcome(**input) == "CREATED"
        caller.clock.advance(40_000)
    await caller.outcome(userId="ann", action="FAVORITE", postId="p2", undo=True)


async def _migrated_anew(url: str) -> None:
    """Make the database as it was before the migration, and migrate it; later ones are left."""
    database = Database.at(url)
    (name,) = [name for name in available(database) if name.endswith("_outcomes.py")]
    script = await import_py_file(folder(database.dialect) / name).downgrade(None)
    script += f";DELETE FROM aerich WHERE version = '{name}';"
    if database.is_embedded:
        with database.opened_file() as file:
            _run(file, script)
    else:
        async with database.connected() as server:
            await server.execute(script)
    assert await migrate(database) == [name]
