"""Request ids: who may say one, where it is answered, and which lines of the log have it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from graph.config.log_formats import LogFormat
from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.client import FixedClock
from tests.support.live.clients import (
    EVENTS,
    Socket,
    answers_in,
    client,
    listening,
    serving_streams,
)
from tests.support.live.logs import logged
from tests.support.live.streams import CANARY
from tests.support.serving import SECRET

MADE = re.compile(r"[0-9a-f]{16}")
FAULT = "subscription { fail(after: 0) }"
QUERY = {"query": "{ __typename }"}


@pytest.fixture
def settings(sqlite_file: Path, tmp_path: Path) -> Settings:
    """Those of a server over a database of its own."""
    file = tmp_path / "trailmark.db"
    file.write_bytes(sqlite_file.read_bytes())
    return Settings(f"sqlite://{file}", SECRET)


@asynccontextmanager
async def _asked(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with listening(create_app(settings, FixedClock())) as port, client(port) as http:
        yield http


@pytest.mark.parametrize("given", ["a", "Az09._-", "x" * 64])
async def test_a_plain_id_of_a_trusted_proxy_is_taken(settings: Settings, given: str) -> None:
    """It comes back on whatever is answered: an operation, a page, a refusal."""
    async with _asked(settings) as http:
        headers = {"X-Request-Id": given}
        answers = [
            await http.post("/graphql", json=QUERY, headers=headers),
            await http.get("/healthz", headers=headers),
            await http.get("/nowhere", headers=headers),
            await http.post("/graphql", content=b"{", headers=headers),
        ]

    assert [answer.headers.get_list("x-request-id") for answer in answers] == [[given]] * 4


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "ä", "{}", "a,b"])
async def test_what_is_no_plain_id_is_replaced(settings: Settings, given: str) -> None:
    """Nothing else of what a client sends gets into the log by it."""
    async with _asked(settings) as http:
        headers = [(b"x-request-id", given.encode("latin-1"))]
        answer = await http.post("/graphql", json=QUERY, headers=headers)

    assert MADE.fullmatch(answer.headers["x-request-id"])


async def test_who_is_no_trusted_proxy_cannot_say_an_id(settings: Settings) -> None:
    """A stranger could give his requests the ids of others."""
    async with _asked(replace(settings, trusted_proxies=())) as http:
        answer = await http.post("/graphql", json=QUERY, headers={"X-Request-Id": "mine"})

    assert MADE.fullmatch(answer.headers["x-request-id"])


async def test_every_request_has_another_id(settings: Settings) -> None:
    """Also those of one connection."""
    async with _asked(settings) as http:
        ids = [(await http.post("/graphql", json=QUERY)).headers["x-request-id"] for _ in range(20)]

    assert len(set(ids)) == 20


async def test_pages_of_other_origins_may_read_it(settings: Settings) -> None:
    """A page shows its user the id by which the operator finds the request."""
    origin = "https://app.example"
    async with _asked(replace(settings, cors_origins=(origin,), token_secret="x" * 32)) as http:
        answer = await http.post("/graphql", json=QUERY, headers={"Origin": origin})

    assert MADE.fullmatch(answer.headers["x-request-id"])
    assert "X-Request-Id" in answer.headers["access-control-expose-headers"]


async def test_a_fault_is_logged_under_the_requests_id(settings: Settings) -> None:
    """The error's `requestId` is that of the header, in the line and beside it."""
    query, headers = {"query": FAULT}, {"X-Request-Id": "mine", "Accept": EVENTS}
    with logged(LogFormat.JSON) as written:
        async with serving_streams(settings, FixedClock()) as live:
            answer = await live.http.post("/graphql", json=query, headers=headers)

    (told,) = answers_in(answer.text)
    assert told["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"] == "mine"
    (line,) = [each for each in written.objects if each["level"] == "ERROR"]
    assert line["request_id"] == "mine"
    assert line["message"].startswith("request mine failed at ")
    assert line["exception"].endswith(f"RuntimeError: {CANARY}")


async def test_operations_of_a_websocket_are_numbered(settings: Settings) -> None:
    """Each has the id of its connection and a number; the connection's is in the handshake."""
    async with serving_streams(settings, FixedClock()) as live, live.socket() as socket:
        response = socket.connection.response
        assert response is not None
        connection = response.headers["x-request-id"]
        for id in ("a", "b"):
            await socket.subscribe(id, FAULT)
        ids = {(await _fault(socket)) for _ in range(2)}

    assert MADE.fullmatch(connection)
    assert ids == {f"{connection}.1", f"{connection}.2"}


async def _fault(socket: Socket) -> str:
    """The id under which the next message tells of a fault."""
    _, errors = await socket.errors()
    id: str = errors[0]["extensions"]["requestId"]
    return id


async def test_what_the_server_does_by_itself_is_of_no_request(settings: Settings) -> None:
    """Also where a request has begun it, as the first subscriber begins to read the log."""
    with logged(LogFormat.JSON, "graph") as written:
        async with _asked(settings) as http:
            await http.get("/healthz")

    assert [each["message"].split()[0] for each in written.objects] == [
        "starting",
        "ready",
        "stopped",
    ]
    assert all("request_id" not in each for each in written.objects)
