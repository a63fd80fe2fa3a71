"""The load generator: requests from templates, and what it says of a server that it knows."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest

from bench.load import wrk
from bench.load.jobs import Job, measure
from bench.load.templates import BATCH, POSTS, Request, Values, maker
from bench.servers.running import Command, Running, running

pytestmark = pytest.mark.slow  # load goes on for seconds

CORES = sorted(os.sched_getaffinity(0))
ANY = Request("/", "{}", "")


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    command = Command((sys.executable, "-m", "bench.http.fixed_bytes", "{port}", "1000"))
    with running(command, CORES) as found:
        yield found


def _job(server: Running, request: Request) -> Job:
    pids = {"server": server.pid}
    return Job(server.port, request, ["u"], ["p"], CORES, pids, 4, warm_s=0.2, seconds=0.5)


def test_a_template_is_filled_anew_for_each_request() -> None:
    """Users and posts come from those given, and an event id never repeats."""
    body = json.dumps({"user": "<user>", "post": "<post>", "event": "<event>", "all": "<posts>"})
    make = maker(Request("/graphql", body, ""), Values(["u_1"], ["p1"]))

    heads, bodies = zip(*(make().split(b"\r\n\r\n") for _ in range(2)), strict=True)

    sent = [json.loads(each) for each in bodies]
    assert [(each["user"], each["post"], each["all"]) for each in sent] == [
        ("u_1", "p1", ["p1"] * POSTS)
    ] * 2
    assert sent[0]["event"] != sent[1]["event"]
    assert heads[0].startswith(b"POST /graphql HTTP/1.1\r\n")
    assert heads[0].endswith(b"Content-Length: %d" % len(bodies[0]))


def test_a_batch_has_a_thousand_inputs() -> None:
    """Each with an event id of its own."""
    make = maker(Request("/graphql", '{"inputs":"<inputs>"}', ""), Values(["u_1"], ["p1"]))

    inputs = json.loads(make().split(b"\r\n\r\n")[1])["inputs"]

    assert len({each["eventId"] for each in inputs}) == BATCH


def test_a_request_without_a_body_is_a_get() -> None:
    """Its path is filled too."""
    make = maker(Request("/users/<user>", None, ""), Values(["u_1"], ["p1"]))

    assert make() == b"GET /users/u_1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(params=["wrk", "own"])
def generator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether wrk measures, where it is installed, or connections of our own do."""
    if request.param == "own":
        monkeypatch.setenv("PATH", "")
    elif not wrk.is_there():
        pytest.skip("wrk is not installed")


@pytest.mark.usefixtures("generator")
def test_what_a_server_does_is_measured(server: Running) -> None:
    """Rates, waits in order, sizes, and what the process took."""
    found = measure(_job(server, ANY))

    assert found.failures == 0
    assert found.per_second > 0
    assert 0 < found.p50_ms <= found.p99_ms
    assert found.size > 1_000
    assert found.cpu_us["server"] > 0
    assert found.memory["server"] > 1_000_000


@pytest.mark.skipif(not wrk.is_there(), reason="wrk is not installed")
async def test_wrk_sends_what_the_template_says() -> None:
    """Placeholders are filled as for our own connections, and no event id repeats."""
    body = json.dumps({"user": "<user>", "post": "<post>", "event": "<event>", "all": "<inputs>"})
    sent: list[tuple[str, str]] = []
    server = await asyncio.start_server(partial(_answer, sent), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        request = Request("/<post>", body, "")
        found = await asyncio.to_thread(wrk.load, port, request, ["u_1"], ["p1"], 2, 1)

    assert found.failures == 0
    assert 0 <= len(sent) - found.count <= 2  # the last were not waited for
    assert {line for line, _ in sent} == {"POST /p1 HTTP/1.1"}
    bodies = [json.loads(text) for _, text in sent]
    assert {(each["user"], each["post"]) for each in bodies} == {("u_1", "p1")}
    assert {len(each["all"]) for each in bodies} == {BATCH}
    events = [event for each in bodies for event in (each["event"], *_events(each["all"]))]
    assert len(set(events)) == len(events)


def _events(inputs: list[dict[str, str]]) -> list[str]:
    names = {"userAlias", "action", "postId", "eventId"}
    assert all(each.keys() == names for each in inputs)
    return [each["eventId"] for each in inputs]


async def _answer(
    sent: list[tuple[str, str]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer requests with nothing, and keep them."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.partition("Content-Length: ")[2].partition("\r\n")[0])
            sent.append((head.partition("\r\n")[0], (await reader.readexactly(length)).decode()))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    writer.close()


def test_an_answer_without_what_it_should_hold_is_a_failure(server: Running) -> None:
    """The first of each connection counts, and one is kept to show."""
    found = measure(_job(server, Request("/", "{}", '"CREATED"')))

    assert found.failures == 4
    assert found.sample.startswith("HTTP/1.1 200 OK")
