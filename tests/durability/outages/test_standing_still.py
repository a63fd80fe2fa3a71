"""PostgreSQL that stands still: it accepts connections, and answers nothing until it goes on."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from graph.server.routes import READY_S
from models.database.database import Database
from models.database.migrating import migrate
from models.database.postgres import ANSWER_S, COMMANDS
from models.database.postgres_pool import ACQUIRE_S
from tests.support.client import HISTORY, RECORD, Caller
from tests.support.command_line import ended
from tests.support.databases import empty
from tests.support.durability.outages import readiness, recovered, view
from tests.support.durability.server import (
    SECRET,
    Server,
    server_process,
    until_awaited,
)
from tests.support.durability.stores import Postgres, log_held, own_postgres, rows, targets
from tests.support.live.feeds import feeding, usual

pytestmark = pytest.mark.slow

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type cursor interaction { action target { id } } }
}
"""
SLACK_S = 1.0
"""What a loaded machine may add."""

R = TypeVar("R")


@pytest.fixture(scope="module")
def postgres_of_ours() -> Iterator[Postgres]:
    """A migrated PostgreSQL server that the tests of this module may halt."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        yield server


@pytest.fixture
async def own(postgres_of_ours: Postgres) -> Postgres:
    """That server, empty."""
    await empty(Database.at(postgres_of_ours.url))
    return postgres_of_ours


@pytest.fixture
async def server(own: Postgres, tmp_path: Path) -> AsyncIterator[Server]:
    """A server over it, in a process of its own."""
    async with server_process(own.url, tmp_path) as server:
        yield server


async def timed(work: Awaitable[R]) -> tuple[R, float]:
    """What an awaitable comes to, and after how many seconds."""
    begun = time.monotonic()
    return await work, time.monotonic() - begun


async def codes(caller: Caller, query: str, **variables: Any) -> set[str]:
    return {error["extensions"]["code"] for error in await caller.errors(query, **variables)}


async def test_all_are_answered_in_time_and_all_goes_on(own: Postgres, server: Server) -> None:
    """Recording, reading and readiness: each says in time that it is away, and then is not."""
    async with server.caller() as caller:
        await caller.record(**view("p0"))
        assert await caller.history("ann") == ["VIEW p0"]

        with own.standing_still():
            writes = [codes(caller, RECORD, input=view(f"lost{i}")) for i in range(8)]
            reads = [codes(caller, HISTORY, id="ann") for _ in range(12)]
            ready = [readiness(caller) for _ in range(20)]
            refusals, statuses = await asyncio.gather(
                asyncio.gather(*map(timed, [*writes, *reads])),
                asyncio.gather(*map(timed, ready)),
            )
            said = (await caller.http.get("/readyz")).json()

        assert {code for found, _ in refusals for code in found} == {"OVERLOADED"}
        assert max(seconds for _, seconds in refusals) < ANSWER_S + SLACK_S
        assert {status for status, _ in statuses} == {503}
        assert max(seconds for _, seconds in statuses) < READY_S + SLACK_S
        assert said == {
            "status": "unavailable",
            "reason": "PostgreSQL has not answered for 8 seconds",
        }
        _, seconds = await timed(recovered(caller, "p1"))
        assert seconds < 5
        assert await readiness(caller) == 200

    assert await targets(own.url) == ["p0", "p1"]
    code, said = await server.verify()
    assert code == 0, said
    assert "Traceback" not in server.log, server.log


async def test_a_commit_that_was_sent_is_told_as_unknown(own: Postgres, server: Server) -> None:
    """It is INTERNAL, since it may be stored; the same event id stores it once."""
    async with server.caller() as caller:
        await caller.record(**view("p0"))
        async with log_held(own.url):
            sent = asyncio.create_task(codes(caller, RECORD, input=view("p1")))
            await until_awaited(lambda: _waits_for_the_lock(own.url))
            with own.standing_still():
                found, seconds = await timed(sent)

        assert found == {"INTERNAL"}
        assert seconds < ANSWER_S + SLACK_S
        await recovered(caller, "p1")

    assert await targets(own.url) == ["p0", "p1"]


async def _waits_for_the_lock(url: str) -> bool:
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"  # for who has the row
    return bool(await rows(url, waiting))


async def test_an_export_is_cut_in_time(own: Postgres, server: Server) -> None:
    """Its client sees that it is not whole, and is not left to wait."""
    async with server.caller() as caller:
        for number in range(10):
            await caller.outcomes(*(view(f"{number}-{i}") for i in range(1000)))

        async with caller.http.stream("GET", "/export", params={"user_id": "ann"}) as response:
            chunks = response.aiter_raw()
            await anext(chunks)
            with own.standing_still():
                begun = time.monotonic()
                with pytest.raises(httpx.RemoteProtocolError):
                    async for _ in chunks:
                        pass
                assert time.monotonic() - begun < ACQUIRE_S + ANSWER_S + SLACK_S


async def test_a_subscription_goes_on_and_misses_nothing(own: Postgres, clock: Any) -> None:
    """It stays open, and each of what is recorded later comes once."""
    async with feeding(usual(own.url), clock) as feed:
        start = await feed.cursor()
        async with feed.subscribed(FOLLOW, after=start) as subscriber:
            await feed.caller.record(**view("a"))
            assert await subscriber.received(1) == ["RECORDED VIEW a"]

            with own.standing_still():
                assert await codes(feed.caller, RECORD, input=view("b")) == {"OVERLOADED"}

            await recovered(feed.caller, "b")
            await feed.caller.record(**view("c"))
            assert await subscriber.received(2) == ["RECORDED VIEW b", "RECORDED VIEW c"]


@pytest.mark.parametrize("commands", [("serve", "verify"), ("prune", "migrate")])
async def test_commands_say_so_and_end(
    own: Postgres, tmp_path: Path, commands: tuple[str, str]
) -> None:
    """What is started while it stands still says that it does not answer, and exits with 2."""
    settings = {"TRAILMARK_SECRET": SECRET, "HOME": str(tmp_path)}

    async def run(command: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(ended, own.url, command, **settings)

    with own.standing_still():
        found = await asyncio.gather(*(timed(run(command)) for command in commands))

    for done, seconds in found:
        assert done.returncode == 2
        assert "the database does not answer" in done.stderr
        assert "Traceback" not in done.stderr
        assert seconds < COMMANDS.connect_s + 10  # to start Python on a loaded machine


async def test_stopping_takes_no_longer_than_usual(own: Postgres, server: Server) -> None:
    """A server that is asked to stop while it waits for the database is gone in seconds."""
    async with server.caller() as caller:
        await caller.record(**view("p0"))
        with own.standing_still():
            asked = [
                asyncio.create_task(caller.send(RECORD, input=view("p1"))),
                asyncio.create_task(caller.send(HISTORY, id="ann")),
            ]
            await asyncio.wait(asked, timeout=0.5)  # for them to be under way

            assert await server.terminate() < 8
            answers = await asyncio.gather(*asked)

    assert all("errors" in answer for answer in answers)
    assert "Traceback" not in server.log, server.log
