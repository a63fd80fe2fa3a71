"""What tests of the transports are given: servers over SQLite, which transports do not see."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from graph.settings import Settings
from tests.client import FixedClock
from tests.conftest import SECRET
from tests.graph.transport.live import Live, serving

#: Settings that differ from the defaults.
Settling = Callable[..., Settings]


@pytest.fixture
def database_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    file = tmp_path / "trailmark.db"
    shutil.copy(sqlite_file, file)
    return f"sqlite://{file}"


@pytest.fixture
def settings(database_url: str) -> Settling:
    """Settings of a server over an empty database."""

    def settled(**others: Any) -> Settings:
        return Settings(database_url, SECRET, **others)

    return settled


@pytest.fixture
async def live(settings: Settling, clock: FixedClock) -> AsyncIterator[Live]:
    """A server with streams that listens."""
    async with serving(settings(), clock) as live:
        yield live
