"""The command line, as a process: what is said, the exit code, and what is left behind."""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from models.database.database import Database
from models.database.migrating import available
from models.vocabulary import ACTIONS, ActionType, SubjectKind
from resolvers.following.ranks import drain
from tests.support import sql
from tests.support.client import RECORD, Caller
from tests.support.durability.server import server_process

PROGRAM = Path(sys.executable).with_name("trailmark")
SECRET = "a secret of the command's tests"  # noqa: S105
CLEAN = {name: value for name, value in os.environ.items() if "TRAILMARK" not in name}
FOREIGN = """\
this database was filled under another secret, and with this one every history would be lost; \
set TRAILMARK_SECRET to the one it was filled with
"""
VIEW, FAVORITE = ACTIONS[ActionType.VIEW].code, ACTIONS[ActionType.FAVORITE].code
POST = int(SubjectKind.POST)
MINUTE = 29_919_600  # of the tests' clock
WORKERS = 8


def _start(folder: Path, url: str, *arguments: str, secret: str = SECRET) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=folder,
        env={**CLEAN, "TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": secret},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit code of a process that ends by itself, and what it said on both streams."""
    with process:
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return process.returncode, out, err


def _run(folder: Path, url: str, *arguments: str, secret: str = SECRET) -> tuple[int, str, str]:
    return _end(_start(folder, url, *arguments, secret=secret))


def _new_postgres(url: str) -> str:
    """The URL of a new database, without any table, in the server of another."""
    name = f"new_{uuid4().hex}"
    asyncio.run(sql.run(url, f"CREATE DATABASE {name}"))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that nobody migrated."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/data/new.db"
    return _new_postgres(request.getfixturevalue("postgres"))


@pytest.mark.slow
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "trailmark.example"])  # noqa: S104
def test_serve_refuses_an_address_that_others_can_reach(host: str, tmp_path: Path) -> None:
    """Without credentials, only loopback addresses are served; nothing is made before."""
    ended = _run(tmp_path, f"sqlite://{tmp_path}/new.db", "serve", "--host", host)

    message = (
        f"--host {host} is open to others, and no credentials are configured; make a key with "
        "`trailmark keys create --scope admin`, set TRAILMARK_TOKEN_SECRET, or listen on a "
        "loopback address such as 127.0.0.1\n"
    )
    assert ended == (2, "", message)
    assert list(tmp_path.iterdir()) == []


def test_serve_says_when_its_port_is_taken(tmp_path: Path) -> None:
    """It tells so in place of where it would be."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = _run(tmp_path, f"sqlite://{tmp_path}/new.db", "serve", "--port", port)

    message = f"--host 127.0.0.1 --port {port} cannot be listened on: Address already in use\n"
    assert ended == (2, "", message)


def test_the_program_tells_its_version(tmp_path: Path) -> None:
    """It is the one that the package was built with."""
    ended = _run(tmp_path, f"sqlite://{tmp_path}/new.db", "--version")

    assert ended == (0, f"trailmark {metadata.version('trailmark')}\n", "")


@pytest.mark.parametrize("command", ["serve", "verify"])
def test_a_server_database_without_migrations_is_refused(
    command: str, postgres: str, tmp_path: Path
) -> None:
    """Several servers may share one, so the operator says when it is migrated."""
    url = _new_postgres(postgres)

    ended = _run(tmp_path, url, command)

    lacking = len(available(Database.at(url)))
    message = f"the database lacks {lacking} migrations; run `trailmark migrate` first\n"
    assert ended == (2, "", message)


def test_bad_settings_are_told_all_at_once(tmp_path: Path) -> None:
    """Every command says each mistake in a line, and does nothing."""
    ended = _run(tmp_path, "mysql://ann:hunter2@localhost", "migrate", secret="short")  # noqa: S106

    assert ended == (
        2,
        "",
        "TRAILMARK_DATABASE_URL must begin with sqlite:// or postgres://\n"
        "TRAILMARK_SECRET has 5 characters; allowed are 16 or more\n",
    )


@pytest.mark.slow
def test_migrating_again_applies_nothing(new_url: str, tmp_path: Path) -> None:
    """The first time says what was applied, the second that nothing was to do."""
    first = _run(tmp_path, new_url, "migrate")
    second = _run(tmp_path, new_url, "migrate")

    applied = "".join(f"applied {name}\n" for name in available(Database.at(new_url)))
    assert first == (0, "", applied)
    assert second == (0, "", "the database is at this version already\n")


@pytest.mark.slow
def test_several_may_migrate_at_once(new_url: str, tmp_path: Path) -> None:
    """One of them applies what is pending; the others wait, and all of them end well."""
    processes = [_start(tmp_path, new_url, "migrate") for _ in range(6)]

    ended = sorted(_end(process) for process in processes)

    applied = "".join(f"applied {name}\n" for name in available(Database.at(new_url)))
    already = (0, "", "the database is at this version already\n")
    assert ended == [(0, "", applied), *[already] * 5]


async def test_another_secret_is_refused_at_the_start(caller: Caller, tmp_path: Path) -> None:
    """A database belongs to the secret of whoever served it first."""
    ended = await asyncio.to_thread(_run, tmp_path, caller.url, "serve")

    assert ended == (2, "", FOREIGN)


