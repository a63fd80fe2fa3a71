"""Open mode: while no credentials are configured, this machine may do everything, and none else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed

from graph.access.loopback import is_loopback
from graph.config.settings import Settings
from tests.support.access.callers import (
    DENIED,
    TOKEN_SECRET,
    TRANSPORTS,
    Guarded,
    Reply,
    alias,
    make_key,
    serving_guarded,
    token,
)
from tests.support.durability.server import until_awaited
from tests.support.live.streams import soon
from tests.support.pasts import everything
from tests.support.serving import SECRET

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
    "evil.example@127.0.0.1",
    "127.0.0.1:8000@evil.example",
    "127.0.0.1.nip.io",
    "localhost.",
    "localhost.evil.com",
    "evil-localhost",
    "localhost:",
    "localhost:80:80",
    "localhost:65536",
    "localhost:http",
    "localhost/evil.example",
    "localhost#evil.example",
    "localhost?evil.example",
    "localhost\\evil.example",
    "local\thost",
    "localhost, evil.example",
    "a..localhost",
    ".localhost",
    "127.1",
    "127.0.0.1:8000.evil.example",
    "[127.0.0.1]",
    "[::1]evil.example",
    "[::1].evil.example",
    "[::1%25lo]",
    "[::1",
    "::1",
    "[",
    "a" * 300 + ".localhost",
    "",
]
OWN = [
    "localhost",
    "LOCALHOST:8000",
    "127.0.0.1",
    "127.8.9.1:80",
    "[::1]",
    "[::1]:8000",
    "[0:0:0:0:0:0:0:1]:65535",
    "[::FFFF:127.0.0.1]:1",
    "app.localhost",
    "my_app.dev.localhost:5173",
]
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
async def _open(url: str, client: str | None = None) -> AsyncIterator[Guarded]:
    """A server without credentials, called from an address."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def called(scope: Scope, receive: Receive, send: Send) -> None:
            if client is not None and scope["type"] in ("http", "websocket"):
                scope = {**scope, "client": (client, 40_000)}
            await app(scope, receive, send)

        return called

    async with serving_guarded(Settings(url, SECRET), wrap=wrap) as guarded:
        yield guarded


async def _sent(guarded: Guarded, headers: dict[str, str]) -> Reply:
    answer = await guarded.http.post("/graphql", json={"query": RECORD}, headers=headers)
    return Reply(answer.status_code, answer.json(), dict(answer.headers))


async def _is_shut(guarded: Guarded, headers: dict[str, str], message: str) -> None:
    """Every way in is shut to a request with some headers, and nothing happens."""
    before = await everything(guarded.url)
    reply = await _sent(guarded, headers)
    assert (reply.status, reply.codes) == (403, {"FORBIDDEN"})
    assert reply.body["errors"][0]["message"] == message
    assert "www-authenticate" not in reply.headers
    for accept in ("application/json", "text/event-stream"):
        given = {**headers, "Accept": accept}
        answer = await guarded.http.get("/graphql", params={"query": READ}, headers=given)
        assert answer.status_code == 403
        assert alias("ann") not in answer.text
    export = await guarded.http.get("/export?user_id=ann", headers=headers)
    assert export.status_code == 403
    assert export.json() == {"error": message, "code": "FORBIDDEN"}
    if "Host" not in headers:
        async with guarded.connected(headers) as line:
            with pytest.raises(ConnectionClosed):
                await line.init()
            assert line.ending == (DENIED, message[:123])
    assert await everything(guarded.url) == before


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_this_machine_may_do_everything(sqlite_url: str, transport: str) -> None:
    """By every transport, without credentials."""
    async with _open(sqlite_url) as guarded:
        assert (await guarded.ask(transport, "nobody", READ)).data == {
            "user": {"alias": alias("ann")}
        }
        if transport != "get":
            for query in (RECORD, "mutation { recalculateScores { users } }"):
                assert (await guarded.ask(transport, "nobody", query)).outcome == "yes"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_credentials_are_ignored(sqlite_url: str, transport: str) -> None:
    """Good for nothing, they do no harm: a client may send those of another deployment."""
    async with _open(sqlite_url) as guarded:
        for who in (token("bob"), "tmk_0123456789ab_x", "garbage"):
            assert (await guarded.ask(transport, who, READ)).outcome == "yes"
        assert (await guarded.post(token("bob"), "{ viewer { alias } }")).data == {"viewer": None}
        answer = await guarded.http.get("/graphql", params={"query": READ, "token": "x"})
        assert answer.status_code == 200


