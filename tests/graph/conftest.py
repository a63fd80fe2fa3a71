"""What tests of the API are given beside: servers, with users of every level or on one database."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.config.settings import Settings
from models.vocabulary import PrivacyLevel
from resolvers.audit.verifying import Verification, verify
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.levels import set_level
from tests.support.serving import SECRET, serving


@pytest.fixture
async def server(caller: Caller) -> AsyncIterator[Caller]:
    """A caller of a server on which Lea and Leo are LIMITED and Nora is NONE.

    Whatever was done, the totals and scores are those of rows and folded parts.
    """
    for user, level in (("lea", "LIMITED"), ("leo", "LIMITED"), ("nora", "NONE")):
        await set_level(caller.url, SECRET, user, PrivacyLevel[level])
    yield caller
    assert [str(difference) async for difference in verify(Verification(), Scoring())] == []


@pytest.fixture
async def sqlite(sqlite_file: Path, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Caller]:
    """A caller of a server over an empty SQLite database, where the database does not matter."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with serving(Settings(f"sqlite://{file}", SECRET), clock) as caller:
        yield caller
