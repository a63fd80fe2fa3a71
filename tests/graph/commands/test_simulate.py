"""The command `trailmark simulate`, against a running server."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.durability.server import server_process

pytestmark = pytest.mark.slow  # each test starts the command once or more often

FOLLOWED = """{
  interactions(filter: {recommended: true, since: "2020-01-01T00:00:00Z"}) {
    nodes { context { recommendationId } }
  }
}"""
PROGRAM = Path(sys.executable).with_name("trailmark")


async def test_it_sends_as_many_inputs_as_it_was_told(sqlite_file: Path, tmp_path: Path) -> None:
    """Rate times seconds inputs arrive over the public API, totals stay right, and some of them
    follow recommendations."""
    shutil.copy(sqlite_file, tmp_path / "simulated.db")
    async with server_process(f"sqlite://{tmp_path}/simulated.db", tmp_path) as server:
        arguments = ["simulate", "--url", server.url, "--rate", "2000", "--seconds", "1"]
        done = await asyncio.to_thread(_run, arguments)
        async with server.caller() as caller:
            data = await caller.data("{ activityStats { total counts { action } } }")
            followed = (await caller.data(FOLLOWED))["interactions"]["nodes"]
        verified, said = await server.verify()

    assert done.returncode == 0, done.stderr
    assert 1_700 < data["activityStats"]["total"] <= 2_000
    assert len(data["activityStats"]["counts"]) > 20
    assert {each["context"]["recommendationId"].partition(":")[0] for each in followed} == {
        "trailmark"
    }
    assert verified == 0, said


async def test_it_ends_also_where_less_than_one_input_is_due(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """At 0.4 inputs a second, the first is all of two seconds."""
    shutil.copy(sqlite_file, tmp_path / "simulated.db")
    async with server_process(f"sqlite://{tmp_path}/simulated.db", tmp_path) as server:
        arguments = ["simulate", "--url", server.url, "--rate", "0.4", "--seconds", "2"]
        done = await asyncio.to_thread(_run, arguments)
        elsewhere = await asyncio.to_thread(_run, ["simulate", "--url", f"{server.url}/nothing"])
        async with server.caller() as caller:
            data = await caller.data("{ activityStats { total } }")

    assert done.returncode == 0, done.stderr
    assert data["activityStats"]["total"] == 1
    printed = f"{server.url}/nothing/graphql is no GraphQL of Trailmark's: it answered 404"
    assert (elsewhere.returncode, elsewhere.stderr.strip()) == (2, printed)


def _run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)


def test_a_server_that_does_not_answer_is_told() -> None:
    """Exit 2 and the address, when nobody is there."""
    done = _run(["simulate", "--url", "http://127.0.0.1:1", "--seconds", "1"])

    assert done.returncode == 2
    assert "http://127.0.0.1:1 does not answer" in done.stderr


def test_an_address_that_is_none_is_told() -> None:
    """In one line, as one where nobody is."""
    done = _run(["simulate", "--url", "http://a:b", "--seconds", "1"])

    assert done.returncode == 2
    assert done.stderr.startswith("http://a:b does not answer: InvalidURL")
