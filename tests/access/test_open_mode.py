"""Open mode: while no credentials are configured, this machine may do everything, and none else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed

from graph.access import is_loopback
from graph.settings import Settings
from tests.access.callers import (
    DENIED,
    TOKEN_SECRET,
    TRANSPORTS,
    House,
    Reply,
    alias,
    housing,
    make_key,
    token,
)
from tests.conftest import SECRET
from tests.durability.server import until_awaited
from tests.graph.transport.streams import soon
from tests.pasts import everything

RECORD = """mutation { recordInteraction(
  input: {userId: "ann", action: VIEW, postId: "p"}) { outcome } }"""
READ = '{ user(id: "ann") { alias } }'
FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "192.168.0.1",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1:8000",
    "[2001:db8::1]:8000",
    "[::]",
    "2130706433",
    "127.0.0.1@evil.example",
    "[",
    "",
]
OWN = ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.8.9.1:80", "[::1]:8000", "app.localhost"]
PASSED_ON = {
    "Forwarded": "for=127.0.0.1",
    "X-Forwarded-For": "127.0.0.1",
    "x-forwarded-host": "localhost",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Whatever": "",
    "X-Real-IP": "127.0.0.1",
}
AUDIENCE = "trailmark"
ENDED = "the key or token is no longer valid"


@asynccontextmanager
async def _open(url: str, client: str | None = None) -> AsyncIterator[House]:
    """A server without credentials, called from an address."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def called(scope: Scope, receive: Receive, send: Send) -> None:
            if client is not None and scope["type"] in ("http", "websocket"):
                scope = {**scope, "client": (client, 40_000)}
            await app(scope, receive, send)

        return called

    async with housing(Settings(url, SECRET), wrap=wrap) as house:
        yield house


async def _sent(house: House, headers: dict[str, str]) -> Reply:
    answer = await house.http.post("/graphql", json={"query": RECORD}, headers=headers)
    return Reply(answer.status_code, answer.json(), dict(answer.headers))


async def _is_shut(house: House, headers: dict[str, str], message: str) -> None:
    """Every way in is shut to a request with some headers, and nothing happens."""
    before = await everything(house.url)
    reply = await _sent(house, headers)
    assert (reply.status, reply.codes) == (403, {"FORBIDDEN"})
    assert reply.body["errors"][0]["message"] == message
    assert "www-authenticate" not in reply.headers
    for accept in ("application/json", "text/event-stream"):
        given = {**headers, "Accept": accept}
        answer = await house.http.get("/graphql", params={"query": READ}, headers=given)
        assert answer.status_code == 403
        assert alias("ann") not in answer.text
    export = await house.http.get("/export?user_id=ann", headers=headers)
    assert export.status_code == 403
    assert export.json() == {"error": message, "code": "FORBIDDEN"}
    if "Host" not in headers:
        async with house.connected(headers) as line:
            with pytest.raises(ConnectionClosed):
                await line.init()
            assert line.ending == (DENIED, message[:123])
    assert await everything(house.url) == before


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_this_machine_may_do_everything(sqlite_url: str, transport: str) -> None:
    """By every transport, without credentials."""
    async with _open(sqlite_url) as house:
        assert (await house.ask(transport, "nobody", READ)).data == {
            "user": {"alias": alias("ann")}
        }
        if transport != "get":
            for query in (RECORD, "mutation { recalculateScores { users } }"):
                assert (await house.ask(transport, "nobody", query)).outcome == "yes"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_credentials_are_ignored(sqlite_url: str, transport: str) -> None:
    """Good for nothing, they do no harm: a client may send those of another deployment."""
    async with _open(sqlite_url) as house:
        for who in (token("bob"), "tmk_0123456789ab_x", "garbage"):
            assert (await house.ask(transport, who, READ)).outcome == "yes"
        assert (await house.post(token("bob"), "{ viewer { alias } }")).data == {"viewer": None}
        answer = await house.http.get("/graphql", params={"query": READ, "token": "x"})
        assert answer.status_code == 200


