"""Addresses: behind which proxies and under which paths the server is, and what it makes of it."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute, Mount

from graph.config.settings import Settings
from graph.server.addresses import Addresses, read_forwarded
from graph.server.app import create_app
from tests.support.access.callers import TOKEN_SECRET, serving_guarded, token
from tests.support.client import FixedClock
from tests.support.serving import SECRET

PREFIX = "/apps/trailmark"
PAGE = {"Accept": "text/html"}
QUERY = {"query": "{ __typename }"}
ANSWER = {"data": {"__typename": "Query"}}


@asynccontextmanager
async def _serving(
    file: Path, client: str = "127.0.0.1", **more: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client at an address, with a user's token, of a server over an SQLite file."""
    settings = Settings(f"sqlite://{file}", SECRET, token_secret=TOKEN_SECRET, **more)
    app = create_app(settings, FixedClock())
    transport = httpx.ASGITransport(app, client=(client, 40_000))
    headers = {"Authorization": f"Bearer {token('ann')}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://app.test", headers=headers) as http,
    ):
        yield http


@pytest.fixture
def file(sqlite_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_file, tmp_path / "trailmark.db"))


async def _next(http: httpx.AsyncClient, address: str, headers: Mapping[str, str]) -> Any:
    """The `next` of a list of activities that has two pages."""
    for target in ("p", "q"):
        told = {"user": "ann", "activity_type": "view", "target": target}
        assert (await http.post(address, json=told, headers=headers)).status_code == 201
    answer = await http.get(address, params={"page_size": 1}, headers=headers)
    return answer.json()["next"]


def _paths(routes: list[BaseRoute]) -> set[str]:
    return {getattr(each, "path", "") for each in routes if not isinstance(each, Mount)} - {"", "/"}


@pytest.mark.parametrize("slashed", ["{}/", "/{}", "//{}//"])
async def test_more_slashes_lead_to_the_same_answer_and_never_away(
    file: Path, slashed: str
) -> None:
    """At every address that there is: a redirect would name a scheme that a proxy has changed."""
    async with _serving(file) as http:
        paths = _paths(create_app(Settings(f"sqlite://{file}", SECRET)).routes)
        assert paths >= {"/graphql", "/docs", "/openapi.json", "/explorer", "/healthz", "/readyz"}
        for path in paths:
            plain = await http.get(f"http://app.test{path}", headers=PAGE)
            other = await http.get(f"http://app.test{slashed.format(path)}", headers=PAGE)

            assert other.status_code == plain.status_code, path
            assert other.content == plain.content
            assert other.headers.get("location", "/").startswith("/")


async def test_graphql_is_posted_with_a_slash_too(file: Path) -> None:
    """The body is read where it was sent."""
    async with _serving(file) as http:
        answer = await http.post("/graphql/", json=QUERY)

    assert (answer.status_code, answer.json()) == (200, ANSWER)


async def test_sockets_open_with_a_slash_too(file: Path) -> None:
    """As other requests do."""
    guarded = serving_guarded(Settings(f"sqlite://{file}", SECRET))
    async with guarded as open_house, open_house.connected(query="/") as line:
        assert await line.init() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "http://app.test"),
        ({"X-Forwarded-Proto": "https"}, "https://app.test"),
        ({"X-Forwarded-Proto": "HTTPS , http"}, "https://app.test"),
        ({"X-Forwarded-Proto": "http,https"}, "http://app.test"),
        ({"X-Forwarded-Proto": "gopher"}, "http://app.test"),
        ({"X-Forwarded-Proto": "wss"}, "https://app.test"),
        ({"Forwarded": 'for="[2001:db8::1]";proto=https;host=a.test, for=b'}, "https://a.test"),
        ({"X-Forwarded-Host": "a.test:8443, b.test"}, "http://a.test:8443"),
        ({"X-Forwarded-Host": "a.test/evil?"}, "http://app.test"),
        ({"X-Forwarded-Proto": "https", "Forwarded": "proto=http;host=b.test"}, "https://b.test"),
    ],
)
async def test_links_are_what_the_first_trusted_proxy_was_asked_for(
    file: Path, headers: dict[str, str], address: str
) -> None:
    """Scheme and host of `next` are those at the head of the forwarded lists."""
    async with _serving(file) as http:
        link = await _next(http, "/activities/", headers)

    assert link == f"{address}/activities/?page_size=1&page=2"


@pytest.mark.parametrize("given", ["/apps/trailmark", "/apps/trailmark/", "/apps,/trailmark/"])
async def test_links_are_under_the_prefix_that_a_proxy_tells(file: Path, given: str) -> None:
    """Paths that several proxies take off are told one after the other."""
    async with _serving(file, root_path="/other") as http:
        link = await _next(http, "/activities/", {"X-Forwarded-Prefix": given})

    assert link == f"http://app.test{PREFIX}/activities/?page_size=1&page=2"


