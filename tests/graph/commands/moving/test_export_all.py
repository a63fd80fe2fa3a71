"""The command `trailmark export --all`: lines out, broken off and gone on with."""

import asyncio
import fcntl
import os
import re
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import cast

import pytest

from tests.support.client import Caller
from tests.support.command_line import PROGRAM, ended, trailmark
from tests.support.pasts import alias, fill
from tests.support.recording.exports import all_exported, parsed
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often

CURSOR = re.compile(r"exported ([\d,]+) interactions; go on with:\n--after (\S+)\n\Z")
PIPE_BYTES = 4_096
MANY = 1_200
WAIT_S = 60


def _cursor(said: str) -> tuple[int, str]:
    """How many the command says it has exported, and where to go on."""
    match = CURSOR.search(said)
    assert match is not None, said
    return int(match[1].replace(",", "")), match[2]


async def _record_many(caller: Caller) -> list[bytes]:
    """Record what fills many pipes; its lines."""
    view = {"userId": "ann", "action": "VIEW", "context": {"metadata": "m" * 100}}
    inputs = [{**view, "postId": str(number)} for number in range(MANY)]
    for start in range(0, MANY, 600):
        await caller.outcomes(*inputs[start : start + 600])
    return await all_exported()


def _goes_on(url: str, cursor: str) -> list[bytes]:
    done = ended(url, "export", "--all", "--after", cursor, TRAILMARK_SECRET=SECRET)
    assert done.returncode == 0, done.stderr
    return done.stdout.encode().splitlines(keepends=True)


@contextmanager
def _stalling(url: str) -> Iterator[tuple[subprocess.Popen[bytes], BufferedReader]]:
    """The command, writing into a pipe that holds little of it and that nobody reads yet."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    with open(reading, "rb") as reader:
        process = subprocess.Popen(
            [PROGRAM, "export", "--all"],
            stdout=writing,
            stderr=subprocess.PIPE,
            env={"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET, "COLUMNS": "200"},
        )
        os.close(writing)
        try:
            yield process, reader
        finally:
            process.kill()
            process.wait()
            cast(BufferedReader, process.stderr).close()


async def test_it_writes_what_is_stored_and_where_to_go_on(caller: Caller) -> None:
    """NDJSON alone on standard output; going on from its end gives what came since."""
    await fill(caller, "ann")
    await fill(caller, "ben")
    expected = await all_exported()

    done = ended(caller.url, "export", "--all", TRAILMARK_SECRET=SECRET)
    number, cursor = _cursor(done.stderr)
    await caller.record(userId="ann", action="VIEW", postId="later")
    later = _goes_on(caller.url, cursor)

    assert done.returncode == 0
    assert done.stdout.encode() == b"".join(expected)
    assert number == len(expected)
    assert [line["post_id"] for line in parsed(later)] == ["later"]


async def test_csv_is_imported_as_it_is(caller: Caller, tmp_path: Path) -> None:
    """It has a header, also where it goes on; import takes it under the file's name."""
    await caller.record(userId="ann", action="VIEW", postId="=1+1")
    done = ended(caller.url, "export", "--all", "--format", "csv", TRAILMARK_SECRET=SECRET)
    header, line = done.stdout.splitlines()
    file = tmp_path / "all.csv"
    file.write_text(done.stdout)

    said = trailmark(caller.url, "import", str(file))

    assert header == "event_id,user_alias,action,post_id,target,occurred_at,context"
    assert f",{alias('ann')},VIEW,=1+1,," in line
    assert "CREATED" in said


async def test_since_and_until_take_dates(caller: Caller) -> None:
    """The first is in it, the second is not; a date is UTC."""
    for day in (17, 18, 19):
        at = f"2026-11-{day}T00:00:00Z"
        await caller.record(userId="ann", action="VIEW", postId=str(day), occurredAt=at)

    period = ("--since", "2026-11-18", "--until", "2026-11-19")
    done = ended(caller.url, "export", "--all", *period, TRAILMARK_SECRET=SECRET)

    assert [line["post_id"] for line in parsed(done.stdout.encode().splitlines())] == ["18"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_after_a_line(caller: Caller, number: signal.Signals) -> None:
    """Also where nobody reads; with the cursor that it tells, all lines come once."""
    whole = await _record_many(caller)

    with _stalling(caller.url) as (process, reader):
        first = await asyncio.to_thread(reader.readline)
        process.send_signal(number)
        code = await asyncio.to_thread(process.wait, WAIT_S)
        written = (first + reader.read()).splitlines(keepends=True)
        said = cast(BufferedReader, process.stderr).read().decode()
    lines, cursor = _cursor(said)

    assert code == 128 + number
    assert 0 < lines == len(written) < MANY
    assert written + _goes_on(caller.url, cursor) == whole


async def test_two_signals_end_it_within_a_long_line(caller: Caller) -> None:
    """If nobody reads that on; it says that the line is cut off, and goes on before it."""
    await caller.record(
        userId="ann",
        action="VIEW",
        postId="p",
        context={"metadata": "m" * 4_000, "recommendationId": "r" * 250},
    )

    with _stalling(caller.url) as (process, reader):
        await asyncio.to_thread(select.select, [reader], [], [], WAIT_S)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, WAIT_S)
        said = cast(BufferedReader, process.stderr).read().decode()
    lines, cursor = _cursor(said)

    assert code in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    assert said.startswith("the last line is cut off: take it away before you append\n")
    assert lines == 0
    assert _goes_on(caller.url, cursor) == await all_exported()