async def test_foreign_hosts_are_refused(sqlite_url: str) -> None:
    """A page whose name was pointed at this machine sends its own name as Host."""
    async with _open(sqlite_url) as guarded:
        message = "no credentials are configured: the Host must be a loopback address"
        for host in FOREIGN:
            await _is_shut(guarded, {"Host": host}, message)


async def test_hosts_of_this_machine_are_taken(sqlite_url: str) -> None:
    """Names and addresses of the loopback interface, with a port or without."""
    async with _open(sqlite_url) as guarded:
        for host in OWN:
            assert (await _sent(guarded, {"Host": host})).outcome == "yes", host


async def test_one_host_is_needed_and_no_more(sqlite_url: str) -> None:
    """Of two, a proxy may have looked at the other."""
    async with _open(sqlite_url) as guarded:
        for hosts in ([], ["localhost", "localhost"], ["localhost", "evil.example"]):
            reader, writer = await asyncio.open_connection("127.0.0.1", guarded.port)
            lines = "".join(f"Host: {host}\r\n" for host in hosts)
            query = "GET /graphql?query={__typename} HTTP/1.1"
            writer.write(f"{query}\r\n{lines}Connection: close\r\n\r\n".encode())
            answer = await soon(reader.read())
            writer.close()

            assert answer.startswith(b"HTTP/1.1 403 "), hosts
            assert b"the Host must be a loopback address" in answer


async def test_what_a_proxy_passes_on_is_refused(sqlite_url: str) -> None:
    """Whoever is behind it, it stands here for others."""
    async with _open(sqlite_url) as guarded:
        for name, value in PASSED_ON.items():
            message = f"no credentials are configured, and the header {name.lower()} is not local"
            await _is_shut(guarded, {name: value}, message)


@pytest.mark.parametrize("client", ["192.0.2.7", "10.0.0.1", "2001:db8::7", "::ffff:192.0.2.7"])
async def test_other_machines_are_refused(sqlite_url: str, client: str) -> None:
    """Whatever Host they say."""
    async with _open(sqlite_url, client) as guarded:
        await _is_shut(guarded, {}, "no credentials are configured: only this machine may call")


@pytest.mark.parametrize("client", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
async def test_every_loopback_address_is_this_machine(sqlite_url: str, client: str) -> None:
    """Of both versions, and the one within the other."""
    async with _open(sqlite_url, client) as guarded:
        assert (await _sent(guarded, {})).outcome == "yes"


async def test_with_credentials_addresses_do_not_matter(sqlite_url: str) -> None:
    """Behind a proxy, under any name: then keys and tokens tell who calls."""
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    headers = {"Host": "trailmark.example", "X-Forwarded-For": "192.0.2.7"}
    async with serving_guarded(settings) as guarded:
        assert (await _sent(guarded, {**headers, **guarded.headers("ann")})).outcome == "yes"
        assert (await _sent(guarded, headers)).outcome == "UNAUTHENTICATED"


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
    monkeypatch.setattr("graph.access.credentials.FRESH_S", 0.05)
    async with _open(sqlite_url) as guarded, guarded.connected() as line:
        assert await line.init() == {"type": "connection_ack"}
        await line.subscribe('subscription { follow(channel: "a") }')
        await soon(guarded.stage.started.get())

        async def is_shut() -> bool:
            return (await guarded.post("nobody", READ)).outcome != "yes"

        key = await make_key(sqlite_url, "read")

        assert await line.end() == (DENIED, ENDED)
        await until_awaited(is_shut)
        assert (await guarded.post(key, READ)).outcome == "yes"
        for transport in TRANSPORTS:
            assert (await guarded.ask(transport, "nobody", READ)).outcome == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "more", [{"token_secret": TOKEN_SECRET}, {"token_jwks_url": "http://127.0.0.1:1/"}]
)
async def test_any_token_setting_closes_the_open_mode(
    sqlite_url: str, more: dict[str, Any]
) -> None:
    """From the start, though no key was ever made."""
    async with serving_guarded(Settings(sqlite_url, SECRET, **more)) as guarded:
        assert (await guarded.post("nobody", READ)).outcome == "UNAUTHENTICATED"


async def test_an_audience_alone_is_no_credential(sqlite_url: str) -> None:
    """Nothing can be checked with it, so it neither closes nor opens."""
    async with serving_guarded(Settings(sqlite_url, SECRET, token_audience=AUDIENCE)) as guarded:
        assert (await guarded.post("nobody", READ)).outcome == "yes"
