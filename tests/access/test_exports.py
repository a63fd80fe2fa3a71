"""Exports under way: they last no longer than the key or token that they were begun with."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.settings import Settings
from models.database import Database
from models.keys import revoke_key
from resolvers.clock import system_clock
from tests.access.callers import TOKEN_SECRET, House, alias, housing, token
from tests.conftest import SECRET
from tests.graph.transport.streams import soon


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
async def house(
    sqlite_url: str, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A server that sends exports line by line, and often looks for what has ended."""
    monkeypatch.setattr("graph.access.FRESH_S", 0.05)
    monkeypatch.setattr("graph.export.CHUNK_BYTES", 1)
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    async with housing(settings, "admin", "record", wrap=slow) as house:
        for post in ("p", "q"):
            sent = {"user_id": "ann", "post_id": post, "action_type": "view"}
            headers = house.headers("record")
            await house.http.post("/api/v1/interactions", json=sent, headers=headers)
        yield house


async def revoke(house: House, who: str) -> None:
    """Revoke a key; a token expires by itself."""
    if who == "admin":
        id = house.credentials[who].split("_")[1]
        assert await revoke_key(Database.at(house.url), id, system_clock())


@pytest.mark.parametrize("who", ["admin", "soon"])
async def test_an_export_breaks_off_with_its_key_or_token(
    house: House, slow: Slow, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    """Its client can tell that it is not whole; the log says why. Another's goes on."""
    house.credentials["soon"] = token("ann", exp=int(time.time()) + 2)

    with caplog.at_level(logging.WARNING, "graph.export"):
        async with (
            house.http.stream("GET", "/export", headers=house.headers("bob")) as other,
            house.http.stream("GET", "/export?user_id=ann", headers=house.headers(who)) as answer,
        ):
            lines = answer.aiter_lines()
            first = json.loads(await soon(anext(lines)))
            await revoke(house, who)
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                await soon(anext(lines))
            slow.is_read.set()
            (others,) = (await soon(other.aread())).splitlines()

    assert first["user_alias"] == alias("ann")
    assert json.loads(others)["user_alias"] == alias("bob")
    said = "an export is broken off: the key or token is no longer valid"
    told = [each.getMessage() for each in caplog.records if each.name == "graph.export"]
    assert told == [said]


async def test_a_slow_export_is_whole(house: House, slow: Slow) -> None:
    """However long it waits for its reader, while its key is valid."""
    headers = house.headers("admin")

    async with house.http.stream("GET", "/export?user_id=ann", headers=headers) as answer:
        await asyncio.sleep(0.2)  # four looks at who may go on
        slow.is_read.set()
        lines = [json.loads(line) async for line in answer.aiter_lines()]

    assert [line["type"] for line in lines] == [
        "user",
        "interaction",
        "interaction",
        "total",
        "score",
    ]
