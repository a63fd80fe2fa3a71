"""The server behind nginx, which ends TLS and serves it under a path of its own."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from tests.support.access.callers import TOKEN_SECRET, token
from tests.support.durability.nginx import PREFIX, Proxy, proxying
from tests.support.durability.server import server_process, until
from tests.support.live.streams import soon

QUERY = {"query": "{ __typename }"}
CURSOR = {"query": "{ feedCursor }"}
FOLLOW = """subscription ($after: String) {
  interactions(after: $after) { interaction { target { id } } } }"""
RECORD = {"query": 'mutation { recordInteraction(input: {action: VIEW, postId: "p"}) { outcome } }'}
PAGE = {"Accept": "text/html"}

pytestmark = pytest.mark.slow


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Proxy]:
    """An nginx before a server that knows users by their tokens."""
    url = f"sqlite://{tmp_path / 'proxied.db'}"
    async with (
        server_process(url, tmp_path, TRAILMARK_TOKEN_SECRET=TOKEN_SECRET) as server,
        proxying(server.url, tmp_path) as proxy,
    ):
        yield proxy


def _authorized() -> dict[str, str]:
    """A token made now: one made at import would have expired in a long run."""
    return {"Authorization": f"Bearer {token('ann')}"}


def _client(proxy: Proxy, path: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=proxy.url + path,
        verify=proxy.tls,
        headers=_authorized(),
        timeout=30,
        trust_env=False,
    )


@pytest.mark.parametrize("path", [PREFIX, ""])
async def test_nothing_leads_away_from_tls_and_the_path(proxy: Proxy, path: str) -> None:
    """Neither a slash at the end, nor a link, nor what pages load."""
    async with _client(proxy, path) as http:
        for address in ("/graphql", "/graphql/"):
            assert (await http.post(address, json=QUERY)).json()["data"]["__typename"] == "Query"
        for target in ("p", "q"):
            told = {"user": "ann", "activity_type": "view", "target": target}
            assert (await http.post("/activities/", json=told)).status_code == 201
        first = (await http.get("/activities/?page_size=1")).json()
        second = (await http.get(first["next"])).json()
        document = (await http.get("/openapi.json")).json()
        explorer = await http.get("/explorer/", headers=PAGE)
        docs = await http.get("/docs/", headers=PAGE)

    assert first["next"].startswith(f"{proxy.url}{path}/activities/?")
    assert second["previous"].startswith(f"{proxy.url}{path}/activities/?")
    assert document["servers"] == [{"url": path or "/"}]
    assert httpx.URL(proxy.url).join(explorer.headers["location"]).scheme == "https"
    assert explorer.headers["location"].endswith(f"{path}/graphql")
    assert docs.status_code == 200
    assert f'"{path}/' in docs.text


async def test_sockets_open_from_the_pages_that_the_proxy_serves(proxy: Proxy) -> None:
    """Their origin has the scheme of the proxy, which the server does not speak."""
    address = f"{proxy.url}{PREFIX}/graphql/".replace("https", "wss")
    async with connect(
        address,
        ssl=proxy.tls,
        origin=Origin(proxy.url),
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": _authorized()}))

        assert json.loads(await soon(socket.recv())) == {"type": "connection_ack"}


@pytest.mark.parametrize("path", [PREFIX, ""], ids=["1.1", "1.0"])
@pytest.mark.parametrize(
    "accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0, application/json"]
)
async def test_events_pass_as_they_happen(proxy: Proxy, path: str, accept: str) -> None:
    """By either version of HTTP that nginx speaks to the server."""
    async with _client(proxy, path) as http:
        cursor = (await http.post("/graphql", json=CURSOR)).json()["data"]["feedCursor"]
        sent = {"query": FOLLOW, "variables": {"after": cursor}}
        asking = http.stream("POST", "/graphql", json=sent, headers={"Accept": accept})
        async with asking as response:
            texts = response.aiter_text()
            await soon(anext(texts))
            await http.post("/graphql", json=RECORD)
            told = await soon(anext(texts))

    assert '"interactions":{"interaction":{"target":{"id":"p"}}}' in told


async def test_the_log_has_the_address_of_the_client_and_the_id_of_the_proxy(
    tmp_path: Path,
) -> None:
    """Not what the client says of itself."""
    url = f"sqlite://{tmp_path / 'logged.db'}"
    made_up = {"X-Forwarded-For": "203.0.113.7", "X-Request-Id": "made-up"}
    async with (
        server_process(
            url,
            tmp_path,
            TRAILMARK_TOKEN_SECRET=TOKEN_SECRET,
            TRAILMARK_ACCESS_LOG="true",
            TRAILMARK_ANONYMIZE_IP="false",
            TRAILMARK_TRUSTED_PROXIES="127.0.0.1",
        ) as server,
        proxying(server.url, tmp_path) as proxy,
    ):
        transport = httpx.AsyncHTTPTransport(verify=proxy.tls, local_address="127.0.0.2")
        async with httpx.AsyncClient(transport=transport, timeout=30) as http:
            answer = await http.get(f"{proxy.url}{PREFIX}/healthz", headers=made_up)
        await until(lambda: "address=127.0.0.2" in server.log)

    id = answer.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", id)
    assert f"address=127.0.0.2 [{id}]" in server.log