async def test_foreign_hosts_are_refused(sqlite_url: str) -> None:
    """A page whose name was pointed at this machine sends its own name as Host."""
    async with _open(sqlite_url) as house:
        message = "no credentials are configured: the Host must be a loopback address"
        for host in FOREIGN:
            await _is_shut(house, {"Host": host}, message)


async def test_hosts_of_this_machine_are_taken(sqlite_url: str) -> None:
    """Names and addresses of the loopback interface, with a port or without."""
    async with _open(sqlite_url) as house:
        for host in OWN:
            assert (await _sent(house, {"Host": host})).outcome == "yes", host


async def test_what_a_proxy_passes_on_is_refused(sqlite_url: str) -> None:
    """Whoever is behind it, it stands here for others."""
    async with _open(sqlite_url) as house:
        for name, value in PASSED_ON.items():
            message = f"no credentials are configured, and the header {name.lower()} is not local"
            await _is_shut(house, {name: value}, message)


@pytest.mark.parametrize("client", ["192.0.2.7", "10.0.0.1", "2001:db8::7", "::ffff:192.0.2.7"])
async def test_other_machines_are_refused(sqlite_url: str, client: str) -> None:
    """Whatever Host they say."""
    async with _open(sqlite_url, client) as house:
        await _is_shut(house, {}, "no credentials are configured: only this machine may call")


@pytest.mark.parametrize("client", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
async def test_every_loopback_address_is_this_machine(sqlite_url: str, client: str) -> None:
    """Of both versions, and the one within the other."""
    async with _open(sqlite_url, client) as house:
        assert (await _sent(house, {})).outcome == "yes"


async def test_with_credentials_addresses_do_not_matter(sqlite_url: str) -> None:
    """Behind a proxy, under any name: then keys and tokens tell who calls."""
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    headers = {"Host": "trailmark.example", "X-Forwarded-For": "192.0.2.7"}
    async with housing(settings) as house:
        assert (await _sent(house, {**headers, **house.headers("ann")})).outcome == "yes"
        assert (await _sent(house, headers)).outcome == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.255.0.1", "::1", "localhost", "a.localhost", "::ffff:127.0.0.1"],
)
def test_loopback_is_told(host: str) -> None:
    """Names and addresses that lead to this machine alone."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0.0.0.0", "::", "127.1", "localhost.example", "*", "128.0.0.1", "::ffff:0.0.0.0"],  # noqa: S104
)
def test_everything_else_is_not_loopback(host: str) -> None:
    """Neither all addresses at once nor what is not written out."""
    assert not is_loopback(host)


async def test_the_first_key_closes_the_open_mode(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soon after it was made, in a server that runs; the streams that were open end too."""
    monkeypatch.setattr("graph.access.FRESH_S", 0.05)
    async with _open(sqlite_url) as house, house.connected() as line:
        assert await line.init() == {"type": "connection_ack"}
        await line.subscribe('subscription { follow(channel: "a") }')
        await soon(house.stage.started.get())

        async def is_shut() -> bool:
            return (await house.post("nobody", READ)).outcome != "yes"

        key = await make_key(sqlite_url, "read")

        assert await line.end() == (DENIED, ENDED)
        await until_awaited(is_shut)
        assert (await house.post(key, READ)).outcome == "yes"
        for transport in TRANSPORTS:
            assert (await house.ask(transport, "nobody", READ)).outcome == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "more", [{"token_secret": TOKEN_SECRET}, {"token_jwks_url": "http://127.0.0.1:1/"}]
)
async def test_any_token_setting_closes_the_open_mode(
    sqlite_url: str, more: dict[str, Any]
) -> None:
    """From the start, though no key was ever made."""
    async with housing(Settings(sqlite_url, SECRET, **more)) as house:
        assert (await house.post("nobody", READ)).outcome == "UNAUTHENTICATED"


async def test_an_audience_alone_is_no_credential(sqlite_url: str) -> None:
    """Nothing can be checked with it, so it neither closes nor opens."""
    async with housing(Settings(sqlite_url, SECRET, token_audience=AUDIENCE)) as house:
        assert (await house.post("nobody", READ)).outcome == "yes"
