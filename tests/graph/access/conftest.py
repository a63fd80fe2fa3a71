"""What tests of access are given: a server with a key of each scope and tokens of two users."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.config.settings import Settings
from tests.support.access.callers import SCOPES, TOKEN_SECRET, Guarded, serving_guarded
from tests.support.client import FixedClock
from tests.support.serving import SECRET


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database, where the database does not matter."""
    file = tmp_path / "trailmark.db"
    shutil.copy(sqlite_file, file)
    return f"sqlite://{file}"


@pytest.fixture
async def guarded(sqlite_url: str, clock: FixedClock) -> AsyncIterator[Guarded]:
    """A server over SQLite, with keys and tokens."""
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    async with serving_guarded(settings, *SCOPES, clock=clock) as guarded:
        yield guarded


@pytest.fixture
async def any_guarded(database_url: str, clock: FixedClock) -> AsyncIterator[Guarded]:
    """A server over either database, with keys and tokens."""
    settings = Settings(database_url, SECRET, token_secret=TOKEN_SECRET)
    async with serving_guarded(settings, *SCOPES, clock=clock) as guarded:
        yield guarded
