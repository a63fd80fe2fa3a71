"""Pruning by hand: the mutation's arguments and answer, and `trailmark prune`."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.config.settings import Settings
from models.vocabulary import ACTIONS, ActionType
from resolvers.audit.verifying import Verification, verify
from resolvers.clock import system_clock
from resolvers.instants import format_instant
from resolvers.scoring.weights import DAY, Scoring
from tests.support.client import Caller, FixedClock
from tests.support.recording.pruned import BEFORE, PRUNE, record, rows
from tests.support.serving import SECRET, serving
from tests.support.sql import run

PROGRAM = Path(sys.executable).with_name("trailmark")
VIEW = ACTIONS[ActionType.VIEW].code
MINUTE = 29_905_199  # the one before the cutoff of 10 days, of the tests' clock
HOUR, TODAY = MINUTE - MINUTE % 60, MINUTE - MINUTE % 1440


@pytest.mark.either_database
@pytest.mark.parametrize("days", [0, -1, 36_501, 2**31 - 1])
async def test_an_age_out_of_range_is_refused(caller: Caller, days: int) -> None:
    """It names the field and what is allowed, and nothing goes."""
    await record(caller, "VIEW p", BEFORE)

    payload = (await caller.data(PRUNE, days=days, dry=False))["pruneInteractions"]

    message = f"got {days}; allowed are 1 to 36500"
    assert payload == {
        "removed": 0,
        "olderThan": None,
        "dryRun": False,
        "errors": [{"code": "INVALID", "field": ["olderThanDays"], "message": message}],
    }
    assert await rows(caller) == ["VIEW p SHOWN"]


async def test_the_answer_says_what_the_cutoff_was(caller: Caller) -> None:
    """It is so many times 24 hours before now."""
    payload = (await caller.data(PRUNE, days=36_500, dry=True))["pruneInteractions"]

    assert payload == {
        "removed": 0,
        "olderThan": "1926-12-15T12:00:00.000000Z",
        "dryRun": True,
        "errors": [],
    }


async def test_where_all_is_kept_a_retry_never_counts_anew(database_url: str) -> None:
    """However old the input is, and whatever was taken out of history."""
    clock = FixedClock()
    old = {"userId": "ann", "action": "VIEW", "postId": "p", "eventId": "e"}
    async with serving(Settings(database_url, SECRET, prune_after_days=0), clock) as caller:
        assert await caller.outcome(**old) == "CREATED"
        clock.advance(3 * 86_400)
        assert (await caller.data(PRUNE, days=2, dry=False))["pruneInteractions"]["removed"] == 1

        assert await caller.outcome(**old) == "UNCHANGED"
        assert await caller.counts("p") == {"VIEW": 1}


@pytest.fixture
async def present(database_url: str) -> AsyncIterator[Caller]:
    """A caller whose clock is the system's, as that of a command is."""
    async with serving(Settings(database_url, SECRET), FixedClock(system_clock())) as caller:
        yield caller


async def prune(url: str, *arguments: str, **settings: str) -> tuple[int, list[str]]:
    """Run `trailmark prune` beside a server; its exit code, and the lines that it said."""
    return await asyncio.to_thread(_prune, url, *arguments, **settings)


def _prune(url: str, *arguments: str, **settings: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [PROGRAM, "prune", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET, **settings},
    )
    assert done.stdout == ""
    return done.returncode, [line for line in done.stderr.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("statement", "differences"),
    [
        (
            "UPDATE totals SET bare = 0 WHERE subject_id = 'p'",
            ["POST p SAVE bare count: stored 0, recounted 1"],
        ),
        (
            f"UPDATE totals SET folded = 2 WHERE subject_id = 'p' AND action = {VIEW}",
            [
                "POST p VIEW count: stored 1, recounted 2",
                "POST p score's count: stored 2, recounted 3",
            ],
        ),
        (
            f"UPDATE totals SET folded_decayed = NULL WHERE subject_id = 'p' AND action = {VIEW}",
            ["POST p VIEW decayed: stored 1.41421356236, recounted 0"],
        ),
        (
            f"UPDATE activity SET folded = 0 WHERE action = {VIEW} AND span = 60",
            [f"activity of 60 minutes from minute {HOUR} VIEW folded count: stored 0, recounted 1"],
        ),
        (
            f"UPDATE activity SET folded = 0 WHERE action = {VIEW} AND span = 1",
            [
                f"activity of 1 minutes from minute {MINUTE} VIEW count: stored 1, recounted 0",
                f"activity of 60 minutes from minute {HOUR} VIEW count: stored 1, recounted 0",
                f"activity of 60 minutes from minute {HOUR} VIEW folded count: "
                "stored 1, recounted 0",
                f"activity of 1440 minutes from minute {TODAY} VIEW count: stored 1, recounted 0",
                f"activity of 1440 minutes from minute {TODAY} VIEW folded count: "
                "stored 1, recounted 0",
            ],
        ),
    ],
    ids=["bare", "folded", "decayed", "hour", "minute"],
)
async def test_verify_names_what_is_wrong_with_what_was_pruned(
    caller: Caller, statement: str, differences: list[str]
) -> None:
    """Folded parts and bare states are recounted as rows are, and put right by recalculating."""
    for what in ("VIEW p", "SAVE p"):
        await record(caller, what, BEFORE)
    await caller.data(PRUNE, days=10, dry=False)
    found = Verification()
    assert [each async for each in verify(found, Scoring())] == []

    await run(caller.url, statement)

    said = [str(each) async for each in verify(found, Scoring())]
    assert [line for line in said if "score for" not in line and "rank key" not in line] == (
        differences
    )
    await caller.data("mutation { recalculateScores { maxDrift } }")
    assert [each async for each in verify(found, Scoring())] == []


