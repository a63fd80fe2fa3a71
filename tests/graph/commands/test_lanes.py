"""`trailmark lanes`, `migrate --lanes` and what `status` says of lanes."""

import asyncio
from pathlib import Path

import pytest

from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes, read_layout
from tests.support.client import Caller
from tests.support.command_line import ended, ndjson, trailmark
from tests.support.releases.earlier import own_file_or_database
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often

ALLOWED = "allowed is a power of two from 1 to 64"
only_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _lanes(url: str) -> int:
    return (await read_layout(Database.at(url))).lanes


@only_postgres
async def test_the_number_of_lanes_is_told_and_changed_beside_a_server(caller: Caller) -> None:
    """What is recorded afterwards counts with what was recorded before."""
    await caller.outcomes({"userId": "ann", "action": "FAVORITE", "postId": "p"})

    before = await asyncio.to_thread(trailmark, caller.url, "lanes")
    said = await asyncio.to_thread(trailmark, caller.url, "lanes", "4")
    after = await asyncio.to_thread(trailmark, caller.url, "lanes")
    outcomes = await caller.outcomes(
        {"userId": "ann", "action": "FAVORITE", "postId": "p"},
        {"userId": "bob", "action": "FAVORITE", "postId": "p"},
    )

    assert (before, after) == ("1\n", "4\n")
    assert said == "lanes: 4 now, 1 before\n"
    assert outcomes == ["UNCHANGED", "CREATED"]
    assert await caller.counts("p") == {"FAVORITE": 2}
    again = await asyncio.to_thread(trailmark, caller.url, "lanes", "4")
    back = await asyncio.to_thread(trailmark, caller.url, "lanes", "1")
    assert (again, back) == ("lanes: 4 already\n", "lanes: 1 now, 4 before\n")
    assert await caller.counts("p") == {"FAVORITE": 2}


@only_postgres
@pytest.mark.parametrize("number", ["0", "3", "128", "-1"])
async def test_a_number_that_is_no_power_of_two_up_to_64_is_refused(
    database_url: str, number: str
) -> None:
    """With what is allowed; nothing is changed."""
    done = ended(database_url, "lanes", "--", number)

    assert done.returncode == 2
    assert done.stderr == f"lanes: got {number}; {ALLOWED}\n"
    assert await _lanes(database_url) == 1


@only_postgres
async def test_a_number_that_there_are_no_sessions_for_is_refused(database_url: str) -> None:
    """With how many there would have to be; nothing is changed."""
    done = ended(database_url, "lanes", "64")

    assert done.returncode == 2
    assert done.stderr.endswith("raise its max_connections, or have fewer lanes\n")
    assert await _lanes(database_url) == 1


@only_sqlite
async def test_an_embedded_database_has_one_lane(caller: Caller) -> None:
    """It says why, and takes what it has."""
    refused = ended(caller.url, "lanes", "2")
    made = ended(caller.url, "migrate", "--lanes", "2", TRAILMARK_SECRET=SECRET)

    why = "lanes: got 2; allowed is 1: an embedded database has one lock for all of it\n"
    assert (refused.returncode, refused.stderr) == (2, why)
    assert (made.returncode, made.stderr) == (2, why)
    assert trailmark(caller.url, "lanes") == "1\n"
    assert trailmark(caller.url, "lanes", "1") == "lanes: 1 already\n"
    assert trailmark(caller.url, "migrate", "--lanes", "1")


@only_postgres
async def test_status_says_how_far_each_lane_is(database_url: str) -> None:
    """And how far the least is behind the largest."""
    layout = await change_lanes(Database.at(database_url), 4)
    await run(database_url, "UPDATE log_head SET last_number = 1000 + 100 * id")

    said = await asyncio.to_thread(trailmark, database_url, "status")

    facts = {line[:13].strip(): line[14:] for line in said.splitlines()}
    assert facts["lanes"] == f"4, in layout {layout.number}; 300 numbers apart"
    assert [facts[f"lane {lane}"] for lane in range(4)] == [
        f"its log is at {head}" for head in ("1,000", "1,100", "1,200", "1,300")
    ]


async def test_a_new_database_is_made_with_lanes(postgres: str, tmp_path: Path) -> None:
    """Once something was recorded in it, another number is refused, with the command for that."""
    async with own_file_or_database("postgres", tmp_path, postgres) as url:
        made = await asyncio.to_thread(trailmark, url, "migrate", "--lanes", "4")
        again = await asyncio.to_thread(trailmark, url, "migrate", "--lanes", "4")
        lines = ndjson(tmp_path, {"user_id": "ann", "action": "VIEW", "post_id": "p"})
        await asyncio.to_thread(trailmark, url, "import", str(lines))
        refused = await asyncio.to_thread(
            ended, url, "migrate", "--lanes", "8", TRAILMARK_SECRET=SECRET
        )
        lanes = await _lanes(url)

    assert made.endswith("made 4 lanes\n")
    assert again == "the database is at this version already\n"
    assert refused.returncode == 2
    assert refused.stderr == "the database has 4 lanes; `trailmark lanes 8` changes that\n"
    assert lanes == 4
