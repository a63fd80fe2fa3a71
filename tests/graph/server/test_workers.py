"""Workers of `serve`: one that ends is told, and another takes its place."""

import json
import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from tests.support.durability.server import Server, server_process, until

pytestmark = pytest.mark.slow

READY = re.compile(r"^\S+ \S+ (\d+) INFO graph\.server\.lifespan: ready ", re.MULTILINE)


def _ready(server: Server) -> list[int]:
    """The processes that have said so."""
    return [int(pid) for pid in READY.findall(server.log)]


async def test_a_worker_that_is_killed_is_replaced_and_told(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """By one line, which names both; the server goes on."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with server_process(f"sqlite://{file}", tmp_path, workers=2) as server:
        await until(lambda: len(_ready(server)) == 2, 60, server)
        killed = _ready(server)[0]
        os.kill(killed, signal.SIGKILL)
        await until(lambda: len(_ready(server)) == 3, 60, server)
        new = _ready(server)[2]
        async with server.caller() as caller:
            assert await caller.counts("p") == {}
        await server.terminate()

    said = [line for line in server.log.splitlines() if "graph.server.workers" in line]
    messages = [line.split(": ", 1)[1] for line in said]
    assert messages == [
        "starting 2 workers",
        f"worker {killed} was ended by SIGKILL; worker {new} takes its place",
        "all workers have stopped",
    ]


async def test_a_life_is_told_in_four_lines(sqlite_file: Path, tmp_path: Path) -> None:
    """Start, ready, and what it stopped for and when; the password is not shown."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with server_process(f"sqlite://{file}", tmp_path) as server:
        await server.terminate()

    said = [line for line in server.log.splitlines() if re.match(r"20\d\d-", line)]
    messages = [line.split(": ", 1)[1] for line in said]
    assert len(messages) == 4
    assert messages[0].startswith("starting ")
    assert messages[0].endswith(f" over sqlite://{file}")
    assert messages[1].startswith("ready after ")
    assert messages[2] == "stopping, as SIGTERM asks"
    assert messages[3].startswith("stopped after ")


async def test_in_json_all_that_a_server_says_is_json(sqlite_file: Path, tmp_path: Path) -> None:
    """Also what it says to a person before it serves."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with server_process(
        f"sqlite://{file}", tmp_path, TRAILMARK_LOG_FORMAT="json", TRAILMARK_ACCESS_LOG="true"
    ) as server:
        await server.terminate()

    told = [json.loads(line) for line in server.log.splitlines()]
    messages = [each["message"].split()[0] for each in told if each["message"] != "request"]
    assert messages == ["Trailmark", "OPEN", "starting", "ready", "stopping,", "stopped"]
    assert {each["path"] for each in told if each["message"] == "request"} == {"/readyz"}
