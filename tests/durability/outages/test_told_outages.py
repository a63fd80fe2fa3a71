"""What the log says of an outage, however much is asked of a server meanwhile: two lines."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models.database.database import Database
from models.database.migrating import migrate
from tests.support.client import COUNTS, RECORD, Caller
from tests.support.durability.outages import recovered, view
from tests.support.durability.server import Server, server_process, until
from tests.support.durability.stores import away, own_database, own_postgres
from tests.support.live.clients import EVENTS

pytestmark = pytest.mark.slow

AWAY_S = 10.0
FOLLOW = {"query": "subscription { interactions { __typename } }"}
WATCH = {"query": 'subscription { postStats(ids: ["p0"]) { __typename } }'}


def _lines(server: Server, text: str) -> list[str]:
    return [line for line in server.log.splitlines() if text in line]


async def _ask(caller: Caller, ended: asyncio.Event) -> int:
    """Record and read until told to end; how often it was refused."""
    refused = 0
    while not ended.is_set():
        for number in range(5):
            answer = await caller.send(RECORD, input=view(f"p{number}"))
            refused += "errors" in answer
        answer = await caller.send(COUNTS, id="p0")
        refused += "errors" in answer
        await asyncio.sleep(0.05)
    return refused


@asynccontextmanager
async def _followed(caller: Caller) -> AsyncIterator[None]:
    """Within this, the log and counts are followed, so that the feed reads them."""
    headers = {"Accept": EVENTS}
    async with (
        caller.http.stream("POST", "/graphql", json=FOLLOW, headers=headers),
        caller.http.stream("POST", "/graphql", json=WATCH, headers=headers),
    ):
        yield


async def _outage(server: Server, caller: Caller, stop: Callable[[], None], seconds: float) -> int:
    """Have the database stopped for a while under load; how much was refused."""
    ended = asyncio.Event()
    asking = asyncio.create_task(_ask(caller, ended))
    try:
        await asyncio.to_thread(stop)
        await until(lambda: bool(_lines(server, "the database fails")), 30, server)
        await asyncio.sleep(seconds)  # an outage is one that lasts
    finally:
        ended.set()
    return await asking


async def test_ten_seconds_without_postgres_are_two_lines(tmp_path: Path) -> None:
    """One when it is lost, one when it is back; no tracebacks."""
    with own_postgres() as postgres:
        await migrate(Database.at(postgres.url))
        async with (
            server_process(postgres.url, tmp_path) as server,
            server.caller() as caller,
            _followed(caller),
        ):
            await caller.record(**view("before"))
            refused = await _outage(server, caller, lambda: postgres.stop("fast"), AWAY_S)
            await asyncio.to_thread(postgres.start)
            await until(lambda: bool(_lines(server, "the database is back")), 60, server)
            assert await caller.outcome(**view("after")) == "CREATED"
            assert await caller.counts("after") == {"VIEW": 1}
            said = [line for line in server.log.splitlines() if re.match(r"20\d\d-", line)]

    assert refused > 10
    assert "Traceback" not in server.log, server.log
    kinds = [_kind(line) for line in said]
    assert kinds == ["starting", "ready", "the database fails", "the database is back"], said


def _kind(line: str) -> str:
    """What a line tells, without where and why."""
    message = line.split(": ", 1)[1]
    found = re.match(r"starting|ready|the database (?:fails|is back)", message)
    return found[0] if found else message


async def test_a_postgres_that_stands_still_is_two_lines(tmp_path: Path) -> None:
    """It accepts connections and answers nothing; what waited for it fails later, untold."""
    with own_postgres() as postgres:
        await migrate(Database.at(postgres.url))
        async with (
            server_process(postgres.url, tmp_path) as server,
            server.caller() as caller,
            _followed(caller),
        ):
            await caller.record(**view("before"))
            with postgres.standing_still():
                refused = await _outage(server, caller, lambda: None, 5)
            await until(lambda: bool(_lines(server, "the database is back")), 60, server)
            await recovered(caller, "after")
            said = [line for line in server.log.splitlines() if re.match(r"20\d\d-", line)]

    assert refused > 0
    assert "Traceback" not in server.log, server.log
    kinds = [_kind(line) for line in said]
    assert kinds == ["starting", "ready", "the database fails", "the database is back"], said


async def test_a_file_that_is_away_is_two_lines(tmp_path: Path) -> None:
    """The embedded database's: reading and recording fail, and that is told once."""
    async with own_database("sqlite", tmp_path) as url:
        file = Database.at(url).path
        async with (
            server_process(url, tmp_path) as server,
            server.caller() as caller,
            _followed(caller),
        ):
            with away(file):
                refused = await _outage(server, caller, lambda: None, 3)
            await until(lambda: bool(_lines(server, "the database is back")), 60, server)
            said = [line for line in server.log.splitlines() if re.match(r"20\d\d-", line)]

    assert refused > 10
    assert "Traceback" not in server.log, server.log
    kinds = [_kind(line) for line in said]
    assert kinds == ["starting", "ready", "the database fails", "the database is back"], said
