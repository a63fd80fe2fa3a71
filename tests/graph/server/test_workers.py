"""Workers of `serve`: one that ends is told, and another takes its place."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.dividing.workers import ready_workers
from tests.support.durability.server import server_process, until

pytestmark = pytest.mark.slow

FAILING = """
from uvicorn import Config
from graph.server.workers import listen

async def app(scope, receive, send):
    raise RuntimeError("there is nothing to serve")

if __name__ == "__main__":
    config = Config("failing:app", workers=2, port=0, lifespan="on", log_level="critical")
    print("began:", listen(config))
"""
LATER = """
import os, signal, threading, time
from pathlib import Path
from uvicorn import Config
from graph.server import workers

async def app(scope, receive, send):
    await receive()
    Path(f"started-{os.getpid()}").touch()
    if len(started()) in (3, 4):
        print("failed", flush=True)
        raise RuntimeError("there is nothing to serve for now")
    await send({"type": "lifespan.startup.complete"})
    await receive()

def disturb(supervisor):
    while not all(map(supervisor._serves, supervisor.processes)) or len(started()) < 2:
        time.sleep(0.1)
    supervisor.processes[0].process.kill()
    while len(started()) < 5 or not all(map(supervisor._serves, supervisor.processes)):
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGTERM)

def started():
    return list(Path(".").glob("started-*"))

if __name__ == "__main__":
    config = Config("failing:app", workers=2, port=0, lifespan="on", log_level="critical")
    supervisor = workers.Workers(config, sockets=[config.bind_socket()])
    threading.Thread(target=disturb, args=[supervisor], daemon=True).start()
    supervisor.run()
    print("began:", not supervisor.have_failed)
"""


async def test_a_worker_that_is_killed_is_replaced_and_told(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """By one line, which names both; the server goes on."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with server_process(f"sqlite://{file}", tmp_path, workers=2) as server:
        await until(lambda: len(ready_workers(server)) == 2, 60, server)
        killed = ready_workers(server)[0]
        os.kill(killed, signal.SIGKILL)
        await until(lambda: len(ready_workers(server)) == 3, 60, server)
        new = ready_workers(server)[2]
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


def test_a_successor_that_cannot_start_stops_no_other(tmp_path: Path) -> None:
    """As while the database is away: another is tried later, and the others go on."""
    (tmp_path / "failing.py").write_text(LATER)

    ended = subprocess.run(
        [sys.executable, "failing.py"], cwd=tmp_path, capture_output=True, text=True, timeout=240
    )

    assert ended.stdout.splitlines() == ["failed", "failed", "began: True"], ended.stderr


def test_workers_that_cannot_start_have_not_served(tmp_path: Path) -> None:
    """So `serve` ends as one process would: with a failure, for whoever started it."""
    (tmp_path / "failing.py").write_text(FAILING)

    ended = subprocess.run(
        [sys.executable, "failing.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )

    assert ended.stdout == "began: False\n", ended.stderr


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
