"""The command `trailmark export`: the same lines as over HTTP, and what is said without them."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.command_line import PROGRAM
from tests.support.pasts import alias, fill
from tests.support.rest import exported
from tests.support.serving import SECRET

pytestmark = pytest.mark.slow  # each test starts the command once or more often


@pytest.mark.parametrize("user", ["ann", alias("ann")])
async def test_the_command_writes_the_same_lines(caller: Caller, user: str) -> None:
    """NDJSON on standard output, by id or alias; how many there were on standard error."""
    await fill(caller, "ann")

    done = subprocess.run(  # noqa: ASYNC221 (nothing else is to run)
        [PROGRAM, "export", user],
        capture_output=True,
        text=True,
        timeout=60,
        env={"TRAILMARK_DATABASE_URL": caller.url, "TRAILMARK_SECRET": SECRET, "COLUMNS": "200"},
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    served = await exported(caller)
    assert done.returncode == 0, done.stderr
    assert [_timeless(line) for line in lines] == [_timeless(line) for line in served]
    assert f"exported {len(lines)} lines about {alias('ann')}" in done.stderr


async def test_the_command_ends_in_silence_where_nobody_reads_on(caller: Caller) -> None:
    """As under `head`; the database is not blamed."""
    read, written = os.pipe()
    os.close(read)

    code, printed = _export(caller.url, written)

    assert (code, printed) == (1, "")


async def test_the_command_says_that_its_output_is_full(caller: Caller) -> None:
    """By name, and without blaming the database."""
    full = os.open("/dev/full", os.O_WRONLY)

    code, printed = _export(caller.url, full)

    assert (code, printed) == (2, "standard output: No space left on device\n")


def test_the_command_without_a_secret_says_so() -> None:
    """A server database needs the operator's; nothing is asked of it without."""
    done = subprocess.run(
        [PROGRAM, "export", "ann"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"TRAILMARK_DATABASE_URL": "postgres://127.0.0.1:1/trailmark"},
    )

    assert done.returncode == 2
    assert done.stderr.startswith("TRAILMARK_SECRET is not set, and a server database needs one")


def test_the_command_with_a_secret_file_that_holds_none_says_so(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """It names the file, in one line."""
    shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    (tmp_path / "trailmark.db.secret").write_text("short\n")

    done = subprocess.run(
        [PROGRAM, "export", "ann"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
    )

    message = "trailmark.db.secret holds no secret of 16 characters or more\n"
    assert (done.returncode, done.stderr) == (2, message)


def _export(url: str, output: int) -> tuple[int, str]:
    """Export Ann into a file that is open, and close it; the exit code and what was said."""
    try:
        done = subprocess.run(
            [PROGRAM, "export", "ann"],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env={"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET},
        )
    finally:
        os.close(output)
    return done.returncode, done.stderr


def _timeless(line: dict[str, Any]) -> dict[str, Any]:
    changing = ("exported_at", "decayed", "score")
    return {name: value for name, value in line.items() if name not in changing}
