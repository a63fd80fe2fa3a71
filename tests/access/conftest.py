"""What tests of access are given: a server with a key of each scope and tokens of two users."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.settings import Settings
from tests.access.callers import SCOPES, TOKEN_SECRET, House, housing
from tests.client import FixedClock
from tests.conftest import SECRET


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database, where the database does not matter."""
    file = tmp_path / "trailmark.db"
    shutil.copy(sqlite_file, file)
    return f"sqlite://{file}"


@pytest.fixture
async def house(sqlite_url: str, clock: FixedClock) -> AsyncIterator[House]:
    """A server over SQLite, with keys and tokens."""
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    async with housing(settings, *SCOPES, clock=clock) as house:
        yield house


@pytest.fixture
async def any_house(database_url: str, clock: FixedClock) -> AsyncIterator[House]:
    """A server over either database, with keys and tokens."""
    settings = Settings(database_url, SECRET, token_secret=TOKEN_SECRET)
    async with housing(settings, *SCOPES, clock=clock) as house:
        yield house
