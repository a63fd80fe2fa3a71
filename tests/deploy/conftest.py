"""What tests of deploy/ are given: the image, built once for all of them, and secrets."""

import asyncio
import fcntl
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database.database import Database
from tests.support.databases import empty
from tests.support.deploy.context import copy_context
from tests.support.deploy.image import Stage, build
from tests.support.deploy.site import make_secrets


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The image, built by whichever test process comes first; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "image"
    folder.mkdir(exist_ok=True)
    built = folder / "built"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            copy_context(folder / "context")
            built.write_bytes(pickle.dumps(build(folder / "context", folder)))
            for each in ("context", "pages", "packages", "opt/builder"):
                shutil.rmtree(folder / each)
    image: Stage = pickle.loads(built.read_bytes())  # noqa: S301 (just written)
    return image


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database; it is empty for the next test, too."""
    asyncio.run(empty(Database.at(postgres)))
    yield postgres
    asyncio.run(empty(Database.at(postgres)))


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of compose.yaml, which these tests only read."""
    return make_secrets(tmp_path_factory.mktemp("secrets"))
