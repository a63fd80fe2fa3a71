"""Stopping a real server while its database stalls: all are answered, and it is gone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.client import HISTORY, RECORD
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import log_held, own_database, stalled, targets

STOP_S = 10.0

Stuck = Callable[[str], AbstractAsyncContextManager[None]]

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgres"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server over a database of its own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as server,
    ):
        yield server


def view(post_id: str) -> dict[str, Any]:
    return {"input": {"userId": "ann", "action": "VIEW", "postId": post_id}}


async def stopped(server: Server, stuck: Stuck, asked: list[httpx.Request]) -> list[Any]:
    """Stop a server that is stuck, with requests under way; what these are answered."""
    async with (
        httpx.AsyncClient(timeout=30, trust_env=False) as http,
        stuck(server.database_url),
    ):
        asking = [asyncio.create_task(http.send(request)) for request in asked]
        await asyncio.wait(asking, timeout=0.5)  # for all of them to be under way

        assert await server.terminate() < STOP_S

        return [(await task).json() for task in asking]


def posted(server: Server, query: str, **variables: Any) -> httpx.Request:
    sent = {"query": query, "variables": variables}
    return httpx.Request("POST", f"{server.url}/graphql", json=sent)


def tracked(server: Server) -> httpx.Request:
    sent = {"user_id": "ann", "post_id": "q", "action_type": "VIEW"}
    return httpx.Request("POST", f"{server.url}/api/v1/interactions", json=sent)


def refused(answer: Any) -> bool:
    """Whether an answer has no data, and says that the same may succeed elsewhere or later."""
    if "code" in answer:  # REST
        return answer["code"] in ("TIMEOUT", "OVERLOADED")
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    return answer["data"] is None and codes <= {"TIMEOUT", "OVERLOADED"}


async def test_recording_is_answered_while_another_holds_the_lock(server: Server) -> None:
    """Nothing can be committed: each is told so in the usual form, and no half of it is stored."""
    async with server.caller() as caller:
        await caller.data(RECORD, **view("p0"))

    writes = [posted(server, RECORD, **view(f"p{number}")) for number in range(1, 20)]
    answers = await stopped(server, log_held, [*writes, tracked(server)])

    assert [answer for answer in answers if not refused(answer)] == []
    assert "p0" in await targets(server.database_url)
    code, said = await server.verify()
    assert code == 0, said
    assert "Traceback" not in server.log, server.log


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
async def test_all_is_answered_while_the_database_stands_still(server: Server) -> None:
    """It is asked to write and to read: each is told in the usual form, in time."""
    async with server.caller() as caller:
        await caller.data(RECORD, **view("p0"))
        await caller.history("ann")

    asked = [posted(server, RECORD, **view("p1")), tracked(server)]
    asked += [posted(server, HISTORY, id="ann") for _ in range(12)]
    answers = await stopped(server, stalled, asked)

    assert [answer for answer in answers if not refused(answer)] == []
    assert "Traceback" not in server.log, server.log
