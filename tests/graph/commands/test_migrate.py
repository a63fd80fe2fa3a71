"""`trailmark migrate` over what an older version stored, also where it is killed."""

import asyncio
import subprocess

import pytest

from models.database.database import Database
from models.database.rewriting import is_rewritten
from tests.support.client import Caller
from tests.support.command_line import PROGRAM, trailmark
from tests.support.pasts import alias, everything
from tests.support.serving import SECRET
from tests.support.sql import run

ROWS = 60_000
COLUMNS = (
    "user_alias, action, target_kind, target_id, occurred_at, recorded_at, status, recommended"
)
OLD = f"""INSERT INTO interactions (id, {COLUMNS}, context)
WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {ROWS})
SELECT id + value, {COLUMNS}, '{{"authorId":"zoe-the-author"}}' FROM interactions, n"""


def started(url: str, command: str) -> subprocess.Popen[str]:
    environment = {"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET, "COLUMNS": "200"}
    return subprocess.Popen([PROGRAM, command], env=environment, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
async def test_a_migration_that_is_killed_goes_on_where_it_was(caller: Caller) -> None:
    """Every author is an alias in the end, whatever the process had come to."""
    await caller.record(userId="ann", action="VIEW", postId="p")
    await run(caller.url, OLD)
    await run(caller.url, "DELETE FROM facts WHERE name = 'stored form'")

    killed = started(caller.url, "migrate")
    while not await run(caller.url, "SELECT 1 FROM facts WHERE name = 'rewritten so far'"):
        assert killed.poll() is None
        await asyncio.sleep(0.01)
    killed.kill()
    killed.communicate()
    left = await everything(caller.url)
    refused = started(caller.url, "verify")
    _, why = refused.communicate()
    said = trailmark(caller.url, "migrate")

    assert "zoe-the-author" in repr(left["interactions"])
    assert alias("zoe-the-author") in repr(left["interactions"])
    assert refused.returncode == 2
    assert "run `trailmark migrate` first" in why
    assert "rewrote authors and hashtags" in said
    assert await is_rewritten(Database.at(caller.url))
    rows = await run(caller.url, "SELECT DISTINCT context FROM interactions WHERE context <> ''")
    assert [tuple(row) for row in rows] == [(f'{{"authorAlias":"{alias("zoe-the-author")}"}}',)]
    assert "at this version already" in trailmark(caller.url, "migrate")
