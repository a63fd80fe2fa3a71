"""The log tailer: woken by every commit, and back at work after any outage."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from models.database.database import Database
from models.database.migrating import migrate
from models.database.notifications.listening import PostgresNotifications, SqliteNotifications
from models.reading.log import LogPage, LogPosition, read_log
from resolvers.feed import log_tailer
from tests.support.durability.server import until, until_awaited
from tests.support.durability.stores import (
    Postgres,
    away,
    copied,
    end_connections,
    own_postgres,
    replaced,
    rows,
)
from tests.support.recording.tails import NoNotifications, tailing, views, write
from tests.support.sql import run

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


async def test_what_others_commit_is_passed_on_in_order(database_url: str) -> None:
    """Either database notifies of them, and no poll is needed."""
    async with tailing(database_url) as (tailer, listener):
        await write(database_url, views(*"abc"))
        await listener.has("abc")
        await write(database_url, views(*"def"), at_once=1)

        await listener.has("abcdef")
        assert tailer.position.sequence == listener.sequences[-1] == listener.ends[-1]


async def test_without_any_notification_a_poll_finds_all(database_url: str) -> None:
    """A lost notification delays the commit it was for, and loses nothing."""
    async with tailing(database_url, NoNotifications(), poll_s=SOON_S) as (_, listener):
        for part in ("ab", "cd"):
            await write(database_url, views(*part))
            await until(lambda part=part: listener.targets[-2:] == list(part))  # type: ignore[misc]

        await listener.has("abcd")


async def test_a_notification_makes_it_read_at_once(database_url: str) -> None:
    """A process notifies its own tailer of its commits, without the database."""
    async with tailing(database_url, NoNotifications()) as (tailer, listener):
        await write(database_url, views("a"))
        tailer.notify()

        await listener.has("a")


async def test_many_rows_are_passed_on_in_pages(database_url: str) -> None:
    """However much was committed at once, each page begins where the one before it ended."""
    ids = [str(number) for number in range(1_700)]
    async with tailing(database_url, NoNotifications()) as (tailer, listener):
        await write(database_url, views(*ids), at_once=1_000)
        tailer.notify()

        await listener.has(ids)
        assert len(listener.ends) >= 4
        assert listener.ends == sorted(set(listener.ends))


async def test_a_listener_that_attaches_later_gets_what_comes_then(database_url: str) -> None:
    """The tailer stops without listeners, and begins again at the log's end."""
    async with tailing(database_url) as (tailer, first):
        await write(database_url, views("a"))
        await first.has("a")
        tailer.detach(first)
        await write(database_url, views("b"))
        await tailer.begin()
        tailer.attach(first)
        await write(database_url, views("c"))

        await first.has("ac")


async def test_it_waits_while_an_embedded_database_is_away(sqlite_url: str) -> None:
    """Once the file is back it goes on where it was, and passes nothing on twice."""
    file = Database.at(sqlite_url).path
    async with tailing(sqlite_url, poll_s=SOON_S) as (_, listener):
        await write(sqlite_url, views("a"))
        await listener.has("a")
        with away(file):
            await asyncio.sleep(5 * SOON_S)  # some looks at what is not there
        await write(sqlite_url, views("b"))

        await listener.has("ab")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_it_waits_while_a_server_is_away(own: Postgres, mode: str) -> None:
    """Once the server is back, it is notified again, and nothing comes twice or is missed."""
    async with tailing(own.url) as (tailer, listener):
        await write(own.url, views("a"))
        await listener.has("a")
        own.stop("fast" if mode == "fast" else "immediate")
        tailer.notify()
        await asyncio.sleep(0.5)  # some looks at what is not there
        own.start()
        await write(own.url, views("b", "c"))
        await listener.has("abc")
        await write(own.url, views("d"))  # which only a notification can tell of

        await listener.has("abcd")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_notifications_whose_connection_was_ended_listen_again(database_url: str) -> None:
    """They notify of what they may not have heard, and hear what comes."""
    notified: list[int] = []
    listening = asyncio.create_task(
        PostgresNotifications(Database.at(database_url).credentials).listen(
            lambda: notified.append(1)
        )
    )
    try:
        await until(lambda: len(notified) == 1)
        await end_connections(database_url)
        await until(lambda: len(notified) == 2)
        await write(database_url, views("a"))

        await until(lambda: len(notified) == 3)
    finally:
        listening.cancel()
        await asyncio.wait([listening])
    listeners = "SELECT pid FROM pg_stat_activity WHERE application_name = 'trailmark bell'"

    async def gone() -> bool:
        return await rows(database_url, listeners) == []

    await until_awaited(gone)


