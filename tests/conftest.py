"""What tests are given: real databases, a clock, and a server over each with a caller."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from graph.app import create_app
from graph.settings import Settings
from models.database import Database
from tests.client import Caller, FixedClock
from tests.databases import empty, postgres_server, sqlite_template

SECRET = "a secret of the tests alone"  # noqa: S105

settings.register_profile(
    "trailmark",
    deadline=None,  # a test may wait for a disk
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("trailmark")


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a migrated PostgreSQL database, of this test process alone."""
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "trailmark.db"
        shutil.copy(request.getfixturevalue("sqlite_file"), file)
        return f"sqlite://{file}"
    url: str = request.getfixturevalue("postgres")
    asyncio.run(empty(Database.at(url)))
    return url


@pytest.fixture
def clock() -> FixedClock:
    """A clock at noon of 20 November 2026, UTC."""
    return FixedClock()


@asynccontextmanager
async def serving(settings: Settings, clock: FixedClock) -> AsyncIterator[Caller]:
    """A running server and a caller of it."""
    app = create_app(settings, clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
    ):
        yield Caller(http, settings.database_url, clock)


@pytest.fixture
async def caller(database_url: str, clock: FixedClock) -> AsyncIterator[Caller]:
    """A caller of a server over an empty database."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        yield caller
