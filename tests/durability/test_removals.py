"""Large removals: killed in the middle they go on by themselves, and they stop nobody else."""

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.durability.load import send
from tests.support.durability.server import PROGRAM, SECRET, Server, server_process, until_awaited
from tests.support.durability.stores import own_database, rows
from tests.support.pasts import ERASE, choose, erase

ANN = {"userId": "ann"}
POSTS = 50
CLIENTS = 8
ERASED = 40_000
PENDING = "SELECT count(*) FROM removals"
STORED = "SELECT count(*) FROM interactions WHERE user_alias = '{}'"

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgres"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server over a database of its own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as server,
    ):
        yield server


def past(user_id: str, size: int) -> Iterator[dict[str, Any]]:
    """Events and states of one user, over some weeks and posts."""
    for number in range(size):
        is_event = number % 5
        day, second = 1 + number % 18, number % 60
        yield {
            "user_id": user_id,
            "action": "VIEW" if is_event else "FAVORITE",
            "post_id": f"p{number % POSTS}" if is_event else f"s{number}",
            "event_id": f"e{number}",
            "occurred_at": f"2026-11-{day:02}T10:{number % 59:02}:{second:02}Z",
        }


async def fill(server: Server, folder: Path, user_id: str, size: int) -> None:
    file = folder / f"{user_id}.ndjson"
    file.write_text("\n".join(json.dumps(line) for line in past(user_id, size)))
    environment = {"TRAILMARK_DATABASE_URL": server.database_url, "TRAILMARK_SECRET": SECRET}
    command = [str(PROGRAM), "import", str(file)]
    await asyncio.to_thread(
        subprocess.run, command, env=environment, check=True, capture_output=True, timeout=240
    )


async def number(server: Server, statement: str) -> int:
    ((found,),) = await rows(server.database_url, statement)
    return int(found)


async def targets(server: Server) -> list[tuple[Any, ...]]:
    """What counts of posts and as activity."""
    totals = "SELECT subject_id, action, count, decayed FROM totals"
    found = await rows(server.database_url, f"{totals} WHERE subject_kind = 1 AND count <> 0")
    activity = "SELECT span, start, action, count FROM activity WHERE count <> 0"
    return sorted(found + await rows(server.database_url, activity), key=str)


async def export(caller: Caller) -> list[str]:
    answer = await caller.http.get("/export", params={"user_id": "ann"})
    return [json.loads(line)["type"] for line in answer.text.splitlines()]


@pytest.mark.parametrize("erasing", [True, False], ids=["erased", "limited"])
async def test_a_removal_that_was_killed_is_finished_after_the_restart(
    server: Server, tmp_path: Path, erasing: bool
) -> None:
    """Totals agree with rows amid it, nobody has to ask for the rest, and all of it goes."""
    await fill(server, tmp_path, "bob", 2_000)
    before = await targets(server)
    await fill(server, tmp_path, "ann", 10_000)
    full = await targets(server)
    async with server.caller() as caller:
        alias = (await caller.data('{ user(id: "ann") { alias } }'))["user"]["alias"]
        statement = STORED.format(alias)

        async def is_under_way() -> bool:
            return await number(server, statement) < 9_000

        request = (
            erase(caller, **ANN, confirm=True)
            if erasing
            else choose(caller, **ANN, level="LIMITED")
        )
        asking = asyncio.create_task(request)
        await until_awaited(is_under_way, server=server)
        await server.kill()
        await asyncio.gather(asking, return_exceptions=True)

    assert 0 < await number(server, statement) < 9_000
    assert await number(server, PENDING) == 1
    code, said = await server.verify()
    assert code == 0, said

    async def is_done() -> bool:
        return await number(server, PENDING) == 0

    await server.start()
    await until_awaited(is_done, 60, server)

    assert await number(server, statement) == 0
    assert await targets(server) == (before if erasing else full)
    code, said = await server.verify()
    assert code == 0, said
    async with server.caller() as caller:
        assert await export(caller) == ["user"]


async def test_erasing_tens_of_thousands_of_rows_stops_nobody(
    server: Server, tmp_path: Path
) -> None:
    """Others are answered as before, within fractions of a second, and totals are exact."""
    await fill(server, tmp_path, "ann", ERASED)
    async with server.caller() as caller, asyncio.timeout(240):
        alone = await _recorded(caller, _enough(after=2.0))
        erased = asyncio.create_task(caller.http.post("/graphql", json=_erasure(), timeout=240))
        beside = await _recorded(caller, erased)
        payload = (await erased).json()["data"]["eraseUser"]
        lines = await export(caller)

    views = len(alone) + len(beside)
    print(f"alone {_shown(alone)}, beside {_shown(beside)}")  # noqa: T201 (shown with -s)
    assert (payload["removedInteractions"], payload["errors"]) == (ERASED, [])
    assert lines == ["user"]
    assert _percentile(beside, 0.99) < 0.5
    assert max(beside) < 2
    assert await number(server, "SELECT count(*) FROM interactions") == views
    assert await number(server, "SELECT sum(count) FROM totals WHERE subject_kind = 1") == views
    code, said = await server.verify()
    assert code == 0, said


def _erasure() -> dict[str, Any]:
    return {"query": ERASE, "variables": {"input": {**ANN, "confirm": True}}}


def _enough(*, after: float) -> "asyncio.Task[None]":
    return asyncio.create_task(asyncio.sleep(after))


async def _recorded(caller: Caller, end: "asyncio.Task[Any]") -> list[float]:
    """Others record one view after another until the end; the seconds that each took."""
    took: list[float] = []

    async def record(client: int) -> None:
        while not end.done():
            begun = time.monotonic()
            post = f"p{len(took) % POSTS}"
            await send(caller, [{"userId": f"c{client}", "action": "VIEW", "postId": post}])
            took.append(time.monotonic() - begun)

    await asyncio.gather(*(record(client) for client in range(CLIENTS)))
    return took


def _percentile(took: list[float], part: float) -> float:
    return sorted(took)[int(len(took) * part)]


def _shown(took: list[float]) -> str:
    median, p99 = _percentile(took, 0.5), _percentile(took, 0.99)
    return (
        f"{len(took)} times {median * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms, most {max(took):.2f} s"
    )
