"""Reading: connections that serve one reader after another."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.context import require_context
from tortoise.exceptions import OperationalError

from models.database import sqlite_reader
from models.database.database import FILE_CONNECTIONS, Database, fetch, snapshot
from tests.support.durability.server import until

_LAST = "SELECT query FROM pg_stat_activity WHERE application_name = 'trailmark reader'"
_COUNT = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
    SELECT max(i) FROM n"""
_LONG, _ENDLESS = _COUNT.format(1_000_000), _COUNT.format(2_000_000_000)


async def test_nothing_is_sent_after_a_query(postgres: str) -> None:
    """Whoever reads would wait for it. What PostgreSQL got last is the query itself."""
    database = Database.at(postgres)
    async with database.reading(), database.connected() as beside:
        await fetch("SELECT 1 AS last", ())

        assert [row["query"] for row in await beside.fetch(_LAST)] == ["SELECT 1 AS last"]


async def test_a_transaction_leaves_nothing_to_who_reads_next(postgres: str) -> None:
    """A connection comes back from a snapshot as it was, also from one that failed."""
    database = Database.at(postgres)
    async with database.reading():
        for fails in (False, True):
            try:
                async with snapshot():
                    await fetch("SELECT 1 / $1::int", [int(not fails)])
            except Exception:
                assert fails
            ((level,),) = map(tuple, await fetch("SHOW transaction_isolation", ()))
            assert level == "read committed"


async def test_who_is_cut_off_keeps_nobody_waiting(database_url: str) -> None:
    """A statement ends with its reader; one whose reader had not had its turn ends nothing."""
    async with Database.at(database_url).reading():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fetch(_ENDLESS, ())
        async with asyncio.timeout(5):
            assert [tuple(row) for row in await fetch("SELECT 1", ())] == [(1,)]

        first = asyncio.create_task(fetch(_LONG, ()))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.gather(asyncio.sleep(1), fetch(_LONG, ()))
        assert [tuple(row) for row in await first] == [(1_000_000,)]


async def test_a_slow_read_delays_itself_only(database_url: str) -> None:
    """While all connections but one are busy without end, others are answered one after another."""
    async with Database.at(database_url).reading():
        slow = [asyncio.create_task(fetch(_ENDLESS, ())) for _ in range(FILE_CONNECTIONS - 1)]
        await asyncio.sleep(0)

        async with asyncio.timeout(5):
            for number in range(100):
                ((found,),) = map(tuple, await fetch("SELECT CAST($1 AS INTEGER)", (number,)))
                assert found == number

        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.wait(slow)


async def test_connections_that_are_cut_off_all_serve_again(database_url: str) -> None:
    """More endless reads than there are connections, cut off at once, leave none of them busy."""
    async with Database.at(database_url).reading():
        many = [asyncio.create_task(fetch(_ENDLESS, ())) for _ in range(3 * FILE_CONNECTIONS)]
        await asyncio.wait(many, timeout=0.05)
        for task in many:
            task.cancel()
        await asyncio.wait(many)

        async with asyncio.timeout(5):
            found = await asyncio.gather(*(fetch(_COUNT.format(9), ()) for _ in many))

        assert [[tuple(row) for row in rows] for rows in found] == [[(9,)]] * len(many)


async def test_reading_ends_though_a_statement_does_not(tmp_path: Path, sqlite_file: Path) -> None:
    """What still runs at the end is broken off, and all that was committed is in the file."""
    file = tmp_path / "a.db"
    shutil.copy(sqlite_file, file)
    async with asyncio.timeout(5):
        async with Database.at(f"sqlite://{file}").reading():
            await fetch("SELECT 1", ())
            endless = asyncio.create_task(fetch(_ENDLESS, ()))
            await asyncio.wait([endless], timeout=0.05)
            with closing(sqlite3.connect(file, isolation_level=None)) as beside:
                beside.execute("UPDATE log_head SET last_number = 7")

        with pytest.raises(OperationalError, match="interrupted"):
            await endless
    assert os.listdir(tmp_path) == [file.name]


async def test_a_snapshot_ends_though_its_reader_is_cut_off_twice(
    tmp_path: Path, sqlite_file: Path
) -> None:
    """As by a deadline and a client that leaves; what it read from before keeps nothing there."""

    async def read() -> None:
        async with snapshot():
            await fetch("SELECT last_number FROM log_head", ())
            await fetch(_ENDLESS, ())

    file = shutil.copy(sqlite_file, tmp_path)
    async with Database.at(f"sqlite://{file}").reading():
        reader = asyncio.create_task(read())
        await asyncio.wait([reader], timeout=0.05)
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as beside:
            beside.execute("UPDATE log_head SET last_number = 7")
            assert beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 1

            for _ in range(2):
                reader.cancel()
                await asyncio.sleep(0)
            await asyncio.wait([reader])
            await until(lambda: not beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])


async def test_a_statement_ends_though_its_reader_waits(
    tmp_path: Path, sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many seconds it is broken off, and the connection serves the next."""
    monkeypatch.setattr(sqlite_reader, "STATEMENT_S", 0.05)
    file = shutil.copy(sqlite_file, tmp_path)
    async with Database.at(f"sqlite://{file}").reading():
        with pytest.raises(OperationalError, match="interrupted"):
            await fetch(_ENDLESS, ())

        assert [tuple(row) for row in await fetch("SELECT 1", ())] == [(1,)]


async def test_every_connection_reads_the_file_that_is_there(
    tmp_path: Path, sqlite_file: Path
) -> None:
    """Once the file has another in its place, such as a backup, nobody reads the one that was."""
    file, other = tmp_path / "a.db", tmp_path / "b.db"
    shutil.copy(sqlite_file, file)
    shutil.copy(sqlite_file, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as changed:
        changed.execute("UPDATE log_head SET last_number = 7")
    numbers = [fetch("SELECT last_number FROM log_head", ()) for _ in range(2 * FILE_CONNECTIONS)]
    async with Database.at(f"sqlite://{file}").reading():
        busy = [fetch(_COUNT.format(100_000), ()) for _ in range(FILE_CONNECTIONS)]
        await asyncio.gather(*busy)  # each has a connection

        other.rename(file)
        found = await asyncio.gather(*numbers)

    assert [[tuple(row) for row in rows] for rows in found] == [[(7,)]] * len(numbers)


async def test_connections_that_do_not_close_in_time_keep_nobody_from_reading(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are left behind; the next one to read opens connections of its own."""
    monkeypatch.setattr("models.database.database.CLOSE_FILE_S", 0)
    monkeypatch.setattr("models.database.database.CLOSE_S", 0)
    database = Database.at(database_url)

    async with database.reading():
        await fetch("SELECT 1", ())
        left = require_context().connections

    async with database.reading():
        assert [tuple(row) for row in await fetch("SELECT 2", ())] == [(2,)]
        left_too = require_context().connections

    for each in (left, left_too):
        await each.close_all(discard=True)