async def fill(caller: Caller) -> None:
    """Events and states, held and undone, of 40 and of 4 days ago."""
    for days in (40, 4):
        for action, undo in (("VIEW", False), ("SAVE", False), ("VIBE", False), ("VIBE", True)):
            await caller.record(
                userId="ann",
                action=action,
                postId=f"p{days}",
                undo=undo,
                occurredAt=format_instant(caller.clock.now - days * DAY + undo),
                eventId=f"{action} {days} {undo}",
            )


@pytest.mark.slow
async def test_the_command_says_what_it_took_out(present: Caller) -> None:
    """It goes by the setting unless told otherwise, and a dry run tells the same and does nothing.

    Event ids are kept for the retention however young the rows that go.
    """
    await fill(present)
    month = {"TRAILMARK_PRUNE_AFTER_DAYS": "30"}

    told = await prune(present.url, "--dry-run", **month)
    done = await prune(present.url, **month)
    again = await prune(present.url, **month)
    before = await rows(present)
    refused = await prune(present.url, "--older-than-days", "3", **month)
    assert await rows(present) == before
    younger = await prune(present.url, "--older-than-days", "3", "--yes", **month)

    said = [
        " ".join(line.split(" dated before ")[0:1]) for _, lines in (told, done) for line in lines
    ]
    assert said == [
        "2 interactions",
        "1 states that do not hold would be deleted",
        "0 event ids would be forgotten",
        "2 interactions",
        "1 states that do not hold deleted",
        "0 event ids forgotten",
    ]
    assert done[1][0].endswith("Z taken out of history: 1 events, and 1 states that go on to hold")
    assert told[1][0].endswith(
        "Z would be taken out of history: 1 events, and 1 states that go on to hold"
    )
    assert [code for code, _ in (told, done, again, refused, younger)] == [0, 0, 0, 2, 0]
    assert refused[1][0].startswith("3 of 3 interactions are dated before ")
    assert refused[1][0].endswith(", more than half; say --yes if that is right")
    assert again[1][0].startswith("0 interactions dated before ")
    assert younger[1][0].startswith("2 interactions dated before ")
    assert await rows(present) == ["SAVE p40 ARCHIVED", "SAVE p4 ARCHIVED"]
    assert await present.counts("p40") == {"VIEW": 1, "SAVE": 1}
    assert await present.history("ann") == []


@pytest.mark.slow
async def test_where_all_is_kept_the_command_needs_an_age(present: Caller) -> None:
    """Without a retention it does nothing and says so; with an age it prunes by that."""
    await fill(present)
    never = {"TRAILMARK_PRUNE_AFTER_DAYS": "0"}

    assert await prune(present.url, **never) == (
        0,
        ["TRAILMARK_PRUNE_AFTER_DAYS is 0, which keeps all; say --older-than-days"],
    )
    assert len(await rows(present)) == 6
    code, said = await prune(present.url, "--older-than-days", "30", **never)

    assert (code, said[0].split(" dated ")[0]) == (0, "2 interactions")


@pytest.mark.slow
@pytest.mark.parametrize("days", ["0", "-1", "36501", "x"])
def test_the_command_refuses_an_age_out_of_range(days: str, tmp_path: Path) -> None:
    """It ends with 2 and says what is allowed."""
    code, said = _prune(f"sqlite://{tmp_path}/new.db", "--older-than-days", days)

    assert code == 2
    assert any("--older-than-days" in line for line in said)
    assert list(tmp_path.iterdir()) == []
