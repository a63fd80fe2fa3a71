"""Exports under way: they last no longer than the key or token that they were begun with."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.config.settings import Settings
from models.database.database import Database
from models.reading.api_keys import revoke_key
from resolvers.clock import system_clock
from tests.support.access.callers import TOKEN_SECRET, Guarded, alias, serving_guarded, token
from tests.support.live.streams import soon
from tests.support.serving import SECRET


@dataclass
class Slow:
    """Connections that take the first line of an export, and the others once `is_read` is set."""

    is_read: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def called(scope: Scope, receive: Receive, send: Send) -> None:
            sent = 0

            async def send_slowly(message: Message) -> None:
                nonlocal sent
                if scope["path"] == "/export" and sent > 1:  # the head, and a line
                    await self.is_read.wait()
                sent += 1
                await send(message)

            is_http = scope["type"] == "http"
            await app(scope, receive, send_slowly if is_http else send)

        return called


@pytest.fixture
def slow() -> Slow:
    """What stands between the server and its callers."""
    return Slow()


@pytest.fixture
async def guarded(
    sqlite_url: str, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Guarded]:
    """A server that sends exports line by line, and often looks for what has ended."""
    monkeypatch.setattr("graph.access.credentials.FRESH_S", 0.05)
    monkeypatch.setattr("resolvers.privacy.ndjson.CHUNK_BYTES", 1)
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET, token_leeway_seconds=0)
    async with serving_guarded(settings, "admin", "record", wrap=slow) as guarded:
        for post in ("p", "q"):
            sent = {"user_id": "ann", "post_id": post, "action_type": "view"}
            headers = guarded.headers("record")
            await guarded.http.post("/api/v1/interactions", json=sent, headers=headers)
        yield guarded


async def revoke(guarded: Guarded, who: str) -> None:
    """Revoke a key; a token expires by itself."""
    if who == "admin":
        id = guarded.credentials[who].split("_")[1]
        assert await revoke_key(Database.at(guarded.url), id, system_clock())


@pytest.mark.parametrize("who", ["admin", "soon"])
async def test_an_export_breaks_off_with_its_key_or_token(
    guarded: Guarded, slow: Slow, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    """Its client can tell that it is not whole; the log says why. Another's goes on."""
    guarded.credentials["soon"] = token("ann", exp=int(time.time()) + 2)

    with caplog.at_level(logging.WARNING, "graph.rest.export"):
        async with (
            guarded.http.stream("GET", "/export", headers=guarded.headers("bob")) as other,
            guarded.http.stream(
                "GET", "/export?user_id=ann", headers=guarded.headers(who)
            ) as answer,
        ):
            lines = answer.aiter_lines()
            first = json.loads(await soon(anext(lines)))
            await revoke(guarded, who)
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                await soon(anext(lines))
            slow.is_read.set()
            (others,) = (await soon(other.aread())).splitlines()

    assert first["user_alias"] == alias("ann")
    assert json.loads(others)["user_alias"] == alias("bob")
    said = "an export is broken off: the key or token is no longer valid"
    logged = [each.getMessage() for each in caplog.records if each.name == "graph.rest.export"]
    assert logged == [said]


async def test_a_slow_export_is_whole(guarded: Guarded, slow: Slow) -> None:
    """However long it waits for its reader, while its key is valid."""
    headers = guarded.headers("admin")

    async with guarded.http.stream("GET", "/export?user_id=ann", headers=headers) as answer:
        await asyncio.sleep(0.2)  # four looks at who may go on
        slow.is_read.set()
        lines = [json.loads(line) async for line in answer.aiter_lines()]

    types = [line["type"] for line in lines if line["type"] != "engaged_post"]  # a follower's
    assert types == [
        "user",
        "interaction",
        "interaction",
        "total",
        "score",
    ]


async def test_a_caller_has_at_most_four_exports_under_way(guarded: Guarded, slow: Slow) -> None:
    """One more is refused with 503, another caller's is not; one that ended makes room."""
    headers = guarded.headers("admin")
    async with AsyncExitStack() as stack:
        for _ in range(4):
            export = guarded.http.stream("GET", "/export?user_id=ann", headers=headers)
            await stack.enter_async_context(export)

        refused = await guarded.http.get("/export?user_id=ann", headers=headers)
        slow.is_read.set()
        others = await guarded.http.get("/export", headers=guarded.headers("bob"))

    assert refused.status_code == 503
    assert refused.json()["error"] == "4 exports of this caller are under way, as many as may"
    assert others.status_code == 200
    assert (await guarded.http.get("/export?user_id=ann", headers=headers)).status_code == 200


async def test_a_process_has_at_most_so_many_exports_under_way(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks then is refused."""
    monkeypatch.setattr("graph.rest.export.EXPORTS", 1)
    address = "/export?user_id=ann"
    async with guarded.http.stream("GET", address, headers=guarded.headers("admin")):
        refused = await guarded.http.get("/export", headers=guarded.headers("bob"))

    assert refused.status_code == 503
    assert refused.json()["error"] == "1 exports are under way, as many as may"
