"""The tail: told of every commit by whichever bell, and back at work whatever was away."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models.bells import PostgresBell, SqliteBell
from models.database import Database
from models.migrating import migrate
from tests.durability.server import until, until_awaited
from tests.durability.stores import (
    Postgres,
    away,
    copied,
    end_connections,
    own_postgres,
    replaced,
    rows,
)
from tests.resolvers.tails import NoBell, tailing, views, write
from tests.sql import run

SOON_S = 0.02


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A PostgreSQL server that may be stopped."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        yield server


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    file = tmp_path / "trailmark.db"
    file.write_bytes(sqlite_file.read_bytes())
    return f"sqlite://{file}"


async def test_what_others_commit_is_told_in_order(database_url: str) -> None:
    """The bell of either database hears them, and no poll is needed."""
    async with tailing(database_url) as (tail, taker):
        await write(database_url, views(*"abc"))
        await taker.has("abc")
        await write(database_url, views(*"def"), at_once=1)

        await taker.has("abcdef")
        assert tail.position == taker.places[-1] == taker.ends[-1]


async def test_without_any_ring_a_poll_finds_all(database_url: str) -> None:
    """A lost ring delays what it was for, and loses nothing."""
    async with tailing(database_url, NoBell(), poll_s=SOON_S) as (_, taker):
        for part in ("ab", "cd"):
            await write(database_url, views(*part))
            await until(lambda part=part: taker.targets[-2:] == list(part))  # type: ignore[misc]

        await taker.has("abcd")


async def test_a_ring_makes_it_look_at_once(database_url: str) -> None:
    """A process rings for its own commits, which needs no bell."""
    async with tailing(database_url, NoBell()) as (tail, taker):
        await write(database_url, views("a"))
        tail.ring()

        await taker.has("a")


async def test_a_long_stretch_is_told_in_parts(database_url: str) -> None:
    """However much was committed at once, each part begins where the one before it ended."""
    ids = [str(number) for number in range(1_700)]
    async with tailing(database_url, NoBell()) as (tail, taker):
        await write(database_url, views(*ids), at_once=1_000)
        tail.ring()

        await taker.has(ids)
        assert len(taker.ends) >= 4
        assert taker.ends == sorted(set(taker.ends))


async def test_whoever_attaches_later_is_told_what_comes_then(database_url: str) -> None:
    """The tail rests without takers, and begins again at the log's end."""
    async with tailing(database_url) as (tail, first):
        await write(database_url, views("a"))
        await first.has("a")
        tail.detach(first)
        await write(database_url, views("b"))
        await tail.begin()
        tail.attach(first)
        await write(database_url, views("c"))

        await first.has("ac")


async def test_it_waits_while_an_embedded_database_is_away(sqlite_url: str) -> None:
    """Once the file is back it goes on where it was, and tells nothing twice."""
    file = Database.at(sqlite_url).path
    async with tailing(sqlite_url, poll_s=SOON_S) as (_, taker):
        await write(sqlite_url, views("a"))
        await taker.has("a")
        with away(file):
            await asyncio.sleep(5 * SOON_S)  # some looks at what is not there
        await write(sqlite_url, views("b"))

        await taker.has("ab")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_it_waits_while_a_server_is_away(own: Postgres, mode: str) -> None:
    """Once the server is back, the bell hears again and nothing is told twice or missed."""
    async with tailing(own.url) as (tail, taker):
        await write(own.url, views("a"))
        await taker.has("a")
        own.stop("fast" if mode == "fast" else "immediate")
        tail.ring()
        await asyncio.sleep(0.5)  # some looks at what is not there
        own.start()
        await write(own.url, views("b", "c"))
        await taker.has("abc")
        await write(own.url, views("d"))  # which only the bell can tell of

        await taker.has("abcd")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_bell_whose_connection_was_ended_listens_again(database_url: str) -> None:
    """It rings for what it may not have heard, and hears what comes."""
    rung: list[int] = []
    listening = asyncio.create_task(
        PostgresBell(Database.at(database_url).credentials).listen(lambda: rung.append(1))
    )
    try:
        await until(lambda: len(rung) == 1)
        await end_connections(database_url)
        await until(lambda: len(rung) == 2)
        await write(database_url, views("a"))

        await until(lambda: len(rung) == 3)
    finally:
        listening.cancel()
        await asyncio.wait([listening])
    bells = "SELECT pid FROM pg_stat_activity WHERE application_name = 'trailmark bell'"

    async def gone() -> bool:
        return await rows(database_url, bells) == []

    await until_awaited(gone)


async def test_an_embedded_bell_hears_another_process(sqlite_url: str) -> None:
    """Each commit to the file rings, whoever committed it."""
    file, rung = Database.at(sqlite_url).path, list[int]()
    listening = asyncio.create_task(SqliteBell(file, 0.001).listen(lambda: rung.append(1)))
    try:
        await until(lambda: bool(rung))
        for _ in range(3):
            heard = len(rung)
            await asyncio.to_thread(_commit_elsewhere, file)
            await until(lambda heard=heard: len(rung) > heard)  # type: ignore[misc]
        heard = len(rung)
        await asyncio.sleep(0.05)
        assert len(rung) == heard  # where nothing is committed nothing rings
    finally:
        listening.cancel()
        await asyncio.wait([listening])


def _commit_elsewhere(file: Path) -> None:
    script = (
        "import sqlite3, sys; "
        "file = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "file.execute('UPDATE log_head SET quiet_commits = quiet_commits + 1')"
    )
    subprocess.run([sys.executable, "-c", script, str(file)], check=True, timeout=20)


async def test_an_embedded_bell_hears_a_file_in_the_place_of_another(sqlite_url: str) -> None:
    """That a copy took the file's place rings, and so does what is committed to it."""
    file, rung = Database.at(sqlite_url).path, list[int]()
    copy = copied(file)
    listening = asyncio.create_task(SqliteBell(file, 0.001).listen(lambda: rung.append(1)))
    try:
        await until(lambda: bool(rung))
        heard = len(rung)
        replaced(file, copy, tidy=True)
        await until(lambda: len(rung) > heard)
        heard = len(rung)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("UPDATE log_head SET quiet_commits = quiet_commits + 1")

        await until(lambda: len(rung) > heard)
    finally:
        listening.cancel()
        await asyncio.wait([listening])


async def test_an_older_copy_in_the_database_s_place_is_told_as_a_miss(sqlite_url: str) -> None:
    """Nobody can go on from what is no more; whoever follows then is told what comes."""
    file = Database.at(sqlite_url).path
    copy = copied(file)
    async with tailing(sqlite_url) as (tail, taker):
        await write(sqlite_url, views("a", "b", "c"))
        await taker.has("abc")
        replaced(file, copy, tidy=True)
        await until(lambda: taker.missed > 0)
        assert tail.position == 0
        await write(sqlite_url, views("d"))

        await until(lambda: taker.targets == list("abcd"))


async def test_rows_that_went_before_they_were_read_are_told_as_a_miss(database_url: str) -> None:
    """It never passes over a gap in silence."""
    async with tailing(database_url, NoBell()) as (tail, taker):
        await write(database_url, views("a", "b"))
        await run(database_url, "UPDATE log_head SET pruned_number = 2")
        tail.ring()
        await until(lambda: taker.missed == 1)
        await write(database_url, views("c"))
        tail.ring()

        await taker.has("c")