async def _record(caller: Caller) -> None:
    """A state that was undone, an event, a negative weight, and targets of most kinds."""
    favorite = {"userId": "ann", "action": "FAVORITE", "postId": "p1"}
    inputs: list[dict[str, Any]] = [
        favorite,
        {**favorite, "undo": True},
        {"userId": "ann", "action": "VIEW", "postId": "p1"},
        {"userId": "bob", "action": "HIDE", "postId": "p2"},
        {"userId": "bob", "action": "SEARCH", "target": {"kind": "QUERY", "id": "cats"}},
        {"userId": "bob", "action": "PROFILE_VISIT", "target": {"kind": "PROFILE", "id": "ann"}},
        {"userId": "bob", "action": "HASHTAG_USE", "target": {"kind": "HASHTAG", "id": "cats"}},
        {"userId": "cem", "action": "GROUP_JOIN", "target": {"kind": "GROUP", "id": "g"}},
    ]
    assert "REJECTED" not in await caller.outcomes(*inputs)


@pytest.mark.slow
async def test_verify_finds_nothing_in_a_healthy_database(caller: Caller, tmp_path: Path) -> None:
    """Beside a running server it counts everything anew and ends with 0."""
    await _record(caller)

    code, said, summary = await asyncio.to_thread(_run, tmp_path, caller.url, "verify")

    assert (code, said) == (0, "")
    assert summary.endswith(" verified, 0 differences\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (
            f"UPDATE totals SET count = count + 1 WHERE subject_kind = {POST} AND action = {VIEW}",
            "POST p1 VIEW count: stored 2, recounted 1",
        ),
        (
            f"UPDATE scores SET count = 0 WHERE subject_kind = {POST} AND subject_id = 'p1'",
            "POST p1 score's count: stored 0, recounted 1",
        ),
        (
            f"UPDATE activity SET count = count + 1 WHERE action = {VIEW} AND span = 1",
            f"activity of 1 minutes from minute {MINUTE} VIEW count: stored 2, recounted 1",
        ),
        (
            f"DELETE FROM activity WHERE action = {VIEW} AND span = 60",
            f"activity of 60 minutes from minute {MINUTE} VIEW count: stored 0, recounted 1",
        ),
        (
            f"UPDATE activity SET count = -1 WHERE action = {FAVORITE} AND span = 1",
            f"activity of 1 minutes from minute {MINUTE} FAVORITE count: stored -1, recounted 0",
        ),
    ],
    ids=["total", "score", "activity", "no-activity", "negative-activity"],
)
async def test_verify_names_a_number_that_is_wrong(
    caller: Caller, tmp_path: Path, statement: str, difference: str
) -> None:
    """Each difference is a line with what is stored and what was recounted, and the exit code 1."""
    await _record(caller)
    await drain(Database.at(caller.url))
    await sql.run(caller.url, statement)

    code, said, summary = await asyncio.to_thread(_run, tmp_path, caller.url, "verify")

    assert (code, said) == (1, f"{difference}\n")
    assert summary.endswith(" verified, 1 differences\n")


@pytest.mark.slow
async def test_verify_names_every_number_that_counted_a_lost_row(
    caller: Caller, tmp_path: Path
) -> None:
    """A row that was deleted is missed by its user, its post, their scores and its minute."""
    await _record(caller)
    await sql.run(caller.url, f"DELETE FROM interactions WHERE action = {VIEW}")

    code, said, _ = await asyncio.to_thread(_run, tmp_path, caller.url, "verify")

    assert code == 1
    assert [line for line in said.splitlines() if " count: " in line] == [
        f"{what} count: stored 1, recounted 0"
        for what in (
            "USER u_13e5db4c41fc623c5608effc08afc9d4 VIEW",
            "USER u_13e5db4c41fc623c5608effc08afc9d4 score's",
            "POST p1 VIEW",
            "POST p1 score's",
            f"activity of 1 minutes from minute {MINUTE} VIEW",
            f"activity of 60 minutes from minute {MINUTE} VIEW",
            f"activity of 1440 minutes from minute {MINUTE - 720} VIEW",
        )
    ]


@pytest.mark.slow
async def test_a_stopped_server_has_kept_everything_it_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    """Asked to stop under load it ends within 10 seconds; what it answered is there afterwards."""
    acknowledged = [0] * WORKERS
    enough = asyncio.Event()

    async def views(caller: Caller, worker: int) -> None:
        input = {"userId": f"u{worker}", "action": "VIEW", "postId": f"p{worker}"}
        try:
            for number in itertools.count():
                answer = await caller.send(RECORD, input={**input, "eventId": f"e{number}"})
                if "errors" in answer:
                    return
                assert answer["data"]["recordInteraction"]["outcome"] == "CREATED"
                acknowledged[worker] += 1
                if sum(acknowledged) == 200:
                    enough.set()
        except httpx.TransportError:
            pass

    async with server_process(database_url, tmp_path) as server:
        async with server.caller() as caller:
            workers = [asyncio.create_task(views(caller, worker)) for worker in range(WORKERS)]
            await enough.wait()
            seconds = await server.terminate()
            await asyncio.gather(*workers)
        await server.start()
        async with server.caller() as caller:
            kept = [(await caller.counts(f"p{worker}"))["VIEW"] for worker in range(WORKERS)]
            users = [len(await caller.history(f"u{worker}")) for worker in range(WORKERS)]

    assert seconds < 10
    unanswered = [stored - known for stored, known in zip(kept, acknowledged, strict=True)]
    assert set(unanswered) <= {0, 1}
    assert users == [min(stored, 100) for stored in kept]
