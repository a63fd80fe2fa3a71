"""Statuses of what came to nothing because the server could not do it now."""

import asyncio

import httpx
import pytest
import strawberry

from graph.config.settings import Settings
from graph.server.app import create_app
from graph.transport.documents.limits import Limits
from resolvers.errors import BadUserInput, Overloaded
from tests.support.client import FixedClock
from tests.support.serving import Settling

GRAPHQL = "application/graphql-response+json"


@strawberry.type
class Query:
    @strawberry.field
    def fine(self) -> int | None:
        return 1

    @strawberry.field
    def overloaded(self) -> int | None:
        raise Overloaded("too much is waiting")

    @strawberry.field
    def needed(self) -> int:
        raise Overloaded("too much is waiting")

    @strawberry.field
    async def late(self) -> int | None:
        await asyncio.Event().wait()
        return None

    @strawberry.field
    def wrong(self) -> int | None:
        raise BadUserInput("first", "is wrong")


async def _answer(settings: Settings, query: str, accept: str) -> httpx.Response:
    app = create_app(settings, FixedClock(), strawberry.Schema(Query))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http,
    ):
        return await http.post("/graphql", json={"query": query}, headers={"Accept": accept})


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("{ overloaded }", 503),
        ("{ needed }", 503),
        ("{ late }", 503),
        ("{ overloaded a: overloaded }", 503),
        ("{ overloaded fine }", 200),
        ("{ overloaded wrong }", 200),
        ("{ wrong }", 200),
        ("{ fine }", 200),
        ("{ nothing }", 400),
    ],
)
async def test_what_comes_to_nothing_for_now_is_503(
    settings: Settling, query: str, status: int
) -> None:
    """With the time after which to send it again; what holds any data is 200."""
    limits = Limits(seconds=0.05)

    answer = await _answer(settings(limits=limits), query, GRAPHQL)

    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)


@pytest.mark.parametrize("query", ["{ overloaded }", "{ needed }"])
async def test_clients_of_plain_json_get_their_errors_with_200(
    settings: Settling, query: str
) -> None:
    """They could not tell our status from a proxy's (GraphQL over HTTP, 6.4.1)."""
    answer = await _answer(settings(), query, "application/json")

    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"] == {"code": "OVERLOADED"}