async def test_a_pipe_that_nobody_reads_on_ends_it_with_the_cursor(caller: Caller) -> None:
    """As under `head`: exit code 1, and nothing else is said."""
    whole = await _record_many(caller)

    with _stalling(caller.url) as (process, reader):
        await asyncio.to_thread(reader.readline)
        reader.close()
        said = await asyncio.to_thread(cast(BufferedReader, process.stderr).read)
        code = await asyncio.to_thread(process.wait, WAIT_S)
    number, cursor = _cursor(said.decode())

    assert code == 1
    assert 0 < number < MANY
    assert _goes_on(caller.url, cursor) == whole[number:]


async def test_a_lost_database_ends_it_with_the_cursor(caller: Caller) -> None:
    """What is written is whole, and once the database is back the rest follows."""
    whole = await _record_many(caller)
    lost, back = "ALTER TABLE removals RENAME TO gone", "ALTER TABLE gone RENAME TO removals"

    with _stalling(caller.url) as (process, reader):
        first = await asyncio.to_thread(reader.readline)
        await run(caller.url, lost)
        try:
            rest = await asyncio.to_thread(reader.read)
            said = await asyncio.to_thread(cast(BufferedReader, process.stderr).read)
            code = await asyncio.to_thread(process.wait, WAIT_S)
        finally:
            await run(caller.url, back)
    written = (first + rest).splitlines(keepends=True)
    told, _, reason = said.decode().partition("--after ")
    number, cursor = _cursor(f"{told}--after {reason.splitlines()[0]}\n")

    assert code == 2
    assert 0 < number == len(written) < MANY
    assert len(reason.splitlines()) == 2
    assert written + _goes_on(caller.url, cursor) == whole


async def test_a_full_disk_ends_it_with_the_cursor(caller: Caller) -> None:
    """By name; nothing is written, so it goes on from the beginning."""
    await caller.record(userId="ann", action="VIEW", postId="p")
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = subprocess.run(  # noqa: ASYNC221 (nothing else is to run)
            [PROGRAM, "export", "--all"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=WAIT_S,
            env={"TRAILMARK_DATABASE_URL": caller.url, "TRAILMARK_SECRET": SECRET},
        )
    finally:
        os.close(full)

    number, cursor = _cursor(done.stderr)
    assert done.returncode == 2
    assert done.stderr.startswith("standard output: No space left on device\n")
    assert number == 0
    assert _goes_on(caller.url, cursor) == await all_exported()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "allowed is exactly one of the two: a USER, or --all"),
        (["ann", "--all"], "allowed is exactly one of the two: a USER, or --all"),
        (["ann", "--since", "2026-11-01"], "--since goes with --all"),
        (["--all", "--format", "xml"], "--format 'xml' is unknown; allowed are ndjson, csv"),
        (["--all", "--since", "soon"], "--since 'soon'; allowed is an instant such as"),
        (
            ["--all", "--since", "2026-11-02", "--until", "2026-11-01"],
            "--since 2026-11-02 is after --until 2026-11-01; allowed is an earlier instant",
        ),
        (["--all", "--after", "nonsense"], "--after is no cursor under this secret"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    sqlite_url: str, arguments: list[str], reason: str
) -> None:
    """With what is allowed, exit code 2, and nothing on standard output."""
    done = ended(sqlite_url, "export", *arguments, TRAILMARK_SECRET=SECRET)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(reason)


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of an empty embedded database."""
    file = tmp_path / "trailmark.db"
    shutil.copy(sqlite_file, file)
    return f"sqlite://{file}"
