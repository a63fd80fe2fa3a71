"""What tests of metrics are given: a server over SQLite with keys and tokens."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.config.settings import Settings
from tests.support.access.callers import SCOPES, TOKEN_SECRET, Guarded, serving_guarded
from tests.support.client import FixedClock
from tests.support.serving import SECRET


@pytest.fixture
async def guarded(sqlite_file: Path, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Guarded]:
    """A server over SQLite, with keys and tokens."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    settings = Settings(f"sqlite://{file}", SECRET, token_secret=TOKEN_SECRET)
    async with serving_guarded(settings, *SCOPES, clock=clock) as guarded:
        yield guarded