@pytest.mark.parametrize("arriving", ["", PREFIX], ids=["taken off", "left on"])
async def test_everything_is_under_the_root_path(file: Path, arriving: str) -> None:
    """Whether or not the proxy takes it off: pages, the document's server, links, operations."""
    async with _serving(file, root_path=PREFIX) as http:
        answer = await http.post(f"{arriving}/graphql", json=QUERY)
        document = (await http.get(f"{arriving}/openapi.json")).json()
        docs = (await http.get(f"{arriving}/docs", headers=PAGE)).text
        explorer = await http.get(f"{arriving}/explorer/", headers=PAGE)
        link = await _next(http, f"{arriving}/activities/", {})
        unknown = await http.get(f"{arriving}/nothing")
        front = await http.get(arriving or "/")

    assert answer.json() == ANSWER
    assert document["servers"] == [{"url": PREFIX}]
    assert 'href="/docs' not in docs
    assert f'"{PREFIX}/' in docs
    assert explorer.headers["location"] == f"{PREFIX}/graphql"
    assert link == f"http://app.test{PREFIX}/activities/?page_size=1&page=2"
    assert unknown.status_code == 404
    assert f"GraphQL at {PREFIX}/graphql" in front.text


async def test_what_only_begins_like_the_root_path_is_not_under_it(file: Path) -> None:
    """A path is taken off whole, or not at all."""
    async with _serving(file, root_path="/graph") as http:
        answer = await http.post("/graphql", json=QUERY)

    assert answer.json() == ANSWER


@pytest.mark.parametrize(
    ("client", "trusted", "scheme"),
    [
        ("127.0.0.1", None, "https"),
        ("::1", None, "https"),
        ("::ffff:127.0.0.1", None, "https"),
        ("10.1.2.3", None, "http"),
        ("10.1.2.3", "10.0.0.0/8", "https"),
        ("::ffff:10.1.2.3", "10.0.0.0/8", "https"),
        ("11.1.2.3", "10.0.0.0/8", "http"),
        ("2001:db8::7", "2001:db8::/32", "https"),
        ("127.0.0.1", "10.0.0.0/8", "http"),
        ("no address", None, "http"),
    ],
)
async def test_forwarded_headers_count_from_trusted_proxies_alone(
    file: Path, client: str, trusted: str | None, scheme: str
) -> None:
    """From anyone else they are passed over."""
    more = {} if trusted is None else {"trusted_proxies": (ip_network(trusted),)}
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/p" * (scheme == "http")}
    async with _serving(file, client, **more) as http:
        link = await _next(http, "/activities/", headers)

    assert link == f"{scheme}://app.test/activities/?page_size=1&page=2"


def test_the_peer_of_a_unix_socket_is_this_machine() -> None:
    """Who can open the socket's file is trusted as a proxy on loopback is."""
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "client": None,
        "path": "/graphql",
        "headers": [(b"host", b"x"), (b"x-forwarded-proto", b"https")],
    }
    Addresses().resolve(scope)

    assert scope["scheme"] == "wss"


@pytest.mark.parametrize("prefix", ["no slash", '/"><script>', "/a/../b", "//evil.test", "/a b"])
def test_a_prefix_that_is_no_path_is_passed_over(prefix: str) -> None:
    """It would be part of pages and links."""
    assert read_forwarded([(b"x-forwarded-prefix", prefix.encode())]).root_path is None


async def test_the_front_page_says_what_lives_where(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line for a terminal, links for a browser where nothing was built, to anyone."""
    monkeypatch.setattr("graph.pages.front_page.ASSETS", file.parent / "none")
    async with _serving(file) as http:
        anyone = {"Authorization": ""}
        line = await http.get("/", headers=anyone)
        page = await http.get("/", headers=anyone | PAGE | {"X-Forwarded-Prefix": PREFIX})

    assert line.status_code == page.status_code == 200
    assert line.headers["content-type"] == "text/plain; charset=utf-8"
    assert line.text == (
        "Trailmark: GraphQL at /graphql, the REST API described at /openapi.json, "
        "health at /healthz and /readyz, metrics at /metrics.\n"
    )
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<a href="{PREFIX}/docs">' in page.text


async def test_the_front_page_names_no_page_that_there_is_not(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the explorer there is no /docs either."""
    monkeypatch.setattr("graph.pages.front_page.ASSETS", file.parent / "none")
    async with _serving(file, explorer=False) as http:
        page = await http.get("/", headers=PAGE)

    assert page.status_code == 200
    assert "/docs" not in page.text
