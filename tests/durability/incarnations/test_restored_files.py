"""Restored SQLite files: cursors of what is lost are too old, and no id is given out twice."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.database.database import Database
from tests.support.client import FixedClock
from tests.support.durability.ledgers import writing
from tests.support.durability.outages import view
from tests.support.durability.stores import copied, replaced
from tests.support.live.feeds import feeding, usual
from tests.support.live.witnesses import Witness
from tests.support.recording.tails import views
from tests.support.sql import run

BEFORE, LOST, AFTER = "abc", "defgh", "ijklmnopq"
STATS = 'subscription { postStats(ids: ["p"], initial: true) { counts { count } } }'


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database in a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(sqlite_file, folder / "trailmark.db")
    return f"sqlite://{folder / 'trailmark.db'}"


async def test_a_restored_backup_goes_on_in_another_past(
    sqlite_url: str, clock: FixedClock
) -> None:
    """More is recorded than was lost: still nothing of it is skipped, and no number comes again."""
    file, witness = Database.at(sqlite_url).path, Witness()
    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *BEFORE)
        backup = copied(file)
        await witness.records(feed, *LOST)
    replaced(file, backup, tidy=True)
    witness.loses(len(LOST))

    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.check_lost(feed)  # also before anything is recorded
        await witness.records(feed, *AFTER)

        await witness.check(feed)


@pytest.mark.slow
async def test_a_folder_that_is_copied_back_twice_has_two_other_pasts(
    sqlite_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    """What was recorded between the two is lost as well."""
    folder, copy, witness = Database.at(sqlite_url).path.parent, tmp_path / "copy", Witness()
    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *BEFORE)
    shutil.copytree(folder, copy)

    for _ in range(2):
        async with feeding(usual(sqlite_url), clock) as feed:
            await witness.records(feed, *LOST)
        shutil.rmtree(folder)
        shutil.copytree(copy, folder)
        witness.loses(len(LOST))

    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *AFTER)
        await witness.check(feed)


@pytest.mark.slow
async def test_a_copy_that_is_served_beside_the_original_has_a_past_of_its_own(
    sqlite_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    """Cursors of what one of them recorded since are too old for the other."""
    folder, witness, other = Database.at(sqlite_url).path.parent, Witness(), Witness()
    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *BEFORE)
    shutil.copytree(folder, tmp_path / "copy")
    other.told = list(witness.told)
    copy_url = f"sqlite://{tmp_path / 'copy' / 'trailmark.db'}"

    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *AFTER)
    async with feeding(usual(copy_url), clock) as feed:
        await other.records(feed, *LOST)
        other.lost = witness.told[len(BEFORE) :]
        await other.check(feed)
    async with feeding(usual(sqlite_url), clock) as feed:
        witness.lost = other.told[len(BEFORE) :]
        await witness.check(feed)


async def test_who_is_connected_while_the_file_is_replaced_is_told(
    sqlite_url: str, clock: FixedClock
) -> None:
    """The subscription ends with CURSOR_TOO_OLD, and the server goes on in another past."""
    file, witness = Database.at(sqlite_url).path, Witness()
    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *BEFORE)
        backup = copied(file)
        await witness.records(feed, *LOST)

        async with witness.ended(feed):
            replaced(file, backup, tidy=True)

        witness.loses(len(LOST))
        await witness.records(feed, *AFTER)
        await witness.check(feed)


async def test_counts_that_went_back_are_told(sqlite_url: str, clock: FixedClock) -> None:
    """Whoever watches a post gets what counts now."""
    file = Database.at(sqlite_url).path
    async with feeding(usual(sqlite_url), clock) as feed:
        await feed.caller.record(**view("p"))
        backup = copied(file)
        await feed.caller.record(userId="bob", action="VIEW", postId="p")
        async with feed.subscribed(STATS) as subscriber:
            assert await subscriber.event() == {"counts": [{"count": 2}]}

            replaced(file, backup, tidy=True)

            assert await subscriber.event() == {"counts": [{"count": 1}]}


async def test_who_is_connected_is_told_also_if_something_was_recorded_at_once(
    sqlite_url: str, clock: FixedClock
) -> None:
    """By then the new past has come further than the lost one had."""
    file, witness = Database.at(sqlite_url).path, Witness()
    async with feeding(usual(sqlite_url), clock) as feed:
        await witness.records(feed, *BEFORE)
        backup = copied(file)
        await witness.records(feed, *LOST)

        async with witness.ended(feed):
            async with writing(f"sqlite://{backup}") as (other, _):
                await other.submit(views(*AFTER))
            replaced(file, backup, tidy=True)

        witness.loses(len(LOST))
        await witness.follows(feed, witness.told[-1]["cursor"], *AFTER)
        await witness.check(feed)


async def test_a_restore_into_the_file_itself_is_another_past(
    sqlite_url: str, clock: FixedClock
) -> None:
    """Also for a process that had recorded nothing of what is lost: another one had."""
    file, witness = Database.at(sqlite_url).path, Witness()
    async with feeding(usual(sqlite_url), clock) as feed, writing(sqlite_url) as (other, _):
        await other.submit(views("from here on it numbers"))
        await witness.records(feed, *BEFORE)
        backup, end = copied(file), await feed.cursor()
        await other.submit(views(*LOST))
        await witness.follows(feed, end, *LOST)
        with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        witness.loses(len(LOST))

        await witness.records(feed, *AFTER)

        await witness.check(feed)


async def test_a_start_that_records_nothing_leaves_nothing(
    sqlite_url: str, clock: FixedClock
) -> None:
    """So a server that is started again and again does not fill the table."""
    for outcome in ("CREATED", "UNCHANGED", "UNCHANGED"):
        async with feeding(usual(sqlite_url), clock) as feed:
            assert await feed.caller.outcome(**view("p")) == outcome

    assert await run(sqlite_url, "SELECT follows FROM incarnations") == [(-1,), (0,)]


async def test_incarnations_that_are_no_use_any_more_are_forgotten(sqlite_url: str) -> None:
    """Those that ended before what the log still holds, and all but the last 10 000."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)"
    await run(sqlite_url, f"{many} INSERT INTO incarnations SELECT i * 10, i, 0 FROM n")
    await run(sqlite_url, "UPDATE log_head SET last_number = 200000")
    for pruned, first in ((0, 5_020), (6_000, 5_990)):
        await run(sqlite_url, f"UPDATE log_head SET pruned_number = {pruned}")
        async with writing(sqlite_url) as (writer, _):
            await writer.submit(views("p"))

        ((least, count),) = await run(sqlite_url, "SELECT min(follows), count(*) FROM incarnations")
        assert least == first
        assert count <= 10_000
