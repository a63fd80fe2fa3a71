"""What tests of the REST face are given beside a caller: one where the database does not matter."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.settings import Settings
from tests.client import Caller, FixedClock
from tests.conftest import SECRET, serving


@pytest.fixture
async def face(sqlite_file: Path, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Caller]:
    """A caller of a server over an empty SQLite database."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with serving(Settings(f"sqlite://{file}", SECRET), clock) as caller:
        yield caller
