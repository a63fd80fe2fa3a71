"""An import that is killed, has company, or meets a row that the database will not take."""

import asyncio
import json
import os
import random
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models.vocabulary import ACTIONS, TargetKind
from tests.support.durability.load import send
from tests.support.durability.server import PROGRAM, SECRET, START_S, server_process, until_awaited
from tests.support.durability.stores import own_database, poisoned, rows
from tests.support.sql import run

LINES = 12_000
KILLS = 3
POST_ACTIONS = [each.type for each in ACTIONS.values() if each.target_kind is TargetKind.POST]
WHOLE = """SELECT
    (SELECT count(*) FROM event_ids) + (SELECT count(event_key) FROM interactions),
    (SELECT sum(count) FROM totals WHERE subject_kind = 0),
    (SELECT sum(count) FROM totals WHERE subject_kind = 1),
    (SELECT sum(count) FROM scores WHERE subject_kind = 0),
    (SELECT sum(count) FROM activity WHERE span = 1440) FROM log_head"""

pytestmark = pytest.mark.slow


def a_file(folder: Path, *posts: str) -> Path:
    """Lines that each make an interaction, and one about each of the posts."""
    file = folder / "lines.ndjson"
    with file.open("w") as opened:
        for number in range(LINES):
            fields = {
                "user_id": f"user-{number}",
                "action": POST_ACTIONS[number % len(POST_ACTIONS)],
                "post_id": f"post-{number % 501}",
                "event_id": f"e{number}",
            }
            opened.write(json.dumps(fields) + "\n")
        for post in posts:
            opened.write(json.dumps({"user_id": "ann", "action": "VIEW", "post_id": post}) + "\n")
    return file


def rejected(file: Path) -> list[dict[str, Any]]:
    """The report of bad lines."""
    report = Path(f"{file}.errors").read_text()
    return [json.loads(line) for line in report.splitlines()]


def command(url: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [PROGRAM, *arguments],
        env={"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


async def finished(process: "subprocess.Popen[str]") -> str:
    """What a command said that ended well."""
    said, _ = await asyncio.to_thread(process.communicate, timeout=120)
    assert process.returncode == 0, said
    return said


async def stored(url: str) -> int:
    """How many interactions there are."""
    ((number,),) = await rows(url, "SELECT count(*) FROM interactions")
    return int(number)


async def has_more(url: str, before: int) -> bool:
    return await stored(url) > before


async def check_whole(url: str) -> int:
    """Hold rows, event ids, totals, scores and activity against each other; how many rows."""
    number = await stored(url)
    ((*counts,),) = await rows(url, WHOLE)
    assert [int(count or 0) for count in counts] == [number] * len(counts)
    return number


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_import_that_is_killed_goes_on_where_it_stopped(kind: str, tmp_path: Path) -> None:
    """Each kill leaves whole commits, and the same file again stores the rest exactly once."""
    moments = random.Random(5)  # noqa: S311
    file = a_file(tmp_path)
    async with own_database(kind, tmp_path) as url:
        for _ in range(KILLS):
            before = await stored(url)
            process = command(url, "import", str(file))
            await until_awaited(partial(has_more, url, before), START_S)
            await asyncio.sleep(moments.uniform(0, 0.3))  # another moment of a commit each time
            process.kill()
            process.communicate()
            assert await check_whole(url) % 2_000 == 0

        said = await finished(command(url, "import", str(file)))

        assert await check_whole(url) == LINES
        assert "UNCHANGED" in said
        await finished(command(url, "verify"))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_two_imports_and_a_server_share_a_database(kind: str, tmp_path: Path) -> None:
    """Both import the same file while clients record: nothing twice, and nobody waits long."""
    file = a_file(tmp_path)
    waited: list[float] = []
    async with own_database(kind, tmp_path) as url, server_process(url, tmp_path) as server:
        imports = [command(url, "import", str(file)) for _ in range(2)]
        async with server.caller() as caller:
            while any(process.poll() is None for process in imports):
                started = time.monotonic()
                event = f"live-{len(waited)}"
                input = {"userId": "bob", "action": "VIEW", "postId": "p", "eventId": event}
                (answer,) = await send(caller, [input])
                waited.append(time.monotonic() - started)
                assert answer.outcome == "CREATED"
        said = [await finished(process) for process in imports]

        assert all("CREATED" in each or "UNCHANGED" in each for each in said)
        assert await check_whole(url) == LINES + len(waited)
        assert max(waited) < 3.0  # a batch of each import, on a machine with other work
        code, report = await server.verify()
        assert code == 0, report


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_line_that_the_database_refuses_fails_alone(kind: str, tmp_path: Path) -> None:
    """All other lines of its commit are stored; the report names it."""
    file = a_file(tmp_path, "p", "poison", "q")
    async with own_database(kind, tmp_path) as url, poisoned(url):
        await finished(command(url, "import", str(file)))

        assert await stored(url) == LINES + 2
        (line,) = rejected(file)
        assert line["line"] == LINES + 2
        assert line["reason"].startswith("could not be stored")
        await finished(command(url, "verify"))


async def _stopped(process: "subprocess.Popen[str]") -> str:
    """What a command said that the database stopped."""
    said, _ = await asyncio.to_thread(process.communicate, timeout=120)
    assert process.returncode == 2, said
    assert "Traceback" not in said
    return said


async def test_an_import_stops_where_the_disk_is_full(tmp_path: Path) -> None:
    """No line is written off; it says where to go on, and does from there."""
    file = a_file(tmp_path, "full")
    async with own_database("postgres", tmp_path) as url:
        async with poisoned(url):
            said = await _stopped(command(url, "import", str(file)))

            assert f"everything before line {LINES + 1} is stored" in said
            assert await check_whole(url) == LINES
        await finished(command(url, "import", str(file), "--first-line", str(LINES + 1)))

        assert await stored(url) == LINES + 1


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_import_stops_where_a_table_is_missing(kind: str, tmp_path: Path) -> None:
    """Nothing is stored, no line is written off, and no report of bad lines is made."""
    file = a_file(tmp_path)
    async with own_database(kind, tmp_path) as url:
        await run(url, "ALTER TABLE scores RENAME TO elsewhere")
        said = await _stopped(command(url, "import", str(file)))
        await run(url, "ALTER TABLE elsewhere RENAME TO scores")

        assert "everything before line 1 is stored" in said
        assert await stored(url) == 0
        assert f"{file.name}.errors" not in os.listdir(tmp_path)
