"""What the router does for every route alike: unexpected errors, time, methods, pages elsewhere."""

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from graph.access.rights import ALL
from graph.config.settings import Settings
from graph.rest.answers import Answer
from graph.rest.operations import RestContext, RestOperation
from graph.rest.router import RestRouter
from graph.server.app import create_app
from graph.transport.documents.limits import Limits
from graph.transport.principals import at_any_rate
from resolvers.caller import Caller as Who
from resolvers.errors import Overloaded
from tests.support.client import Caller, FixedClock
from tests.support.rest import INTERACTIONS, PRIVACY, record
from tests.support.serving import SECRET, serving


async def admin(connection: HTTPConnection, params: Mapping[str, Any]) -> Who:
    return Who()


async def failing(request: None, context: RestContext) -> Answer:
    """Fail."""
    raise RuntimeError("a secret of the database")


async def overloaded(request: None, context: RestContext) -> Answer:
    """Have no room."""
    raise Overloaded("too much is waiting; try again shortly")


@pytest.fixture
def file(sqlite_file: Path, tmp_path: Path) -> str:
    """An empty database."""
    return str(shutil.copy(sqlite_file, tmp_path / "trailmark.db"))


async def ask(handler: Any, file: str) -> httpx.Response:
    """The answer of a router that has one route, over a running product."""
    app = create_app(Settings(f"sqlite://{file}", SECRET))
    operations = (RestOperation("GET", "/failing/", handler, ALL),)
    other = Starlette(routes=[RestRouter(admin, at_any_rate, Limits(), operations)])
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://here") as http,
    ):
        other.state.services = app.state.services
        return await http.get("/failing/")


async def test_what_was_not_expected_is_masked(file: str, caplog: pytest.LogCaptureFixture) -> None:
    """500 with a request id, under which the log has the cause."""
    with caplog.at_level(logging.ERROR):
        answer = await ask(failing, file)

    told = answer.json()
    assert answer.status_code == 500
    assert told["code"] == "INTERNAL"
    assert "secret" not in answer.text
    assert told["request_id"] in caplog.text
    assert "a secret of the database" in caplog.text


async def test_what_may_succeed_later_is_503(file: str) -> None:
    """With what the resolver said."""
    answer = await ask(overloaded, file)

    assert answer.status_code == 503
    assert answer.json() == {
        "error": "too much is waiting; try again shortly",
        "code": "OVERLOADED",
    }


async def test_a_request_takes_no_longer_than_an_operation_may(
    file: str, clock: FixedClock
) -> None:
    """503, but for what takes its time by nature."""
    settings = Settings(f"sqlite://{file}", SECRET, limits=Limits(seconds=1e-9))
    async with serving(settings, clock) as caller:
        hurried = await caller.http.get("/stats/")
        level = {"user_id": "ann", "tracking_level": "none"}
        unhurried = await caller.http.post(PRIVACY, json=level)

    assert hurried.status_code == 503
    assert hurried.json() == {
        "error": "the request took longer than 1e-09 seconds",
        "code": "TIMEOUT",
    }
    assert unhurried.status_code == 200


async def test_heads_are_answered_as_gets(sqlite: Caller) -> None:
    """As Starlette's own routes do."""
    answer = await sqlite.http.head("/stats/")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"


async def test_answers_are_kept_by_nobody(sqlite: Caller) -> None:
    """They change with the next interaction, and are a user's."""
    await record(sqlite)

    for path in (f"{INTERACTIONS}/p", "/activities/", "/stats/", "/api/v1/nothing"):
        assert (await sqlite.http.get(path)).headers["cache-control"] == "no-store"


async def test_pages_of_configured_origins_may_use_every_method(
    file: str, clock: FixedClock
) -> None:
    """DELETE among them; pages of others may not."""
    ours, others = "https://app.example", "https://other.example"
    settings = Settings(f"sqlite://{file}", SECRET, cors_origins=(ours,))

    async with serving(settings, clock) as caller:
        answers = [
            await caller.http.options(
                f"{PRIVACY}/data",
                headers={"Origin": origin, "Access-Control-Request-Method": "DELETE"},
            )
            for origin in (ours, others)
        ]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert "DELETE" in answers[0].headers["access-control-allow-methods"]
