"""What tests of the transports are given: servers over SQLite, which transports do not see."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.client import FixedClock
from tests.support.live.clients import Live, listening, serving_streams
from tests.support.live.wire import Wire
from tests.support.serving import SECRET, Settling


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
    async with serving_streams(settings(), clock) as live:
        yield live


@pytest.fixture
async def wire(settings: Settling) -> AsyncIterator[Wire]:
    async with listening(create_app(settings(), FixedClock())) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        yield wire
        wire.close()
