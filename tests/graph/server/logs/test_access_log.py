"""The access log: what it tells of a request, and what it must never tell."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.config.log_formats import LogFormat
from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.access.callers import TOKEN_SECRET
from tests.support.client import FixedClock
from tests.support.durability.server import until
from tests.support.live.clients import EVENTS, client, listening, serving_streams
from tests.support.live.logs import Written, logged
from tests.support.serving import SECRET

LOGGER = "graph.server.logs.access_log"
CANARY = "canary-4711"


@pytest.fixture
def settings(sqlite_file: Path, tmp_path: Path) -> Settings:
    """Those of a server with an access log."""
    file = tmp_path / "trailmark.db"
    file.write_bytes(sqlite_file.read_bytes())
    return Settings(f"sqlite://{file}", SECRET, access_log=True)


@asynccontextmanager
async def _asked(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Written]]:
    with logged(LogFormat.JSON, LOGGER) as written:
        async with listening(create_app(settings, FixedClock())) as port, client(port) as http:
            yield http, written


def _told(written: Written, *left_out: str) -> list[dict[str, Any]]:
    """The access lines, without what differs each time."""
    differing = {"time", "process", "logger", "level", "request_id", "duration_ms", *left_out}
    lines = [each for each in written.objects if each["logger"] == LOGGER]
    return [{name: text for name, text in each.items() if name not in differing} for each in lines]


async def test_each_request_is_a_line(settings: Settings) -> None:
    """Method, path, status, bytes, duration, request id, operation and a truncated address."""
    sent = {"query": "query Hello { __typename }"}
    headers = {"X-Request-Id": "mine", "X-Forwarded-For": "203.0.113.77"}
    async with _asked(settings) as (http, written):
        answer = await http.post("/graphql", json=sent, headers=headers)

    (line,) = [each for each in written.objects if each["logger"] == LOGGER]
    assert line["request_id"] == "mine"
    assert 0 < line["duration_ms"] < 60_000
    assert answer.status_code == 403  # a forwarded request, where no credentials are configured
    assert _told(written) == [
        {
            "message": "request",
            "method": "POST",
            "path": "/graphql",
            "status": 403,
            "bytes": len(answer.content),
            "address": "203.0.113.0",
        }
    ]


async def test_the_operation_is_told_by_its_name(settings: Settings) -> None:
    """Cut to 64 characters; one that is not valid has none that is told."""
    async with _asked(settings) as (http, written):
        for query in (
            "query Hello { __typename }",
            "{ __typename }",
            f"query {'x' * 100} {{ __typename }}",
            "query Wrong { nothing }",
        ):
            await http.post("/graphql", json={"query": query})

    names = [each.get("operation") for each in _told(written)]
    assert names == ["Hello", None, "x" * 64, None]


async def test_nothing_that_was_sent_is_told(settings: Settings) -> None:
    """No query string, credential, user id or body, in whatever part of a request it stands."""
    settings = replace(settings, token_secret=TOKEN_SECRET)
    headers = {"Authorization": f"Bearer {CANARY}", CANARY: CANARY, "Cookie": CANARY}
    async with _asked(settings) as (http, written):
        await http.get(f"/graphql?query={CANARY}&token={CANARY}", headers=headers)
        await http.post("/graphql", json={"query": CANARY, "operationName": CANARY})
        await http.get(f"/api/v1/interactions/user/{CANARY}?user={CANARY}", headers=headers)
        await http.get(f"/api/v1/{CANARY}", headers=headers)
        await http.get(f"/{CANARY}/{CANARY}?{CANARY}")
        await http.get("/healthz", headers={"X-Forwarded-For": CANARY, "Forwarded": CANARY})

    user = "/api/v1/interactions/user/{user_alias}"
    paths = [each["path"] for each in _told(written)]
    assert paths == ["/graphql", "/graphql", user, "/*", "/*", "/healthz"]
    assert CANARY not in "".join(written.lines)


async def test_a_path_with_a_user_in_it_is_told_as_its_route(settings: Settings) -> None:
    """Of the REST API, what is in braces is filled in by clients; slashes around it are none."""
    async with _asked(settings) as (http, written):
        for path in ("/api/v1/interactions/p1", "/api/v1/interactions/p2/", "/stats/", "/stats"):
            await http.get(path)

    route = "/api/v1/interactions/{post_id}"
    assert [each["path"] for each in _told(written)] == [route, route, "/stats/", "/stats/"]


async def test_an_address_is_told_in_full_if_so_set(settings: Settings) -> None:
    """TRAILMARK_ANONYMIZE_IP=false."""
    async with _asked(replace(settings, anonymize_ip=False)) as (http, written):
        await http.get("/healthz")

    assert [each["address"] for each in _told(written)] == ["127.0.0.1"]


async def test_a_page_under_a_proxys_path_is_told_without_it(settings: Settings) -> None:
    """The route is the same wherever it is served."""
    async with _asked(replace(settings, root_path="/apps/x")) as (http, written):
        for path in ("/apps/x/healthz", "/healthz", "/healthz/"):
            await http.get(path)

    assert [(each["path"], each["status"]) for each in _told(written)] == [("/healthz", 200)] * 3


async def test_a_stream_is_told_once_it_has_ended(settings: Settings) -> None:
    """With all that was sent."""
    with logged(LogFormat.JSON, LOGGER) as written:
        async with serving_streams(settings, FixedClock()) as live:
            sent = await live.events("subscription Up { count(to: 3) }")

    told = _told(written)
    assert len(told) == 1
    assert told[0]["operation"] == "Up"
    assert (told[0]["status"], told[0]["bytes"]) == (200, len(sent.encode()))


async def test_a_client_that_leaves_a_stream_ends_it(settings: Settings) -> None:
    """The line comes then, with what was sent until then."""
    with logged(LogFormat.JSON, LOGGER) as written:
        async with serving_streams(settings, FixedClock()) as live:
            query = 'subscription { follow(channel: "a") }'
            headers = {"Accept": EVENTS}
            sent = {"query": query}
            async with live.http.stream("POST", "/graphql", json=sent, headers=headers):
                assert _told(written) == []
            await until(lambda: len(_told(written)) == 1)

    assert _told(written, "bytes")[0]["status"] == 200


async def test_a_websocket_is_told_when_it_opens_and_when_it_closes(settings: Settings) -> None:
    """By the same request id; the code says how it closed."""
    with logged(LogFormat.JSON, LOGGER) as written:
        async with serving_streams(settings, FixedClock()) as live:
            async with live.socket() as socket:
                await until(lambda: len(_told(written)) == 1)
                assert await socket.is_alive()
            await until(lambda: len(_told(written)) == 2)

    common = {"method": "GET", "path": "/graphql", "address": "127.0.0.0"}
    opened, closed = _told(written, "bytes")
    assert opened == {"message": "websocket opened", **common, "status": 101}
    assert closed == {"message": "websocket closed", **common, "code": 1000}
    assert len({each["request_id"] for each in written.objects}) == 1


async def test_a_websocket_that_is_refused_is_told_so(settings: Settings) -> None:
    """Here for its Origin."""
    with logged(LogFormat.JSON, LOGGER) as written:
        async with serving_streams(settings, FixedClock()) as live:
            with pytest.raises(Exception, match="403"):
                async with live.connected(origin="https://evil.example"):
                    pass

    (refused,) = _told(written)
    assert (refused["message"], refused["status"]) == ("websocket refused", 403)


async def test_there_is_none_unless_it_is_asked_for(settings: Settings) -> None:
    """It would be the largest part of the log."""
    async with _asked(replace(settings, access_log=False)) as (http, written):
        await http.get("/healthz")

    assert written.lines == []


async def test_a_console_has_it_in_one_line(settings: Settings) -> None:
    """Names and values behind the message."""
    with logged(LogFormat.CONSOLE, LOGGER) as written:
        async with listening(create_app(settings, FixedClock())) as port, client(port) as http:
            await http.get("/healthz", headers={"X-Request-Id": "mine"})

    (line,) = written.lines
    assert re.search(
        rf" INFO {LOGGER}: request method=GET path=/healthz status=200 bytes=15 "
        r"duration_ms=[\d.]+ address=127\.0\.0\.0 \[mine\]$",
        line,
    )
