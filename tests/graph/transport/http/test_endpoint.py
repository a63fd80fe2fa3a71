"""GraphQL over HTTP, beyond which requests become operations: headers, methods, origins, faults."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import strawberry

from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.client import Caller, FixedClock
from tests.support.live.streams import CANARY, Stage, schema
from tests.support.serving import Settling, serving

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"
ORIGIN = "https://app.example"
SAME_ID = {"X-Request-Id": "same"}


@strawberry.type
class Broken:
    @strawberry.field
    def fine(self) -> int | None:
        return 1

    @strawberry.field
    def broken(self) -> int | None:
        raise RuntimeError(CANARY)

    @strawberry.field
    def huge(self) -> strawberry.scalars.JSON | None:
        return strawberry.scalars.JSON(10**30)


@asynccontextmanager
async def _sending(
    settings: Settings, schema: strawberry.Schema, stage: Stage | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, FixedClock(), schema)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http,
    ):
        with (stage or Stage()).leading(app.state.services):
            yield http


@pytest.mark.parametrize("accept", [JSON, GRAPHQL, EVENTS])
@pytest.mark.parametrize("query", ["{ __typename }", "{ nothing }", "{", ""])
async def test_every_answer_says_how_it_may_be_used(
    caller: Caller, accept: str, query: str
) -> None:
    """It depends on Accept, is not stored, and is not taken for anything but what it says it is."""
    body = {"query": query} if query else {}
    answer = await caller.http.post("/graphql", json=body, headers={"Accept": accept})

    assert answer.headers["vary"] == "Accept"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_other_methods_are_refused_in_graphql(
    caller: Caller, method: str, accept: str
) -> None:
    """They are a 405 that names those that are served, with a body that a client understands."""
    headers = {"Accept": accept}
    answer = await caller.http.request(method, "/graphql", json={"query": "{ a }"}, headers=headers)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert answer.json() == {
        "errors": [
            {
                "message": f"{method} is not allowed; send POST or GET",
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ]
    }


async def test_head_is_a_get_without_its_body(caller: Caller) -> None:
    """HEAD has the status and headers of GET, refusals included."""
    for query in ("{ __typename }", "mutation { recalculateScores { users } }", ""):
        params = {"query": query} if query else {}
        got = await caller.http.get("/graphql", params=params, headers=SAME_ID)
        head = await caller.http.head("/graphql", params=params, headers=SAME_ID)

        assert head.status_code == got.status_code
        assert head.headers == got.headers


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400), ("", 200)])
async def test_a_subscription_is_not_answered_in_plain_json(
    settings: Settling, accept: str, status: int
) -> None:
    """A client that asks for no stream is told where subscriptions are answered."""
    stage = Stage()
    sent = {"query": 'subscription { follow(channel: "a") }'}
    async with _sending(settings(), schema(), stage) as http:
        answer = await http.post("/graphql", json=sent, headers={"Accept": accept})
        got = await http.get("/graphql", params=sent, headers={"Accept": accept})

    assert answer.status_code == got.status_code == status
    (error,) = answer.json()["errors"]
    assert got.json() == answer.json() == {"errors": [error]}
    assert error == {
        "message": "subscriptions are answered over WebSocket or, if accepted first, "
        "text/event-stream, or multipart/mixed;subscriptionSpec=1.0",
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert stage.started.empty()


async def test_a_fault_is_masked_and_logged_once(
    settings: Settling, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets a request id instead, by which the log has all of it, and other fields."""
    sent = {"query": "{ fine broken }"}
    async with _sending(settings(), strawberry.Schema(query=Broken)) as http:
        answer = await http.post("/graphql", json=sent)

    (error,) = answer.json()["errors"]
    request_id = error["extensions"]["requestId"]
    (logged,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert answer.status_code == 200
    assert answer.json()["data"] == {"fine": 1, "broken": None}
    assert error == {
        "message": "something went wrong; the server's log tells what, under this request id",
        "locations": [{"line": 1, "column": 8}],
        "path": ["broken"],
        "extensions": {"code": "INTERNAL", "requestId": request_id},
    }
    assert logged.getMessage() == f"request {request_id} failed at ['broken']"
    assert logged.exc_info is not None
    assert str(logged.exc_info[1]) == CANARY


async def test_every_fault_of_a_request_has_its_id(
    settings: Settling, caplog: pytest.LogCaptureFixture
) -> None:
    """Two fields that fail are two errors and two entries in the log."""
    async with _sending(settings(), strawberry.Schema(query=Broken)) as http:
        answer = await http.post("/graphql", json={"query": "{ a: broken b: broken }"})

    ids = [error["extensions"]["requestId"] for error in answer.json()["errors"]]
    logged = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert ids == [answer.headers["x-request-id"]] * 2
    assert logged == [
        f"request {id} failed at ['{key}']" for id, key in zip(ids, "ab", strict=True)
    ]


async def test_an_answer_that_cannot_be_encoded_is_a_fault(
    settings: Settling, caplog: pytest.LogCaptureFixture
) -> None:
    """It is masked like any other, and logged once."""
    async with _sending(settings(), strawberry.Schema(query=Broken)) as http:
        answer = await http.post("/graphql", json={"query": "{ huge }"})

    (error,) = answer.json()["errors"]
    assert answer.json()["data"] is None
    assert error["extensions"]["code"] == "INTERNAL"
    assert len([each for each in caplog.records if each.levelno >= logging.WARNING]) == 1


@pytest.mark.parametrize("origin", [ORIGIN, "http://127.0.0.1:5173"])
async def test_pages_of_configured_origins_read_answers(
    settings: Settling, clock: FixedClock, origin: str
) -> None:
    """A browser is told that it may send and show, for that origin alone and without cookies."""
    origins = (ORIGIN, "http://127.0.0.1:5173")
    async with serving(settings(cors_origins=origins), clock) as caller:
        asked = await _ask(caller, origin)
        answer = await _post(caller, origin)
        refused = await caller.http.put("/graphql", headers={"Origin": origin})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-methods"] == "GET, POST, DELETE"
    assert "content-type" in asked.headers["access-control-allow-headers"].lower()
    assert asked.headers["access-control-max-age"] == "600"
    for each in (asked, answer, refused):
        assert each.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in each.headers
    assert {each.strip() for each in answer.headers["vary"].split(",")} == {"Accept", "Origin"}


@pytest.mark.parametrize(("configured", "status"), [((), 405), ((ORIGIN,), 400)])
@pytest.mark.parametrize("origin", ["https://evil.example", f"{ORIGIN}.evil.example", "null"])
async def test_pages_of_other_origins_read_nothing(
    settings: Settling, clock: FixedClock, configured: tuple[str, ...], status: int, origin: str
) -> None:
    """No header lets them; what they ask beforehand is refused, and what they send all the same.

    That is no method of the endpoint, unless some origins may call.
    """
    async with serving(settings(cors_origins=configured), clock) as caller:
        asked = await _ask(caller, origin)
        answer = await _post(caller, origin)

    assert asked.status_code == status
    assert answer.status_code == 403
    for each in (asked, answer):
        assert "access-control-allow-origin" not in each.headers


async def _ask(caller: Caller, origin: str) -> httpx.Response:
    """What a browser asks before it lets a page send JSON to another origin."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    return await caller.http.options("/graphql", headers=headers)


async def _post(caller: Caller, origin: str) -> httpx.Response:
    sent = {"query": "{ __typename }"}
    return await caller.http.post("/graphql", json=sent, headers={"Origin": origin})