async def test_embedded_notifications_hear_another_process(sqlite_url: str) -> None:
    """Each commit to the file notifies, whoever committed it."""
    file, notified = Database.at(sqlite_url).path, list[int]()
    listening = asyncio.create_task(
        SqliteNotifications(file, 0.001).listen(lambda: notified.append(1))
    )
    try:
        await until(lambda: bool(notified))
        for _ in range(3):
            heard = len(notified)
            await asyncio.to_thread(_commit_elsewhere, file)
            await until(lambda heard=heard: len(notified) > heard)  # type: ignore[misc]
        heard = len(notified)
        await asyncio.sleep(0.05)
        assert len(notified) == heard  # where nothing is committed nothing notifies
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


async def test_embedded_notifications_hear_that_a_file_was_replaced(sqlite_url: str) -> None:
    """That a copy replaced the file notifies, and so does what is committed to it."""
    file, notified = Database.at(sqlite_url).path, list[int]()
    copy = copied(file)
    listening = asyncio.create_task(
        SqliteNotifications(file, 0.001).listen(lambda: notified.append(1))
    )
    try:
        await until(lambda: bool(notified))
        heard = len(notified)
        replaced(file, copy, tidy=True)
        await until(lambda: len(notified) > heard)
        heard = len(notified)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("UPDATE log_head SET quiet_commits = quiet_commits + 1")

        await until(lambda: len(notified) > heard)
    finally:
        listening.cancel()
        await asyncio.wait([listening])


async def test_an_older_copy_in_the_database_s_place_is_passed_on_as_a_gap(sqlite_url: str) -> None:
    """Nobody can go on from what is no more; listeners then get what comes."""
    file = Database.at(sqlite_url).path
    copy = copied(file)
    async with tailing(sqlite_url) as (tailer, listener):
        await write(sqlite_url, views("a", "b", "c"))
        await listener.has("abc")
        replaced(file, copy, tidy=True)
        await until(lambda: listener.gaps > 0)
        assert tailer.position == LogPosition(0, 0)
        await write(sqlite_url, views("d"))

        await until(lambda: listener.targets == list("abcd"))


async def test_rows_that_went_before_they_were_read_are_a_gap(
    database_url: str,
) -> None:
    """It never passes over a gap in silence."""
    async with tailing(database_url, NoNotifications()) as (tailer, listener):
        await write(database_url, views("a", "b"))
        await run(database_url, "UPDATE log_head SET pruned_number = last_number")
        tailer.notify()
        await until(lambda: listener.gaps == 1)
        await write(database_url, views("c"))
        tailer.notify()

        await listener.has("c")


async def test_the_lag_is_that_of_what_was_not_passed_on_yet(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It grows while the log cannot be read, and is none once all is passed on."""
    is_away = True

    async def fail_or_read(*given: Any) -> LogPage:
        if is_away:
            raise sqlite3.OperationalError("disk I/O error")
        return await read_log(*given)

    monkeypatch.setattr(log_tailer, "read_log", fail_or_read)
    async with tailing(sqlite_url, NoNotifications()) as (tailer, listener):
        assert tailer.lag_s == 0
        await write(sqlite_url, views("a"))
        tailer.notify()
        first = tailer.lag_s
        await until(lambda: tailer.lag_s > first + 5 * SOON_S)
        is_away = False
        await listener.has("a")
        await until(lambda: tailer.lag_s == 0)
    tailer.notify()

    assert tailer.lag_s == 0  # nobody listens any more
