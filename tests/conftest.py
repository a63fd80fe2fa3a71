"""What tests are given: real databases, a clock, and a server over each with a caller."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from graph.config.settings import Settings
from tests.support.client import Caller, FixedClock
from tests.support.databases import (
    LANES,
    Emptier,
    postgres_server,
    sqlite_template,
)
from tests.support.serving import SECRET, serving
from tests.support.shared.orm import finalise_once
from tests.support.shared.types import ask_once_for_types

LANED = [Path(__file__).parent / folder for folder in ("graph", "resolvers")]
"""What `make test-lanes` runs."""

settings.register_profile(
    "trailmark",
    deadline=None,  # a test may wait for a disk
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("trailmark")
finalise_once()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-lanes` what one database shows as well as the other."""
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        is_postgres = parameters.get("database_url") == "postgres"
        is_repeated = is_postgres and item.get_closest_marker("either_database")
        if LANES == 1 and is_repeated and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.slow)
            if any(item.path.is_relative_to(folder) for folder in LANED):
                item.add_marker(pytest.mark.in_lanes)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a migrated PostgreSQL database, of this test process alone."""
    with postgres_server() as url:
        ask_once_for_types(url)
        yield url


@pytest.fixture(scope="session")
def emptier(postgres: str) -> Iterator[Emptier]:
    """What takes everything out of that database."""
    emptier = Emptier(postgres)
    yield emptier
    emptier.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "trailmark.db"
        shutil.copy(request.getfixturevalue("sqlite_file"), file)
        return f"sqlite://{file}"
    url: str = request.getfixturevalue("postgres")
    request.getfixturevalue("emptier").empty()
    return url


@pytest.fixture
def clock() -> FixedClock:
    """A clock at noon of 20 November 2026, UTC."""
    return FixedClock()


@pytest.fixture
async def caller(database_url: str, clock: FixedClock) -> AsyncIterator[Caller]:
    """A caller of a server over an empty database."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        yield caller
